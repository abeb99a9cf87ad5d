"""Pure arithmetic on boxes: (N, 4) float32 xyxy, pixels of the frame, right and bottom excluded."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Boxes = NDArray[np.float32]
"""(N, 4) float32 xyxy unless the name of the variable says otherwise."""


def as_boxes(boxes: ArrayLike) -> Boxes:
    """Anything like a list of four numbers -> (N, 4) float32, also when it is empty."""
    return np.asarray(boxes, dtype=np.float32).reshape(-1, 4)


def area(boxes: ArrayLike) -> NDArray[np.float32]:
    """(N, 4) -> (N,); inverted boxes have none."""
    boxes = as_boxes(boxes)
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return np.asarray(sides[:, 0] * sides[:, 1], dtype=np.float32)


def iou(a: ArrayLike, b: ArrayLike) -> NDArray[np.float32]:
    """Overlap of every pair: (N, 4) and (M, 4) xyxy -> (N, M) in 0..1."""
    a, b = as_boxes(a).astype(np.float64), as_boxes(b).astype(np.float64)
    top_left = np.maximum(a[:, None, :2], b[None, :, :2])  # (N, M, 2)
    bottom_right = np.minimum(a[:, None, 2:], b[None, :, 2:])  # (N, M, 2)
    shared = np.prod(np.maximum(bottom_right - top_left, 0), axis=2)
    area_a = np.prod(np.maximum(a[:, 2:] - a[:, :2], 0), axis=1)
    area_b = np.prod(np.maximum(b[:, 2:] - b[:, :2], 0), axis=1)
    union = area_a[:, None] + area_b[None, :] - shared
    result = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return np.asarray(np.clip(result, 0, 1), dtype=np.float32)


def clip(boxes: ArrayLike, size_hw: tuple[int, int]) -> Boxes:
    """Cut to the frame; a box outside becomes empty at the edge."""
    height, width = size_hw
    limits = np.array([width, height, width, height], dtype=np.float32)
    return np.asarray(np.clip(as_boxes(boxes), 0, limits), dtype=np.float32)


def scale(boxes: ArrayLike, scale_x: float, scale_y: float) -> Boxes:
    """Multiply x and y by their factors."""
    factors = np.array([scale_x, scale_y, scale_x, scale_y], dtype=np.float32)
    return np.asarray(as_boxes(boxes) * factors, dtype=np.float32)


def is_solid(boxes: ArrayLike, smallest: float = 0.0) -> NDArray[np.bool_]:
    """(N,): whether both sides are longer than `smallest`."""
    boxes = as_boxes(boxes)
    return np.asarray((boxes[:, 2:] - boxes[:, :2] > smallest).all(axis=1), dtype=np.bool_)


def xyxy_to_cxcywh(boxes: ArrayLike) -> Boxes:
    """Corners -> centre, width and height."""
    boxes = as_boxes(boxes)
    sides = boxes[:, 2:] - boxes[:, :2]
    return np.concatenate([boxes[:, :2] + sides / 2, sides], axis=1)


def cxcywh_to_xyxy(cxcywh: ArrayLike) -> Boxes:
    """Centre, width and height -> corners."""
    cxcywh = as_boxes(cxcywh)
    half = cxcywh[:, 2:] / 2
    return np.concatenate([cxcywh[:, :2] - half, cxcywh[:, :2] + half], axis=1)
