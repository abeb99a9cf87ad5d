"""ByteTrack: objects keep their number from frame to frame (Zhang et al., ECCV 2022).

Sure detections are matched first, to what was seen before and to what was lost. Then the unsure
ones keep alive what is still unmatched: an object that is half hidden scores low, and is still
there. As in the paper overlap alone decides. Ours matches objects of one label only, and knows how
many frames went by since it was last asked, as a live model does not see all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from engine.regions.boxes import as_boxes, iou
from engine.regions.masks import box_of
from engine.tracking.motion import Motion, ahead, begin, seen
from engine.values import Detection

LEAST_CONF = 0.1
"""What scores less is no sign of anything."""
PATIENCE = 30
"""So many times in a row an object may not be seen before it is given up."""
MOST_STEPS = 30
"""Of more frames than this between two looks, motion tells nothing."""
_FIRST, _SECOND, _NEW = 0.2, 0.5, 0.3
# The least overlap of a match: with the sure ones, with the unsure ones, of what was seen once.


def _nothing() -> Motion:
    return begin(np.zeros((0, 4), np.float32))


@dataclass(frozen=True, eq=False)
class Tracks:
    """All objects that are followed after a frame. `ids` (N,) are 0 for what was seen only once;
    `lost` (N,) counts the looks since it was last seen."""

    motion: Motion = field(default_factory=_nothing)
    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    labels: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    lost: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    next_id: int = 1
    is_begun: bool = False


def least_conf(conf: float) -> float:
    """What score the detections should have at least that `follow` is given."""
    return min(LEAST_CONF, conf)


def follow(
    tracks: Tracks, found: Sequence[Detection], conf: float, *, steps: int = 1
) -> tuple[Tracks, tuple[Detection, ...]]:
    """The tracks after a frame, and its detections with their numbers.

    Those below `conf` stay only where they go on with a track. What is seen for the first time has
    no number yet, but in the first frame of all. `steps` frames went by since the last.
    """
    boxes = as_boxes([box_of(each.region).xyxy for each in found])
    labels = np.array([each.label_id for each in found], np.int64)
    sure = np.array([each.score >= conf for each in found], bool)
    motion = ahead(tracks.motion, min(max(steps, 1), MOST_STEPS), growing=tracks.lost == 0)
    track_of = np.full(len(found), -1, np.intp)
    taken = np.zeros(len(tracks.ids), bool)
    overlap = iou(motion.boxes, boxes) * (tracks.labels[:, None] == labels[None, :])
    is_known, is_in_sight = tracks.ids > 0, tracks.lost == 0
    for rows, columns, least in (
        (is_known, sure, _FIRST),
        (is_known & is_in_sight, ~sure, _SECOND),
        (~is_known, sure, _NEW),
    ):
        free = np.flatnonzero(rows & ~taken), np.flatnonzero(columns & (track_of < 0))
        for row, column in _matches(overlap, free, least):
            track_of[column], taken[row] = row, True
    new = np.flatnonzero(sure & (track_of < 0))
    after, of_new = _after(tracks, motion, boxes, track_of, labels[new], boxes[new])
    numbers = np.zeros(len(found), np.int64)
    numbers[track_of >= 0] = after.ids[of_new[0][track_of[track_of >= 0]]]
    numbers[new] = after.ids[of_new[1]]
    kept = tuple(
        replace(each, track=int(number) or None)
        for each, number, is_sure in zip(found, numbers, sure, strict=True)
        if is_sure or number
    )
    return after, kept


def _after(
    tracks: Tracks,
    motion: Motion,
    boxes: NDArray[np.float32],
    track_of: NDArray[np.intp],
    new_labels: NDArray[np.int64],
    new_boxes: NDArray[np.float32],
) -> tuple[Tracks, tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """The tracks after a frame; the rows where the old ones are now, and those of the new ones."""
    columns = np.flatnonzero(track_of >= 0)
    rows = track_of[columns]
    motion = motion.with_rows(rows, seen(motion.of(rows), boxes[columns]))
    ids, lost = tracks.ids.copy(), tracks.lost + 1
    lost[rows] = 0
    next_id = tracks.next_id
    for row in rows[ids[rows] == 0]:  # Seen twice: it is there.
        ids[row], next_id = next_id, next_id + 1
    stays = (lost <= PATIENCE) & (ids > 0)
    place = np.cumsum(stays) - 1
    count = int(stays.sum())
    new_ids = np.zeros(len(new_labels), np.int64)
    if not tracks.is_begun and len(new_labels):
        new_ids = np.arange(next_id, next_id + len(new_labels))
        next_id += len(new_labels)
    after = Tracks(
        motion.of(stays).and_also(begin(new_boxes)),
        np.concatenate([ids[stays], new_ids]),
        np.concatenate([tracks.labels[stays], new_labels]),
        np.concatenate([lost[stays], np.zeros(len(new_labels), np.int64)]),
        next_id,
        is_begun=True,
    )
    return after, (place, np.arange(count, count + len(new_labels)))


def _matches(
    overlap: NDArray[np.float32], free: tuple[NDArray[np.intp], NDArray[np.intp]], least: float
) -> list[tuple[int, int]]:
    """Pairs (row, column) of the free ones that overlap at least so much, the most in all."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = free
    if not len(rows) or not len(columns):
        return []
    gain = np.maximum(overlap[np.ix_(rows, columns)] - least, 0)
    chosen = zip(*linear_sum_assignment(gain, maximize=True), strict=True)
    return [(int(rows[i]), int(columns[j])) for i, j in chosen if gain[i, j] > 0]
