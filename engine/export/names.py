"""File names of exported pictures: their own, each only once whatever the folder."""

import os

from engine.sources.frame_reader import is_video_frame
from engine.values import FrameId


class FileNames:
    """Gives each frame a stem of its own: layouts name label files by it, all in one folder.

    A second picture of the same name gets its folder's in front. Frames of a video end in their
    index, behind a name that no other video has. The same frames in the same order have the same
    names.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._videos: dict[str, str] = {}
        self._taken_by_videos: set[str] = set()

    def stem(self, frame_id: FrameId) -> str:
        """The stem for a frame; ask once for each."""
        own = own_stem(frame_id)
        if is_video_frame(frame_id):
            own = f"{self._video(frame_id.path)}_{frame_id.index:06d}"
        return _free(own, frame_id.path, self._taken)

    def _video(self, path: str) -> str:
        """What the names of a video's frames begin with."""
        if path not in self._videos:
            self._videos[path] = _free(_stem_of(path), path, self._taken_by_videos)
        return self._videos[path]


def _free(own: str, path: str, taken: set[str]) -> str:
    """A file's own name, with more in front where that is taken; it is taken then."""
    stem, number = own, 0
    # Some systems do not tell upper from lower case.
    while stem.casefold() in taken:
        number += 1
        parent = os.path.basename(os.path.dirname(path)) or "more"
        stem = f"{parent}_{own}" if number == 1 else f"{parent}_{own}_{number}"
    taken.add(stem.casefold())
    return stem


def own_stem(frame_id: FrameId) -> str:
    """The stem a frame has by itself."""
    stem = _stem_of(frame_id.path)
    return f"{stem}_{frame_id.index:06d}" if is_video_frame(frame_id) else stem


def _stem_of(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]
