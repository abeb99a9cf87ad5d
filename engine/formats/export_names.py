"""File names of an export: each picture's own stem, made different where two share it."""

from pathlib import Path

from engine.values import FrameId


class Names:
    """Gives each frame the stem of its label file (and of its picture, when that is written)."""

    def __init__(self) -> None:
        self._owner: dict[str, FrameId] = {}

    def stem(self, frame_id: FrameId, is_video: bool) -> str:
        """The stem for a frame, always the same one; frames of a video end in their index."""
        own = Path(frame_id.path).stem
        own = f"{own}_{frame_id.index:06d}" if is_video else own
        stem, number = own, 1
        # Some systems do not tell upper from lower case.
        while self._owner.setdefault(stem.lower(), frame_id) != frame_id:
            number += 1
            stem = f"{own}_{number}"
        return stem
