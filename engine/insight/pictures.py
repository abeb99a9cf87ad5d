"""What must be read from the pictures themselves: brightness, and which are nearly the same."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.export.duplicates import Fingerprint, fingerprint, near_duplicates
from engine.insight.measures import Rows
from engine.jobs import CancelToken, Progress, no_progress
from engine.sources.frame_reader import FrameReader
from engine.values import FrameId

SIDE = 64


@dataclass(frozen=True, eq=False)
class PictureFacts:
    """By row of the picture: mean brightness 0..255, NaN where it cannot be read; fingerprints."""

    brightness: NDArray[np.float64]
    prints: tuple[Fingerprint | None, ...]


def read_facts(
    frame_ids: Sequence[FrameId],
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> PictureFacts:
    """Look at every picture, made small."""
    reader = FrameReader()
    brightness = np.full(len(frame_ids), np.nan)
    prints: list[Fingerprint | None] = []
    try:
        for row, frame_id in enumerate(frame_ids):
            if cancel is not None:
                cancel.check()
            progress(row, len(frame_ids), "")
            try:
                pixels = reader.thumbnail(frame_id, SIDE)
            except SourceError:
                prints.append(None)
                continue
            brightness[row] = float(pixels.mean())
            prints.append(fingerprint(pixels))
    finally:
        reader.close()
    return PictureFacts(brightness, tuple(prints))


def duplicate_groups(facts: PictureFacts) -> tuple[Rows, ...]:
    """Pictures that are nearly the same, the largest groups first."""
    members: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(near_duplicates(facts.prints)):
        if facts.prints[row] is not None:
            members[group].append(row)
    groups = [np.array(rows, np.intp) for rows in members.values() if len(rows) > 1]
    return tuple(sorted(groups, key=lambda rows: (-len(rows), int(rows[0]))))


@dataclass(frozen=True, eq=False)
class Leak:
    """Pictures that belong together and are in more than one split, by its name."""

    why: str
    rows: Mapping[str, Rows]


def leaks(
    frame_ids: Sequence[FrameId],
    splits: Mapping[str, Sequence[FrameId]],
    groups: Sequence[Rows],
) -> tuple[Leak, ...]:
    """What stands on both sides of a split: a picture itself, a video, near duplicates."""
    sides: dict[int, set[str]] = defaultdict(set)
    row_of = {frame_id: row for row, frame_id in enumerate(frame_ids)}
    for name, members in splits.items():
        for frame_id in members:
            if frame_id in row_of:
                sides[row_of[frame_id]].add(name)
    found = [
        Leak("the same picture", {n: np.array([row], np.intp) for n in sorted(names)})
        for row, names in sorted(sides.items())
        if len(names) > 1
    ]
    videos: dict[str, list[int]] = defaultdict(list)
    for row, frame_id in enumerate(frame_ids):
        videos[frame_id.path].append(row)
    for rows in videos.values():
        if len(rows) > 1 and (leak := _leak("frames of one video", rows, sides)):
            found.append(leak)
    for group in groups:
        if leak := _leak("nearly the same", group.tolist(), sides):
            found.append(leak)
    return tuple(found)


def _leak(why: str, rows: Sequence[int], sides: Mapping[int, set[str]]) -> Leak | None:
    by_side: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        for name in sides.get(row, ()):
            by_side[name].append(row)
    if len(by_side) < 2:
        return None
    return Leak(why, {name: np.array(r, np.intp) for name, r in sorted(by_side.items())})
