"""Opens whatever a person names: the right Source for a path, an address, a camera's number."""

from collections.abc import Sequence
from pathlib import Path

from engine import endings
from engine.errors import DatasetError, SourceError
from engine.formats.txt_list import read_list
from engine.sources.folder import PictureFolder, PictureList, picture_file
from engine.sources.screen import is_screen, screen_region
from engine.sources.source import Source, SourceName, is_url
from engine.sources.video import VideoSource
from engine.sources.webcam import CameraSpec


def open_source(what: SourceName | Path, *, recursive: bool = True) -> Source:
    """The Source for a picture, folder, video, txt list, camera number, URL, `screen:` or spec.

    Of a folder also what lies in folders below it, if `recursive`.
    """
    if isinstance(what, int) or (isinstance(what, str) and what.isdecimal()):
        return CameraSpec(int(what)).open()
    if isinstance(what, str) and is_url(what):
        return VideoSource(what)
    if isinstance(what, str) and is_screen(what):
        return screen_region(what).open()
    if isinstance(what, str | Path):
        return _open_path(Path(what), recursive)
    return what.open()


def refuse_unreadable(inputs: Sequence[str], *, recursive: bool = True) -> None:
    """SourceError where none of these can be opened, told before anything slow begins."""
    reason = "Give pictures, folders, videos or txt lists."
    for what in reversed(inputs):
        if is_url(what) or is_screen(what) or what.isdecimal():
            return  # A camera is opened once.
        try:
            source = open_source(what, recursive=recursive)
            if source.count == 1:
                source.read(0)
            source.close()
        except (SourceError, DatasetError) as error:
            reason = str(error)
        else:
            return
    raise SourceError("Nothing could be read.", hint=reason)


def _open_path(path: Path, recursive: bool) -> Source:
    if path.is_dir():
        return PictureFolder(path, recursive=recursive)
    if not path.exists():
        raise SourceError(f"{path} does not exist.", hint="Check the spelling of the path.")
    ending = path.suffix.lower()
    if ending in endings.PICTURES:
        return picture_file(path)
    if ending == endings.LIST:
        return picture_list(path)
    try:
        return VideoSource(path)
    except SourceError as error:
        if ending in endings.VIDEOS:
            raise
        raise SourceError(
            f"{path.name} is neither a picture, a folder, a txt list nor a video.",
            hint=f"Pictures end in {', '.join(sorted(endings.PICTURES))}.",
        ) from error


def picture_list(path: Path) -> PictureList:
    """The pictures that a txt list names in its first column."""
    listing = read_list(path)
    if not listing.entries:
        problem = f" First problem: {listing.problems[0]}" if listing.problems else ""
        raise SourceError(
            f"The list {path.name} names no pictures that exist.{problem}",
            hint="One line for each: picture path, a space or tab, label path.",
        )
    return PictureList([str(entry.image) for entry in listing.entries], name=path.name)
