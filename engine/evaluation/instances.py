"""Average precision of masks and of their borders, as COCO and Boundary IoU define them.

Boundary AP is that of Cheng, Girshick, Dollar, Berg, Kirillov: Boundary IoU, CVPR 2021: the overlap
of two objects is the smaller one of their IoU and of the IoU of the bands along their borders,
2 % of the picture's diagonal wide. Here, as in the authors' code, the picture's own edge is a
border of an object that it cuts; in `engine.evaluation.boundary`, of label maps, it is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

from engine.evaluation.detection import DetectionScores, categories, labels_of, score_rows
from engine.regions.run_lengths import rle_encode
from engine.values import IGNORE, Mask

NO_PIXELS = Mask(0, 0, np.zeros((1, 1), np.bool_))
"""An object whose mask came out empty."""


@dataclass(frozen=True, eq=False)
class PictureMasks:
    """The objects of one picture of `size_hw`: N masks, label indices (N,), scores if predicted.

    A mask is a cropped Mask or COCO's compressed run lengths over the whole picture. `crowd` and
    index 255 are as in `Boxes`.
    """

    size_hw: tuple[int, int]
    masks: Sequence[Mask | str]
    indices: NDArray[np.int64]
    scores: NDArray[np.float32] | None = None
    crowd: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        for values in (self.indices, self.scores, self.crowd):
            if values is not None and len(values) != len(self.masks):
                raise ValueError(f"{len(self.masks)} masks have {len(values)} labels or scores.")

    @property
    def ignored(self) -> NDArray[np.bool_]:
        """Which are crowds (N,): marked so, or of index 255."""
        marked = np.zeros(len(self.indices), bool) if self.crowd is None else self.crowd
        return marked | (self.indices == IGNORE)

    def run_lengths(self) -> list[dict[str, Any]]:
        """Every mask as COCO writes it: size and compressed counts."""
        texts = (m if isinstance(m, str) else rle_encode(m, self.size_hw) for m in self.masks)
        return [{"size": list(self.size_hw), "counts": text} for text in texts]


def score_instances(
    predicted: Sequence[PictureMasks],
    truth: Sequence[PictureMasks],
    num_labels: int,
    *,
    kind: Literal["segm", "boundary"] = "segm",
) -> DetectionScores:
    """Average precision of masks against the truth, picture by picture in the same order.

    Kind "boundary" asks that the borders agree too.
    """
    known = {
        "images": [
            {"id": i, "height": one.size_hw[0], "width": one.size_hw[1]}
            for i, one in enumerate(truth)
        ],
        "categories": categories(num_labels),
    }
    truths, found = (
        [row for i, objects in enumerate(side) for row in _rows(objects, i, num_labels)]
        for side in (truth, predicted)
    )
    return score_rows(known, truths, found, kind=kind)


def mask_overlaps(found: PictureMasks, known: PictureMasks) -> NDArray[np.float64]:
    """IoU of every found mask with every true one (N, M); with a crowd, the share inside it."""
    return _overlaps(found.run_lengths(), known.run_lengths(), known.ignored)


def boundary_overlaps(found: PictureMasks, known: PictureMasks) -> NDArray[np.float64]:
    """IoU of the bands along the borders of every pair (N, M)."""
    ours, theirs = (
        [coco_mask.rleToBoundary(rle) for rle in one.run_lengths()] for one in (found, known)
    )
    return _overlaps(ours, theirs, np.zeros(len(theirs), bool))


def mean_boundary_iou(
    hits: Sequence[Mapping[int, int]],
    predicted: Sequence[PictureMasks],
    truth: Sequence[PictureMasks],
) -> float:
    """The mean boundary IoU of the found masks that met a true one; NaN if none did.

    `hits` holds for each picture the place of the true mask by that of the found one.
    """
    values: list[float] = []
    for pairs, found, known in zip(hits, predicted, truth, strict=True):
        ours, theirs = _picked(found, [*pairs]), _picked(known, [*pairs.values()])
        values += boundary_overlaps(ours, theirs).diagonal().tolist()
    return float(np.mean(values)) if values else float("nan")


def _picked(objects: PictureMasks, places: Sequence[int]) -> PictureMasks:
    masks = [objects.masks[place] for place in places]
    return PictureMasks(objects.size_hw, masks, objects.indices[list(places)])


def _overlaps(
    found: list[dict[str, Any]], known: list[dict[str, Any]], crowd: NDArray[np.bool_]
) -> NDArray[np.float64]:
    if not found or not known:
        return np.zeros((len(found), len(known)))
    return np.asarray(coco_mask.iou(found, known, crowd.astype(int).tolist()), np.float64)


def _rows(objects: PictureMasks, picture: int, num_labels: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    ignored = objects.ignored
    for i, lengths in enumerate(objects.run_lengths()):
        row = {
            "image_id": picture,
            "segmentation": lengths,
            "area": float(coco_mask.area(lengths)),
            "iscrowd": int(ignored[i]),
        }
        if objects.scores is not None:
            row["score"] = float(objects.scores[i])
        rows += [{**row, "category_id": k} for k in labels_of(int(objects.indices[i]), num_labels)]
    return rows
