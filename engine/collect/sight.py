"""What two models say of a live frame, as the rules look at it."""

import numpy as np
from numpy.typing import NDArray

from engine.collect.rules import Sight
from engine.labels import is_background, matching_name
from engine.regions.boxes import iou
from engine.regions.masks import box_of
from engine.values import IGNORE, LabelMap, Prediction

SAME_IOU = 0.5
"""Two boxes of a label that overlap so much are the same object."""
LEAST_SHARE = 0.002
"""Of a frame's pixels a label has to take so much to be in sight."""
_GRID = 160


def sight_of(prediction: Prediction | None, beside: Prediction | None, at: float) -> Sight:
    """What was said of a frame that came at this moment; how much one `beside` it differs."""
    if prediction is None:
        return Sight(at)
    share = difference(prediction, beside) if beside is not None else None
    return Sight(at, _objects(prediction), share)


def _objects(prediction: Prediction) -> tuple[tuple[str, float | None], ...]:
    names = _names(prediction)
    if prediction.ranking:
        label_id, score = prediction.ranking[0]
        return ((names[label_id], score),)
    if prediction.label_map is None:
        return tuple((names[d.label_id], d.score) for d in prediction.detections)
    ids = _sampled(prediction.label_map)
    shares = np.bincount(ids.ravel(), minlength=256) / ids.size
    hidden = {label.id for label in prediction.labels if is_background(label)} | {IGNORE}
    there = [i for i in np.flatnonzero(shares >= LEAST_SHARE).tolist() if i not in hidden]
    return tuple((names.get(i, str(i)), None) for i in there)


def difference(a: Prediction, b: Prediction) -> float | None:
    """The share of what they see in which two differ, 0..1: of pixels, of objects, or whether their
    first labels are others. None for models that cannot be compared so."""
    if a.label_map is not None and b.label_map is not None:
        return _of_maps(a, b)
    if a.label_map is not None or b.label_map is not None or bool(a.ranking) != bool(b.ranking):
        return None
    if a.ranking:
        first = [_keys(each)[each.ranking[0][0]] for each in (a, b)]
        return float(first[0] != first[1])
    count = len(a.detections) + len(b.detections)
    if not a.detections or not b.detections:
        return 1.0 if count else 0.0
    same = _same(a, b)
    lonely = (~same.any(1)).sum() + (~same.any(0)).sum()
    return float(lonely) / count


def _same(a: Prediction, b: Prediction) -> NDArray[np.bool_]:
    """Which objects of one (rows) are which of the other (columns)."""
    overlap = iou(*([box_of(d.region).xyxy for d in each.detections] for each in (a, b)))
    rows, columns = ([_keys(each)[d.label_id] for d in each.detections] for each in (a, b))
    return (overlap >= SAME_IOU) & (np.array(rows)[:, None] == np.array(columns)[None, :])


def _of_maps(a: Prediction, b: Prediction) -> float | None:
    assert a.label_map is not None
    assert b.label_map is not None
    if a.size_hw != b.size_hw:
        return None
    numbers = {key: n for n, key in enumerate(sorted({*_keys(a).values(), *_keys(b).values()}))}
    maps = []
    for each in (a, b):
        table = np.full(256, -1, np.int32)
        for label_id, key in _keys(each).items():
            table[label_id] = numbers[key]
        assert each.label_map is not None
        maps.append(table[_sampled(each.label_map)])
    return float((maps[0] != maps[1]).mean())


def _sampled(label_map: LabelMap) -> NDArray[np.uint8]:
    """Enough of its pixels to tell shares."""
    height, width = label_map.ids.shape
    step = max(1, min(height, width) // _GRID)
    return label_map.ids[::step, ::step]


def _names(prediction: Prediction) -> dict[int, str]:
    return {label.id: label.name for label in prediction.labels}


def _keys(prediction: Prediction) -> dict[int, str]:
    """What labels of two models are the same by; a background is one under any name."""
    return {x.id: "" if is_background(x) else matching_name(x) for x in prediction.labels}
