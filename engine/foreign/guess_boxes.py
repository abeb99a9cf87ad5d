"""Guesses of networks that find objects."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.foreign.boxes import DISTANCE_BINS, SIDES
from engine.foreign.grids import cells, find_strides
from engine.foreign.guess_shapes import MASKED, guess_rotated, with_masks
from engine.foreign.head import LAST, MOST_LABELS, NO_BACKGROUND, Corners, Head, Scores, Units
from engine.foreign.seen import (
    FEWEST_NUMBERS,
    PROTOTYPES,
    Guess,
    Outputs,
    add_up,
    are_chances,
    are_corners,
    are_fractions,
    are_whole,
    nudged,
)

ANCHORS = 3
MOST_QUERIES = 1000
"""A DETR asks no more questions of a picture; an SSD has thousands of boxes."""
FEWEST_ROWS = 20


def guess_table(outputs: Outputs) -> list[Guess]:
    """One table of numbers: a row for each box, or a column."""
    tables = outputs.of(3)
    if not tables or _has_partner(outputs, tables[0]):
        return []
    which = tables[0]
    array = outputs.seen[which].array
    if array.shape[0] != 1 or min(array.shape[1:]) < FEWEST_NUMBERS:
        return []
    is_turned = _is_turned(array.shape[1], array.shape[2], outputs.size_hw)
    table = array[0].T if is_turned else array[0]  # (M, C)
    size = f"{len(table)} boxes of {table.shape[1]} numbers"
    parts: tuple[int, ...] = (which,)
    if outputs.prototypes is not None:
        parts = which, outputs.prototypes
        table = table[:, :-PROTOTYPES]
    found = [*_finished(table, outputs.known), *_by_columns(table, outputs, is_turned)]
    if len(parts) == 2:
        found = [with_masks(each) for each in found if each.head.layout in MASKED]
    else:
        found += [*_distances(table, outputs), *guess_rotated(table, outputs, is_turned)]
    return [
        Guess(
            replace(each.head, parts=parts, is_turned=is_turned),
            each.confidence,
            f"{size}{each.why}",
        )
        for each in found
    ]


def guess_pair(outputs: Outputs) -> list[Guess]:
    """Boxes (1, M, 4), and scores (1, M, C) of each."""
    tables = outputs.of(3)
    pairs = [(b, s) for b in tables for s in tables if _is_pair(outputs, b, s)]
    if not pairs:
        return []
    # Both may have four columns: then names tell, and else that boxes come first.
    boxes_at, scores_at = max(pairs, key=lambda pair: _sounds_like_boxes(outputs, pair[0]))
    boxes, scores = outputs.seen[boxes_at].array[0], outputs.seen[scores_at].array[0]
    columns = scores.shape[1]
    kind, background, said = _scores_of(scores, outputs.known)
    is_query = len(boxes) <= MOST_QUERIES and kind != "as_is" and are_chances(boxes)
    corners: Corners = "xyxy" if are_corners(boxes) and not is_query else "cxcywh"
    units: Units = "fraction" if are_fractions(boxes) else "pixels"
    labels = columns - (background != NO_BACKGROUND)
    if not 1 <= labels <= MOST_LABELS:
        return []
    layout = "detr" if is_query else "ssd"
    head = Head(layout, labels, (boxes_at, scores_at), kind, units, corners, background)
    is_odd = units == "fraction" and bool((np.abs(boxes) > 1.5).mean() > 0.2)
    confidence = 0.3 if is_odd else 0.93 if is_query or len(boxes) > MOST_QUERIES else 0.75
    return [Guess(head, confidence, f"{len(boxes)} boxes, {columns} scores each, {said}")]


def guess_lists(outputs: Outputs) -> list[Guess]:
    """Boxes (M, 4), and for each one score and one label's number, with or without (1, ...)."""
    seen = outputs.seen
    for boxes_at, each in enumerate(seen):
        count = each.shape[:-1]
        if len(each.shape) not in (2, 3) or each.shape[-1] != SIDES:
            continue
        rest = [i for i, other in enumerate(seen) if other.shape == count and i != boxes_at]
        labels_at = next((i for i in rest if _is_number(outputs, i)), None)
        scores_at = next((i for i in rest if i != labels_at), None)
        if labels_at is None or scores_at is None:
            continue
        numbers = seen[labels_at].array
        is_tensorflow = "detection_boxes" in each.name
        starts_at_0 = bool(numbers.size and numbers.min() < 1)
        most = int(numbers.max(initial=0)) + starts_at_0
        labels = max(outputs.known, most, 1)
        if labels > MOST_LABELS:
            return []
        units: Units = "fraction" if numbers.size and are_fractions(each.array) else "pixels"
        head = Head(
            "lists", labels, (boxes_at, scores_at, labels_at), units=units,
            corners="yxyx" if is_tensorflow else "xyxy",
            background=NO_BACKGROUND if starts_at_0 else 0,
        )  # fmt: skip
        why = f"{numbers.size} boxes, each with a score and a label's number"
        return [Guess(head, 0.95 if numbers.size else 0.8, why)]
    return []


def _is_number(outputs: Outputs, index: int) -> bool:
    """Whether an output is labels' numbers rather than scores."""
    each = outputs.seen[index]
    if np.issubdtype(each.array.dtype, np.integer):
        return True
    return are_whole(each.array) and ("class" in each.name or not are_chances(each.array))


def _is_pair(outputs: Outputs, boxes: int, scores: int) -> bool:
    if boxes == scores:
        return False
    first, second = outputs.seen[boxes].shape, outputs.seen[scores].shape
    return first[0] == 1 and first[2] == SIDES and first[:2] == second[:2]


def _has_partner(outputs: Outputs, index: int) -> bool:
    tables = outputs.of(3)
    return any(_is_pair(outputs, i, index) or _is_pair(outputs, index, i) for i in tables)


def _sounds_like_boxes(outputs: Outputs, index: int) -> int:
    name = outputs.seen[index].name.lower()
    return sum(word in name for word in ("box", "loc", "coord")) - ("logit" in name)


def _is_turned(rows: int, columns: int, size_hw: tuple[int, int]) -> bool:
    """Whether the boxes are the columns: where that fits grids, else where they are more."""
    fits = [
        any(find_strides(size_hw, side, each) for each in (1, ANCHORS)) for side in (rows, columns)
    ]
    return columns > rows if fits[0] == fits[1] else fits[1]


def _finished(table: NDArray[Any], known: int) -> list[Guess]:
    """Six numbers: corners, score, and a whole number, the label's."""
    if table.shape[1] != 6 or len(table) > 3 * MOST_QUERIES:
        return []
    score, label = table[:, 4], table[:, 5]
    if not are_whole(label) or not are_chances(score) or not are_corners(table[:, :SIDES]):
        return []
    labels = max(known, int(label.max(initial=0)) + 1)
    if labels > MOST_LABELS:
        return []
    units: Units = "fraction" if score.max() > 0 and are_fractions(table[:, :SIDES]) else "pixels"
    head = Head("yolo_v10", labels, units=units, corners="xyxy")
    return [Guess(head, 0.96, ": corners, a score, a label's number")]


def _distances(table: NDArray[Any], outputs: Outputs) -> list[Guess]:
    """Probabilities of labels, then eight numbers of any size for each of four sides."""
    strides = find_strides(outputs.size_hw, len(table))
    labels = table.shape[1] - SIDES * DISTANCE_BINS
    if not strides or not 1 <= labels <= MOST_LABELS:
        return []
    scores, sides = table[:, :labels], table[:, labels:]
    if are_chances(sides) or not (are_chances(scores) or outputs.known == labels):
        return []
    kind: Scores = "as_is" if are_chances(scores) else "sigmoid"
    head = Head("nanodet", labels, scores=kind, strides=strides)
    confidence = 0.94 if kind == "as_is" else 0.6
    return [Guess(head, confidence, f": grids with {labels} labels and distances of four sides")]


def _by_columns(table: NDArray[Any], outputs: Outputs, is_turned: bool) -> list[Guess]:
    """Boxes as centre and sides, then probabilities: of any object and of labels, or only these."""
    columns = table.shape[1]
    count, grids = len(table), find_strides(outputs.size_hw, len(table))
    is_anchored = bool(find_strides(outputs.size_hw, count, ANCHORS))
    scores = table[:, 4:]
    if columns < 5 or (count < FEWEST_ROWS and not grids):
        return []
    is_done = are_chances(scores)
    kind: Scores = "as_is" if is_done else "sigmoid"
    units: Units = "fraction" if are_fractions(table[:, :SIDES]) else "pixels"
    less = 0.0 if is_done else 0.3
    found = []
    plain, with_confidence = columns - 4, columns - 5
    if 1 <= with_confidence <= MOST_LABELS:
        is_raw = bool(grids) and not is_turned and _is_raw(table, outputs.size_hw, grids)
        sure = 0.95 if is_anchored else 0.9 if is_raw else 0.55 if grids else 0.7
        sure -= 0.45 if is_turned else 0.0
        layout, strides = ("yolox", grids) if is_raw else ("yolo_v5", ())
        head = Head(layout, with_confidence, scores=kind, units=units, strides=strides)
        why = f": a box, a confidence, {with_confidence} labels"
        found.append(Guess(head, nudged(sure - less, outputs.known, with_confidence), why))
    if 1 <= plain <= MOST_LABELS:
        sure = (0.95 if grids else 0.8) if is_turned else 0.45 if grids else 0.3
        head = Head("yolo_v8", plain, scores=kind, units=units)
        why = f": a box, {plain} labels"
        found.append(Guess(head, nudged(sure - less, outputs.known, plain), why))
    return found


def _is_raw(table: NDArray[Any], size_hw: tuple[int, int], strides: tuple[int, ...]) -> bool:
    """Whether centres are counted from their cells, and not from the input's corner."""
    cell = cells(size_hw, strides).numpy()
    centers = (cell[:, :2] + 0.5) * cell[:, 2:]
    as_pixels = np.abs(table[:, :2] - centers) / cell[:, 2:]
    return bool(np.median(np.abs(table[:, :2] - 0.5)) < np.median(as_pixels))


def _scores_of(scores: NDArray[Any], known: int) -> tuple[Scores, int, str]:
    """How scores (M, C) become probabilities, which column is no object, and that in words."""
    columns = scores.shape[1]
    last = columns - 1
    if add_up(scores, 1) and columns > 1:
        mean = scores.mean(axis=0)
        best = int(mean.argmax())
        background = LAST if best == last and best != 0 else 0
        return "as_is", background, "which add up to 1"
    if are_chances(scores):
        return "as_is", NO_BACKGROUND, "each from 0 to 1"
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances = powers / powers.sum(axis=1, keepdims=True)
    for background, column in ((LAST, last), (0, 0)):
        is_named = bool(known) and known == columns - 1
        # Of a few boxes most may be a person: the first column then is no background.
        may_be = is_named or (not known and (background == LAST or len(scores) > MOST_QUERIES))
        if columns > 1 and may_be and (chances[:, column] > 0.6).mean() > 0.5:
            where = "the last" if background == LAST else "the first"
            return "softmax", background, f"{where} of which is no object"
    return "sigmoid", NO_BACKGROUND, "before their sigmoid"
