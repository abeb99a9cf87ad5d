"""What became of every object on its way in or out: nothing is left out silently."""

import os
from collections import Counter
from dataclasses import dataclass, field

from engine import endings
from engine.values import FrameId


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of a Sample that was left out or changed: what, how or why, how many objects."""

    sample: str
    what: str
    why: str
    count: int = 1


@dataclass(slots=True)
class Report:
    """Filled while a Format is read or written.

    `kept` counts the objects of each Sample that came through as they were, `converted` are those
    in another shape or with less to them, `skipped` are those that are missing afterwards. `notes`
    are sentences about the whole.
    """

    kept: Counter[str] = field(default_factory=Counter)
    converted: list[Remark] = field(default_factory=list)
    skipped: list[Remark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def keep(self, sample: str, count: int = 1) -> None:
        """So many objects of this Sample came through."""
        self.kept[sample] += count

    def convert(self, sample: str, what: str, how: str, count: int = 1) -> None:
        """So many objects of this Sample are there, but not as they were."""
        self.converted.append(Remark(sample, what, how, count))

    def skip(self, sample: str, what: str, why: str, count: int = 1) -> None:
        """So many objects of this Sample, or the Sample itself, are not there afterwards."""
        self.skipped.append(Remark(sample, what, why, count))

    def add(self, other: "Report") -> None:
        """Take over all that another report says."""
        self.kept.update(other.kept)
        self.converted += other.converted
        self.skipped += other.skipped
        self.notes += other.notes


def sample_name(frame_id: FrameId) -> str:
    """How a report calls a Sample: its file, and the frame of a video."""
    name = os.path.basename(frame_id.path)
    is_of_video = frame_id.index or os.path.splitext(name)[1].lower() in endings.VIDEOS
    return f"{name}, frame {frame_id.index}" if is_of_video else name
