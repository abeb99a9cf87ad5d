"""Outputs of detectors of every known kind for objects that are given, with noise where no object
is, as their authors' exports would have them."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.foreign.grids import cells
from engine.foreign.seen import Seen

SIZE = (128, 160)
SURE = 0.9
THREE, FOUR = (8, 16, 32), (8, 16, 32, 64)
Objects = Sequence[tuple[tuple[float, float, float, float], int]]
"""Boxes, xyxy in pixels of the input, and the indices of their labels."""
Make = Callable[[Objects, int, np.random.Generator], list[Seen]]


def _noise(rng: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    """What scores are where nothing is."""
    return rng.uniform(0, 0.02, shape).astype(np.float32)


def _logit(values):
    values = np.clip(values, 1e-4, 1 - 1e-4)
    return np.log(values / (1 - values))


def _cell_of(box, strides, rng):
    """The row of the table for a box: that of the cell that its middle is in, of some grid."""
    stride = strides[int(rng.integers(len(strides) - 1))]
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    every = cells(SIZE, strides).numpy()
    same = (every[:, 2] == stride) & (every[:, 0] == x // stride) & (every[:, 1] == y // stride)
    return int(np.flatnonzero(same)[0])


def _center(box):
    x1, y1, x2, y2 = box
    return (x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1


def _boxes_of_cells(strides, rng):
    """A small box in the middle of each cell."""
    cell = cells(SIZE, strides).numpy()
    centers = (cell[:, :2] + 0.5) * cell[:, 2:]
    sides = cell[:, 2:] * rng.uniform(0.5, 2, (len(cell), 2))
    return np.concatenate([centers, sides], axis=1).astype(np.float32)


def yolo_v5(objects, labels, rng):
    boxes = np.concatenate([_boxes_of_cells(THREE, rng)] * 3)
    table = np.concatenate([boxes, _noise(rng, len(boxes), 1 + labels)], axis=1)
    for row, (box, label) in zip(_rows(rng, len(table), len(objects)), objects, strict=True):
        table[row, :4] = _center(box)
        table[row, 4] = table[row, 5 + label] = 0.95
    return [Seen("output0", table[None])]


def yolo_v8(objects, labels, rng):
    boxes = _boxes_of_cells(THREE, rng)
    table = np.concatenate([boxes, _noise(rng, len(boxes), labels)], axis=1)
    for row, (box, label) in zip(_rows(rng, len(table), len(objects)), objects, strict=True):
        table[row, :4], table[row, 4 + label] = _center(box), SURE
    return [Seen("output0", np.ascontiguousarray(table.T)[None])]


def yolo_v10(objects, labels, rng):
    table = np.zeros((300, 6), np.float32)
    table[:, 2:4], table[:, 4] = 10, _noise(rng, 300)
    table[:, 5] = rng.integers(0, labels, 300)
    for row, (box, label) in enumerate(objects):
        table[row] = (*box, SURE, label)
    return [Seen("output0", table[None])]


def _with_masks(seen, rng, is_turned):
    """Rows with shares of masks behind them, and the prototypes."""
    table = seen.array[0].T if is_turned else seen.array[0]
    table = np.concatenate([table, rng.normal(0, 1, (len(table), 32))], axis=1).astype(np.float32)
    maps = rng.normal(0, 1, (1, 32, SIZE[0] // 4, SIZE[1] // 4)).astype(np.float32)
    rows = np.ascontiguousarray(table.T) if is_turned else table
    return [Seen("output0", rows[None]), Seen("output1", maps)]


def yolo_v5_seg(objects, labels, rng):
    return _with_masks(yolo_v5(objects, labels, rng)[0], rng, is_turned=False)


def yolo_v8_seg(objects, labels, rng):
    return _with_masks(yolo_v8(objects, labels, rng)[0], rng, is_turned=True)


def yolo_v10_seg(objects, labels, rng):
    return _with_masks(yolo_v10(objects, labels, rng)[0], rng, is_turned=False)


def yolo_v8_obb(objects, labels, rng):
    """The objects lie straight, and what is noise at any angle."""
    (seen,) = yolo_v8(objects, labels, rng)
    angle = rng.uniform(-0.78, 2.35, (1, 1, seen.shape[2])).astype(np.float32)
    angle[:, 0, seen.array[0, 4:].max(axis=0) > 0.5] = 0
    return [Seen("output0", np.concatenate([seen.array, angle], axis=1))]


def yolo_v10_obb(objects, labels, rng):
    (seen,) = yolo_v10(objects, labels, rng)
    table = np.concatenate([seen.array, np.zeros((1, 300, 1), np.float32)], axis=2)
    for row, (box, _) in enumerate(objects):
        table[0, row, :4] = _center(box)
    return [Seen("output0", table)]


def yolox(objects, labels, rng):
    cell = cells(SIZE, THREE).numpy()
    table = np.concatenate(
        [rng.uniform(-0.5, 1.5, (len(cell), 4)), _noise(rng, len(cell), 1 + labels)], axis=1
    ).astype(np.float32)
    for box, label in objects:
        row = _cell_of(box, THREE, rng)
        x, y, width, height = _center(box)
        column, line, stride = cell[row]
        table[row, :2] = x / stride - column, y / stride - line
        table[row, 2:4] = np.log((width / stride, height / stride))
        table[row, 4] = table[row, 5 + label] = 0.95
    return [Seen("output", table[None])]


def nanodet(objects, labels, rng):
    cell = cells(SIZE, FOUR).numpy()
    scores, sides = _noise(rng, len(cell), labels), rng.normal(0, 2, (len(cell), 4, 8))
    for box, label in objects:
        row = _far_cell(box)
        x, y = cell[row, 0] * cell[row, 2], cell[row, 1] * cell[row, 2]
        far = np.array([x - box[0], y - box[1], box[2] - x, box[3] - y]) / cell[row, 2]
        sides[row] = _bins(far)
        scores[row, label] = SURE
    table = np.concatenate([scores, sides.reshape(len(cell), 32)], axis=1).astype(np.float32)
    return [Seen("output", table[None])]


def _far_cell(box):
    """The cell of stride 16 whose corner is in the box."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    every = cells(SIZE, FOUR).numpy()
    same = (every[:, 2] == 16) & (every[:, 0] == x // 16) & (every[:, 1] == y // 16)
    return int(np.flatnonzero(same)[0])


def _bins(far):
    """Scores of 0..7 whose expectation is this distance."""
    found = np.full((4, 8), -40.0)
    for side, distance in enumerate(np.clip(far, 0, 7)):
        low = min(int(distance), 6)
        share = np.clip(distance - low, 1e-9, 1 - 1e-9)
        found[side, low], found[side, low + 1] = np.log(1 - share), np.log(share)
    return found


def fastestdet(objects, labels, rng):
    height, width = SIZE[0] // 16, SIZE[1] // 16
    grid = rng.normal(0, 1, (5 + labels, height, width)).astype(np.float32)
    grid[0] = _noise(rng, height, width)
    grid[5:] = 1 / labels
    for box, label in objects:
        x, y, w, h = _center(box)
        column, line = int(x // 16), int(y // 16)
        place = np.array([x / 16 - column, y / 16 - line])
        grid[0, line, column] = 0.95
        grid[1:3, line, column] = np.arctanh(np.clip(place, 0, 0.999))
        grid[3:5, line, column] = _logit(np.array([w / SIZE[1], h / SIZE[0]]))
        grid[5:, line, column] = 0.05 / labels
        grid[5 + label, line, column] += 0.95
    return [Seen("output", grid[None])]


def detr(objects, labels, rng):
    logits = rng.normal(-3, 0.3, (100, labels + 1)).astype(np.float32)
    logits[:, -1] = 4
    boxes = rng.uniform(0.2, 0.5, (100, 4)).astype(np.float32)
    for row, (box, label) in enumerate(objects):
        boxes[row] = np.array(_center(box)) / (SIZE[1], SIZE[0], SIZE[1], SIZE[0])
        logits[row, label], logits[row, -1] = 6, -2
    return [Seen("logits", logits[None]), Seen("pred_boxes", boxes[None])]


def detr_of_sigmoids(objects, labels, rng):
    (logits, boxes) = detr(objects, labels, rng)
    return [Seen("logits", np.ascontiguousarray(logits.array[..., :-1])), boxes]


def ssd(objects, labels, rng):
    count = 1500
    corners = rng.uniform(0, 0.6, (count, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(0.05, 0.4, (count, 2))], axis=1)
    scores = np.full((count, labels + 1), 0.02 / labels)
    scores[:, 0] = 0.98
    for row, (box, label) in zip(_rows(rng, count, len(objects)), objects, strict=True):
        boxes[row] = np.array(box) / (SIZE[1], SIZE[0], SIZE[1], SIZE[0])
        scores[row] = (1 - SURE) / labels
        scores[row, 1 + label] = SURE
    scores /= scores.sum(axis=1, keepdims=True)
    found = [Seen("scores", scores[None]), Seen("boxes", boxes[None])]
    return [Seen(each.name, each.array.astype(np.float32)) for each in found]


def torchvision_lists(objects, labels, rng):
    boxes = np.array([box for box, _ in objects], np.float32).reshape(-1, 4)
    numbers = np.array([label + 1 for _, label in objects], np.int64)
    scores = np.full(len(objects), SURE, np.float32)
    return [Seen("boxes", boxes), Seen("labels", numbers), Seen("scores", scores)]


MADE: dict[str, Make] = {
    "yolo_v5": yolo_v5, "yolo_v8": yolo_v8, "yolo_v10": yolo_v10, "yolo_v5_seg": yolo_v5_seg,
    "yolo_v8_seg": yolo_v8_seg, "yolo_v10_seg": yolo_v10_seg, "yolo_v8_obb": yolo_v8_obb,
    "yolo_v10_obb": yolo_v10_obb, "yolox": yolox,
    "nanodet": nanodet, "fastestdet": fastestdet, "detr": detr, "detr (sigmoid)": detr_of_sigmoids,
    "ssd": ssd, "lists": torchvision_lists,
}  # fmt: skip
"""By the layout that is to be guessed; what follows it in brackets is which of its kinds."""


def _rows(rng, count, wanted):
    return rng.choice(count, wanted, replace=False)
