"""File names of exported pictures: their own, each only once whatever the folder."""

import os

from engine.sources.frame_reader import is_video_frame
from engine.values import FrameId


class FileNames:
    """Gives each frame a stem of its own: layouts name label files by it, all in one folder.

    A second picture of the same name gets its folder's in front. Frames of a video end in their
    index. The same frames in the same order have the same names.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def stem(self, frame_id: FrameId) -> str:
        """The stem for a frame; ask once for each."""
        own = own_stem(frame_id)
        stem, number = own, 0
        # Some systems do not tell upper from lower case.
        while stem.casefold() in self._taken:
            number += 1
            parent = os.path.basename(os.path.dirname(frame_id.path)) or "more"
            stem = f"{parent}_{own}" if number == 1 else f"{parent}_{own}_{number}"
        self._taken.add(stem.casefold())
        return stem


def own_stem(frame_id: FrameId) -> str:
    """The stem a frame has by itself."""
    stem = os.path.splitext(os.path.basename(frame_id.path))[0]
    return f"{stem}_{frame_id.index:06d}" if is_video_frame(frame_id) else stem
