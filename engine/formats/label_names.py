"""File names of an export: each picture keeps its own stem, so that `check` can pair the names."""

from pathlib import Path

from engine.values import FrameId


class Names:
    """Gives each frame the stem of its label file (and of its picture, when that is written).

    Where two pictures share a stem, the second one's files go into a folder named like its own.
    """

    def __init__(self) -> None:
        self._owner: dict[str, FrameId] = {}

    def stem(self, frame_id: FrameId, is_video: bool) -> str:
        """The stem for a frame, always the same one; frames of a video end in their index."""
        path = Path(frame_id.path)
        own = f"{path.stem}_{frame_id.index:06d}" if is_video else path.stem
        stem, number = own, 0
        # Some systems do not tell upper from lower case.
        while self._owner.setdefault(stem.lower(), frame_id) != frame_id:
            number += 1
            folder = path.parent.name or "more"
            stem = f"{folder}_{number}/{own}" if number > 1 else f"{folder}/{own}"
        return stem

    def take(self, stem: str, frame_id: FrameId) -> None:
        """This stem is the frame's, as it was when its files were written."""
        self._owner.setdefault(stem.lower(), frame_id)
