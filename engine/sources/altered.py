"""Whether another program has changed a picture since it was read, and what it looks like now."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.jobs import CancelToken
from engine.sources.frame_reader import is_video_frame
from engine.sources.picture import read_picture
from engine.sources.source import frame_of
from engine.values import Frame

_STILL_SECONDS = 0.2
"""A file that is the same for so long is whole."""
_ROWS = 512

Mark = tuple[int, int]
"""When a file was changed last, and its bytes."""


@dataclass(frozen=True, eq=False, slots=True)
class LookedAt:
    """A picture as its file has it now; no Frame where it looks as it did."""

    mark: Mark | None
    frame: Frame | None = None


def mark_of(path: str) -> Mark | None:
    """What tells a changed file from that of before; None where there is none."""
    try:
        about = Path(path).stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size


def look_again(frame: Frame, mark: Mark | None, cancel: CancelToken) -> LookedAt:
    """Read a picture again if its file is not as `mark` says; where that is not known, its pixels
    are taken to be those of now."""
    now = mark_of(frame.id.path)
    if now is None or now == mark or mark is None or is_video_frame(frame.id):
        return LookedAt(now)
    while (before := now) is not None:
        cancel.wait(_STILL_SECONDS)
        cancel.check()
        now = mark_of(frame.id.path)
        if now == before:
            break
    if now is None:
        return LookedAt(None)
    new = frame_of(frame.id, read_picture(Path(frame.id.path)))
    return LookedAt(now, None if _is_alike(frame.pixels, new.pixels) else new)


def _is_alike(pixels: NDArray[np.uint8], others: NDArray[np.uint8]) -> bool:
    """Some rows at a time: pictures may be larger than the memory."""
    tops = range(0, len(pixels), _ROWS)
    return pixels.shape == others.shape and all(
        np.array_equal(pixels[top : top + _ROWS], others[top : top + _ROWS]) for top in tops
    )
