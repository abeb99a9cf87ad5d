"""Guesses of networks that judge pixels, or the picture as a whole."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.foreign.boxes import grid_side
from engine.foreign.head import MOST_LABELS, Head, Scores
from engine.foreign.seen import Guess, Outputs, add_up, are_chances, are_whole


def guess_maps(outputs: Outputs) -> list[Guess]:
    """Maps over the picture: (1, C, h, w), (1, h, w, C) or (1, h, w); the first of them, or the
    one that is called "out"."""
    maps = [
        i
        for i in outputs.of(3, 4)
        if _is_map(outputs.seen[i].shape, outputs.size_hw) and i != outputs.prototypes
    ]
    named = [i for i in maps if outputs.seen[i].name in ("out", "output", "logits")]
    if not maps:
        return []
    which = (named or maps)[0]
    array = outputs.seen[which].array
    if array.ndim == 4 and 1 not in (array.shape[1], array.shape[3]):
        return _many(which, array, outputs)
    flat = array if array.ndim == 3 else array[:, 0] if array.shape[1] == 1 else array[..., 0]
    return _one(which, flat, outputs)


def guess_scores(outputs: Outputs) -> list[Guess]:
    """A score for each label of the whole picture: (1, C), or with axes of one behind."""
    for which, each in enumerate(outputs.seen):
        shape = each.shape
        is_flat = len(shape) in (2, 4) and shape[0] == 1 and all(side == 1 for side in shape[2:])
        if not is_flat or not 2 <= shape[1] <= MOST_LABELS or len(outputs.seen) > 2:
            continue
        is_done = add_up(each.array, 1)
        head = Head("classification", shape[1], (which,), scores="as_is" if is_done else "softmax")
        why = f"one number for each of {shape[1]} labels"
        return [Guess(head, 0.95, f"{why}, which add up to 1" if is_done else why)]
    return []


def _is_map(shape: tuple[int, ...], size_hw: tuple[int, int]) -> bool:
    """Whether two axes are those of the picture, no smaller than a 32nd of it."""
    if shape[0] != 1:
        return False
    places = (shape[1:3], shape[2:4]) if len(shape) == 4 else (shape[1:3],)
    return any(_covers(place, size_hw) for place in places)


def _covers(place: tuple[int, ...], size_hw: tuple[int, int]) -> bool:
    height, width = place
    is_fine = height * 33 >= size_hw[0] and width * 33 >= size_hw[1] and min(place) > 3
    return is_fine and abs(height * size_hw[1] - width * size_hw[0]) <= 2 * max(size_hw)


def _many(which: int, array: NDArray[Any], outputs: Outputs) -> list[Guess]:
    is_turned = not _covers(array.shape[2:4], outputs.size_hw)
    channels = array.shape[3 if is_turned else 1]
    found = [] if is_turned else _one_grid(which, array, outputs)
    if channels > MOST_LABELS:
        return found
    scores: Scores = "as_is" if add_up(array, 3 if is_turned else 1) else "softmax"
    head = Head("semantic", channels, (which,), scores=scores, is_turned=is_turned)
    why = f"{channels} maps, one for each label"
    return [*found, Guess(head, 0.9, f"{why}, which add up to 1" if scores == "as_is" else why)]


def _one_grid(which: int, array: NDArray[Any], outputs: Outputs) -> list[Guess]:
    """FastestDet: the first channel is a probability, and those from the sixth on add up to 1."""
    height, width = array.shape[2:]
    stride = grid_side(outputs.size_hw, (height, width))
    labels = array.shape[1] - 5
    if not stride or not 1 <= labels <= MOST_LABELS:
        return []
    if not are_chances(array[:, 0]) or not add_up(array[:, 5:], 1):
        return []
    head = Head("fastestdet", labels, (which,), units="fraction", strides=(stride,))
    why = f"a grid of {height} x {width} cells with a confidence, four sides and {labels} labels"
    return [Guess(head, 0.93, why)]


def _one(which: int, flat: NDArray[Any], outputs: Outputs) -> list[Guess]:
    if are_whole(flat) and flat.max(initial=0) < MOST_LABELS and _is_integer(flat):
        labels = max(outputs.known, int(flat.max(initial=0)) + 1, 2)
        why = "one map of whole numbers"
        return [Guess(Head("label_map", labels, (which,)), 0.9, why)]
    is_done = are_chances(flat)
    scores: Scores = "as_is" if is_done else "sigmoid"
    why = "one map of numbers from 0 to 1" if is_done else "one map of any numbers"
    return [Guess(Head("saliency", 2, (which,), scores=scores), 0.85 if is_done else 0.6, why)]


def _is_integer(flat: NDArray[Any]) -> bool:
    """Whole numbers in kind, or more than two of them."""
    return bool(np.issubdtype(flat.dtype, np.integer) or flat.max(initial=0) > 1)
