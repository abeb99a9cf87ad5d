"""What was found in one picture beside what is there, and how much they overlap."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

from engine.evaluation.detection import PictureBoxes
from engine.thresholds import Thresholds
from engine.values import IGNORE

MATCH_IOU = 0.5
SHOWN_SCORE = Thresholds.conf
"""What people are shown: the same threshold as the window's, unless they move it."""


@dataclass(frozen=True, eq=False)
class ComparedObjects:
    """One picture's `found` objects (N) and `known` ones (M).

    `overlaps` (N, M) holds their IoU in 0..1, of boxes or of masks; with a crowd, the share of the
    found object that lies inside.
    """

    image: str
    found: PictureBoxes
    known: PictureBoxes
    overlaps: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.overlaps.shape != (len(self.found.xyxy), len(self.known.xyxy)):
            raise ValueError(f"Overlaps are (found, known), not {self.overlaps.shape}.")

    @property
    def scores(self) -> NDArray[np.float32]:
        """The scores of what was found (N,)."""
        assert self.found.scores is not None
        return self.found.scores

    @cached_property
    def best_first(self) -> NDArray[np.int64]:
        """The found objects by falling score; equal ones as they came."""
        return np.argsort(-self.scores, kind="stable")

    @cached_property
    def nearest(self) -> NDArray[np.float64]:
        """How much each found object overlaps the known one it overlaps most (N,)."""
        # Most of hundreds of candidates overlap nothing: they need not be looked at twice.
        result: NDArray[np.float64] = self.overlaps.max(axis=1, initial=0.0)
        return result

    @cached_property
    def ignored(self) -> NDArray[np.bool_]:
        """Which known objects are crowds (M,)."""
        return self.known.ignored


def scene_of_boxes(image: str, found: PictureBoxes, known: PictureBoxes) -> ComparedObjects:
    """Compare boxes."""
    if not len(found.xyxy) or not len(known.xyxy):
        return ComparedObjects(image, found, known, np.zeros((len(found.xyxy), len(known.xyxy))))
    ours, theirs = (_xywh(side.xyxy) for side in (found, known))
    crowd = known.ignored.astype(int).tolist()
    return ComparedObjects(
        image, found, known, np.asarray(coco_mask.iou(ours, theirs, crowd), np.float64)
    )


def own_hits(scene: ComparedObjects, iou: float = MATCH_IOU, score: float = 0.0) -> dict[int, int]:
    """Which found object met which known one of its own label, as COCO matches them.

    By falling score, each takes the free one it overlaps most, if that is enough. Crowds are not
    among them.
    """
    pairs: dict[int, int] = {}
    free = ~scene.ignored
    for i in scene.best_first:
        if scene.scores[i] < score:
            break
        if scene.nearest[i] < iou:
            continue
        wanted = free & (scene.known.indices == scene.found.indices[i])
        overlaps = np.where(wanted, scene.overlaps[i], -1.0)
        if overlaps.size and overlaps.max() >= iou:
            place = int(overlaps.argmax())
            pairs[int(i)], free[place] = place, False
    return pairs


def in_crowd(scene: ComparedObjects, found: int) -> bool:
    """Whether a found object lies in a crowd of its label, or where every label is ignored."""
    if scene.nearest[found] < MATCH_IOU or not scene.ignored.any():
        return False
    indices = scene.known.indices
    own = (indices == scene.found.indices[found]) | (indices == IGNORE)
    return bool((scene.overlaps[found][scene.ignored & own] >= MATCH_IOU).any())


def _xywh(xyxy: NDArray[np.float32]) -> NDArray[np.float64]:
    corners = xyxy.astype(np.float64)
    return np.hstack([corners[:, :2], corners[:, 2:] - corners[:, :2]])
