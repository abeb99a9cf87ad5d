"""Pictures from a folder or a list: names are listed at once, pixels read when asked for."""

import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine import endings
from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.sources.label_pictures import without_labels
from engine.sources.picture import read_picture
from engine.sources.source import check_index, frame_of
from engine.values import Frame, FrameId

logger = logging.getLogger(__name__)

_NUMBER = re.compile(r"\d+")


def natural_key(name: str) -> str:
    """Sort key that puts `frame2` before `frame10`, whatever the case."""
    # One text with padded numbers sorts five times faster than a list of texts and numbers.
    return _NUMBER.sub(_padded, name.casefold()) + "\0" + name


def _padded(number: re.Match[str]) -> str:
    return number[0].zfill(20)


class PictureList:
    """Pictures by path, in the order given."""

    is_live = False
    fps: float | None = None

    def __init__(self, paths: Sequence[str], *, name: str) -> None:
        self.name = name
        self._paths = paths

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return len(self._paths)

    def frame_id(self, index: int) -> FrameId:
        """The path of the picture at `index`."""
        check_index(index, self.count, self.name)
        return FrameId(self._paths[index])

    def read(self, index: int) -> Frame:
        """The picture at `index`."""
        frame_id = self.frame_id(index)
        return frame_of(frame_id, read_picture(Path(frame_id.path)))

    def frames(self, cancel: CancelToken, *, start: int = 0) -> Iterator[Frame]:
        """Every picture in order from `start`; one that cannot be read is logged and left out."""
        for index in range(start, self.count):
            cancel.check()
            try:
                frame = self.read(index)
            except SourceError as error:
                logger.warning("Left out: %s", error)
                continue
            yield frame

    def close(self) -> None:
        """Nothing is held open."""


class PictureFolder(PictureList):
    """The pictures of a folder in natural order; with `recursive` those of its subfolders too."""

    def __init__(self, folder: Path, *, recursive: bool = True) -> None:
        super().__init__(list_pictures(folder, recursive=recursive), name=folder.name)
        if not self.count:
            where = "" if recursive else " itself: there may be some in its folders"
            raise SourceError(
                f"The folder {folder} holds no pictures{where}.",
                hint="Pictures end in " + ", ".join(sorted(endings.PICTURES)) + ".",
            )


def picture_file(path: Path) -> PictureList:
    """A single picture as a Source."""
    return PictureList([str(path)], name=path.name)


@dataclass(frozen=True, slots=True)
class ListedPictures:
    """Paths in natural order, and how many label maps were left out by the folder they are in,
    its path below the root."""

    paths: list[str]
    maps: tuple[tuple[str, int], ...] = ()


def list_pictures(folder: Path, *, recursive: bool = False) -> list[str]:
    """The paths of the pictures in `folder`, as `find_pictures` finds them."""
    return find_pictures(folder, recursive=recursive).paths


def find_pictures(
    folder: Path, *, recursive: bool = False, with_maps: bool = False
) -> ListedPictures:
    """The pictures in `folder`; hidden files are left out.

    Label maps of other pictures here are left out, too (`label_pictures.py`), unless `with_maps`.
    """
    root = str(folder)
    found: dict[str, list[str]] = {}
    try:
        links = _scan(root, "", found, recursive=recursive)
    except OSError as error:
        raise SourceError(
            f"Cannot list the folder {folder}: {error.strerror}.", hint="Check its permissions."
        ) from error
    if links:
        _scan_links(root, links, found)
    kept = found if with_maps else without_labels(root, found)
    counts = ((place, len(found[place]) - len(kept.get(place, ()))) for place in found)
    maps = tuple((place, count) for place, count in counts if count)
    if maps:
        number = sum(count for _, count in maps)
        logger.debug("%d label maps in %s are not shown as pictures.", number, root)
    prefix = os.path.join(root, "")  # Joining every path anew takes as long as listing them.
    below = [
        f"{place}{os.sep}{name}" if place else name
        for place, names in kept.items()
        for name in names
    ]
    return ListedPictures([prefix + path for path in sorted(below, key=natural_key)], maps)


def _scan(root: str, place: str, found: dict[str, list[str]], *, recursive: bool) -> list[str]:
    """Note the pictures' names in and below a place; gives the places that are links to folders."""
    names, folders, links = [], [], []
    with os.scandir(os.path.join(root, place)) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if os.path.splitext(name)[1].lower() in endings.PICTURES:
                # One file system call less for each picture: a folder named like one is rare.
                names.append(name)
            elif recursive and entry.is_dir(follow_symlinks=False):
                folders.append(os.path.join(place, name))
            elif recursive and entry.is_symlink() and entry.is_dir():
                links.append(os.path.join(place, name))
    if names:
        found[place] = names
    for below in folders:
        try:
            links += _scan(root, below, found, recursive=True)
        except OSError as error:
            logger.warning("Left out the folder %s: %s.", below, error.strerror)
    return links


def _scan_links(root: str, links: list[str], found: dict[str, list[str]]) -> None:
    """Note what lies behind links, each folder once: links may lead in circles."""
    known, links = [os.path.realpath(root)], sorted(links)
    while links:
        link = links.pop(0)
        target = os.path.realpath(os.path.join(root, link))
        if any(_is_in(target, one) or _is_in(one, target) for one in known):
            continue
        known.append(target)
        with suppress(OSError):
            links += _scan(root, link, found, recursive=True)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))
