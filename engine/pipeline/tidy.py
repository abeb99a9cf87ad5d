"""What is left out or closed after the network: labels not asked for, small areas, holes."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError
from engine.labels import background_of
from engine.regions.masks import box_of
from engine.regions.shaping import filled
from engine.thresholds import Thresholds
from engine.values import IGNORE, Detection, Label, LabelMap, Mask, Prediction, Region

_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def check_only(only: Sequence[str] | None, labels: Sequence[Label]) -> None:
    """ConfigError where a label is asked for that the weights do not know."""
    names = [label.name for label in labels]
    unknown = [name for name in only or () if name not in names]
    if unknown:
        raise ConfigError(
            f"The weights do not know {', '.join(unknown)}.", hint=f"They know {', '.join(names)}."
        )


def tidied(prediction: Prediction, thresholds: Thresholds) -> Prediction:
    """The Prediction as the thresholds want it; the very same where they want nothing."""
    if not (thresholds.only is not None or thresholds.fills_holes or thresholds.least_area):
        return prediction
    label_map = prediction.label_map
    if label_map is not None:
        ids = _tidied_ids(label_map.ids, prediction.labels, thresholds)
        label_map = LabelMap(ids)
    found, tallies = prediction.detections, prediction.tallies
    if thresholds.only is not None:
        wanted = {label.id for label in prediction.labels if label.name in thresholds.only}
        found = tuple(each for each in found if each.label_id in wanted)
        tallies = tuple(
            replace(tally, rows=tuple(row for row in tally.rows if row[0] in wanted))
            for tally in tallies
        )
    if thresholds.fills_holes:
        found = tuple(map(_without_holes, found))
    found = tuple(each for each in found if _area(each.region) >= thresholds.least_area)
    tracks = {each.track for each in found}
    trails = tuple(trail for trail in prediction.trails if trail[0] in tracks)
    return replace(
        prediction, detections=found, label_map=label_map, trails=trails, tallies=tallies
    )


def _without_holes(detection: Detection) -> Detection:
    return replace(detection, region=filled(detection.region))


def _area(region: Region) -> float:
    """Pixels, or those a box holds."""
    if isinstance(region, Mask):
        return float(region.pixels.sum())
    x1, y1, x2, y2 = box_of(region).xyxy
    return (x2 - x1) * (y2 - y1)


def _tidied_ids(
    ids: NDArray[np.uint8], labels: Sequence[Label], thresholds: Thresholds
) -> NDArray[np.uint8]:
    """Label ids (H, W): labels first, then holes, then small areas."""
    background, ids = background_of(labels), ids.copy()
    nothing = IGNORE if background is None else background
    if thresholds.only is not None:
        wanted = [label.id for label in labels if label.name in thresholds.only]
        ids[~np.isin(ids, [*wanted, IGNORE])] = nothing
    if thresholds.fills_holes:
        _fill_holes(ids, nothing)
    if thresholds.least_area:
        present = np.flatnonzero(np.bincount(ids.ravel(), minlength=256)).tolist()
        for label_id in present:
            if label_id not in (nothing, IGNORE):
                _drop_small(ids, label_id, thresholds.least_area)
    return ids


def _fill_holes(ids: NDArray[np.uint8], nothing: int) -> None:
    """Each area of background that a single label encloses becomes that label's."""
    height, width = ids.shape
    count, areas, boxes, _ = cv2.connectedComponentsWithStats(
        (ids == nothing).view(np.uint8), connectivity=4
    )
    for number in range(1, count):
        x, y, w, h = boxes[number, :4].tolist()
        if x and y and x + w < width and y + h < height:
            place = np.s_[y - 1 : y + h + 1, x - 1 : x + w + 1]
            hole = areas[place] == number
            around = _around(ids[place], hole)
            if len(around) and (around == around[0]).all() and around[0] != IGNORE:
                ids[place][hole] = around[0]


def _drop_small(ids: NDArray[np.uint8], label_id: int, least: int) -> None:
    """Areas of a label that are too small become what is mostly around them."""
    mask = (ids == label_id).view(np.uint8)
    count, areas, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for number in np.flatnonzero(boxes[:count, cv2.CC_STAT_AREA] < least).tolist():
        if number == 0:  # All the rest.
            continue
        x, y, w, h = boxes[number, :4].tolist()
        place = np.s_[max(0, y - 1) : y + h + 1, max(0, x - 1) : x + w + 1]
        area = areas[place] == number
        around = _around(ids[place], area)
        if len(around):
            ids[place][area] = np.bincount(around).argmax()


def _around(ids: NDArray[np.uint8], area: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The labels of the pixels that touch an area."""
    grown = cv2.dilate(area.view(np.uint8), _CROSS).view(bool)
    touching: NDArray[np.uint8] = ids[grown & ~area]
    return touching
