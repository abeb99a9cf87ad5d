"""Predictions -> proposals: thresholds, one Mask per label of a label map, no duplicates."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from engine.labels import background_of
from engine.regions import boxes, masks
from engine.regions.crops import crop, shared_rect, tight, window
from engine.values import IGNORE, Annotation, Box, Mask, Polyline, Prediction, Region, Sample

DUPLICATE_IOU = 0.5
"""A proposal that overlaps an annotation of its label by more than this is left out."""
DRAWN_SHARE = 2 / 3
"""A part of a label's area of which more than this is drawn is left out: of two areas of one size
that is the same overlap."""


def proposals_of(
    prediction: Prediction,
    sample: Sample | None = None,
    *,
    min_score: float = 0.0,
    label_ids: Iterable[int] | None = None,
) -> tuple[Annotation, ...]:
    """What a prediction adds to a Sample, as proposals with origin and score.

    Left out: background, what scores below `min_score`, labels that are not in `label_ids`, and
    what a person has already drawn.
    """
    wanted = None if label_ids is None else set(label_ids)
    drawn = sample.annotations if sample else ()
    found = [*_areas(prediction, drawn), *_objects(prediction, drawn, min_score)]
    return tuple(a for a in found if wanted is None or a.label_id in wanted)


def region_iou(a: Region, b: Region, size_hw: tuple[int, int]) -> float:
    """Overlap of two Regions in 0..1: by pixels, or by boxes where one is a Box. A line overlaps
    only the very same one."""
    if isinstance(a, Polyline) or isinstance(b, Polyline):
        return float(a == b)
    box_a, box_b = masks.box_of(a), masks.box_of(b)
    overlap = float(boxes.iou([box_a.xyxy], [box_b.xyxy])[0, 0])
    if not overlap or isinstance(a, Box) or isinstance(b, Box):
        return overlap
    mask_a, mask_b = masks.region_to_mask(a, size_hw), masks.region_to_mask(b, size_hw)
    return masks.mask_iou(mask_a, mask_b) if mask_a and mask_b else 0.0


def _areas(prediction: Prediction, drawn: Sequence[Annotation]) -> list[Annotation]:
    """One Mask for each label of the label map: its parts that are not drawn yet."""
    if prediction.label_map is None:
        return []
    background = background_of(prediction.labels)
    found = []
    for label_id, mask in masks.masks_of(prediction.label_map, background).items():
        done = _joined(drawn, label_id, prediction.size_hw)
        new = mask if done is None else _undrawn(mask, done)
        if label_id != IGNORE and new is not None:
            found.append(Annotation(new, label_id, origin=prediction.origin))
    return found


def _undrawn(mask: Mask, done: Mask) -> Mask | None:
    """The connected parts of a Mask that are not done; None if all are."""
    rect = shared_rect(mask, done)
    if rect is None:
        return mask
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(mask.pixels.view(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA]
    left, top, right, bottom = rect
    shared = numbers[top - mask.top : bottom - mask.top, left - mask.left : right - mask.left]
    drawn = np.bincount(shared[window(done, rect)], minlength=len(areas))
    is_new = drawn <= DRAWN_SHARE * areas
    is_new[0] = False  # what is around the parts
    return tight(crop(mask.left, mask.top, is_new[numbers]))


def _joined(drawn: Sequence[Annotation], label_id: int, size_hw: tuple[int, int]) -> Mask | None:
    joined: Mask | None = None
    for annotation in drawn:
        if annotation.label_id == label_id and not isinstance(annotation.region, Box):
            joined = masks.join(joined, masks.region_to_mask(annotation.region, size_hw))
    return joined


def _objects(
    prediction: Prediction, drawn: Sequence[Annotation], min_score: float
) -> list[Annotation]:
    """The detections that score high enough and are not drawn yet."""
    found = []
    for detection in prediction.detections:
        same = [a for a in drawn if a.label_id == detection.label_id]
        is_done = any(
            region_iou(detection.region, a.region, prediction.size_hw) > DUPLICATE_IOU for a in same
        )
        if detection.score >= min_score and not is_done:
            found.append(
                Annotation(
                    detection.region,
                    detection.label_id,
                    origin=prediction.origin,
                    score=min(max(detection.score, 0.0), 1.0),
                    track=detection.track,
                )
            )
    return found
