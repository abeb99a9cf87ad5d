"""The pictures of an export: looked at, read, and brought to their places."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.export.duplicates import Fingerprint, fingerprint
from engine.export.options import Pictures
from engine.files import disk_errors
from engine.sources.frame_reader import FrameReader
from engine.sources.picture import read_thumbnail
from engine.values import Frame, FrameId

_THUMBNAIL = 64


class PictureReader:
    """Reads pictures and the frames of videos; keeps the last video and the last frame."""

    def __init__(self) -> None:
        self._frames = FrameReader()
        self._frame: Frame | None = None

    def close(self) -> None:
        """Close the video."""
        self._frames.close()
        self._frame = None

    def size_hw(self, frame_id: FrameId) -> tuple[int, int]:
        """Height and width, upright. SourceError where there is no such picture."""
        return self._frames.size_hw(frame_id)

    def fingerprint(self, frame_id: FrameId) -> Fingerprint:
        """The picture made small, to find near duplicates."""
        return fingerprint(read_thumbnail(Path(frame_id.path), _THUMBNAIL))

    def pixels(self, frame_id: FrameId) -> NDArray[np.uint8]:
        """The picture (H, W, 3) uint8 RGB."""
        return self._read(frame_id).pixels

    def _read(self, frame_id: FrameId) -> Frame:
        if self._frame is None or self._frame.id != frame_id:
            self._frame = self._frames.read(frame_id)
        return self._frame


def stamp(frame_id: FrameId) -> str:
    """What changes when the picture does. SourceError where it is not there."""
    try:
        found = os.stat(frame_id.path)
    except OSError as error:
        raise SourceError(
            f"Cannot read the picture {frame_id.path}: {error.strerror}.",
            hint="It may have been moved or renamed.",
        ) from error
    return f"{frame_id.path}#{frame_id.index} {found.st_size} {found.st_mtime_ns}"


def bring(source: Path, target: Path, how: Pictures) -> bool:
    """Bring a picture's file to its place; False where it had to be copied as links do not work."""
    target = Path(os.path.abspath(target))
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        link = _LINKS.get(how)
        if link is not None:
            try:
                link(source, target)
            except OSError:  # another disk, or a system without such links
                target.unlink(missing_ok=True)
            else:
                return True
        shutil.copyfile(source, target)
        return how is Pictures.COPY


def _symlink(source: Path, target: Path) -> None:
    os.symlink(os.path.abspath(source), target)


_LINKS: dict[Pictures, Callable[[Path, Path], None]] = {
    Pictures.HARD_LINK: os.link,
    Pictures.SYMLINK: _symlink,
}
