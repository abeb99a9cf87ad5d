"""Average precision as the PASCAL VOC challenges define it, at IoU 0.5.

Everingham et al.: The PASCAL Visual Object Classes Challenge, IJCV 2010. Until 2009 the precision
was meaned at eleven recalls, since 2010 the area under the whole curve is taken. Other than COCO,
a found object is judged by the one true object it overlaps most, even when that is taken already.
Boxes are continuous here: VOC's own code adds a pixel to every side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.scene import MATCH_IOU, ComparedObjects, in_crowd

ELEVEN = 11


@dataclass(frozen=True)
class VocScores:
    """Average precision of each label at eleven points and over all; NaN for one without truth."""

    eleven: tuple[float, ...]
    area: tuple[float, ...]

    @property
    def mean_eleven(self) -> float:
        """The mean over the labels in the truth; NaN if none is."""
        return _mean(self.eleven)

    @property
    def mean_area(self) -> float:
        """The mean over the labels in the truth; NaN if none is."""
        return _mean(self.area)


def voc_scores(
    scenes: Sequence[ComparedObjects], num_labels: int, iou: float = MATCH_IOU
) -> VocScores:
    """Average precision of every label over all pictures."""
    both = []
    for label in range(num_labels):
        hits, total = ranked_hits(scenes, label, iou)
        both.append((eleven_points(hits, total), area_under(hits, total)))
    return VocScores(tuple(a for a, _ in both), tuple(b for _, b in both))


def ranked_hits(
    scenes: Sequence[ComparedObjects], label: int, iou: float = MATCH_IOU
) -> tuple[NDArray[np.bool_], int]:
    """Whether each found object of a label is right, the surest first; how many there are to find.

    What VOC calls difficult and COCO a crowd counts for neither.
    """
    scores: list[float] = []
    hits: list[bool] = []
    total = 0
    for scene in scenes:
        wanted = (scene.known.indices == label) & ~scene.ignored
        total += int(wanted.sum())
        taken: set[int] = set()
        for i in scene.best_first[scene.found.indices[scene.best_first] == label]:
            meets, best = False, -1
            if scene.nearest[i] >= iou:
                overlaps = np.where(wanted, scene.overlaps[i], -1.0)
                best = int(overlaps.argmax())
                meets = bool(overlaps[best] >= iou)
            if not meets and in_crowd(scene, int(i)):
                continue
            scores.append(float(scene.scores[i]))
            hits.append(meets and best not in taken)
            if meets:
                taken.add(best)
    order = np.argsort(-np.array(scores), kind="stable")
    return np.array(hits, bool)[order], total


def eleven_points(hits: NDArray[np.bool_], total: int) -> float:
    """The mean of the best precision at recall 0, 0.1 .. 1 or beyond; NaN without a truth."""
    if total == 0:
        return float("nan")
    found, precision = _found_and_precision(hits)
    # Whole numbers: a recall of 0.3 is not quite 3 * 0.1.
    reached = [precision[found * (ELEVEN - 1) >= step * total] for step in range(ELEVEN)]
    return float(np.mean([points.max() if len(points) else 0.0 for points in reached]))


def area_under(hits: NDArray[np.bool_], total: int) -> float:
    """The area under the curve of the best precision at each recall or beyond; NaN without one."""
    if total == 0:
        return float("nan")
    _, precision = _found_and_precision(hits)
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    # Each hit adds 1 / total of recall.
    return float(best_from_here[hits].sum() / total)


def _found_and_precision(
    hits: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    found = np.cumsum(hits, dtype=np.int64)
    return found, found / np.arange(1, len(hits) + 1)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")
