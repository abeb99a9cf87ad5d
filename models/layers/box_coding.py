"""Boxes as offsets from reference boxes (anchors, proposals), and back.

Girshick et al.: R-CNN, CVPR 2014, appendix C: (dx, dy) are the centre's way in sizes of the
reference, (dw, dh) the logarithm of how much wider and higher the box is.
"""

import math

import torch
from torch import Tensor

MAX_LOG_SIZE = math.log(1000 / 16)
"""A box grows at most so much, lest an untrained network overflow."""


def encode(boxes: Tensor, references: Tensor, weights: tuple[float, ...] = (1, 1, 1, 1)) -> Tensor:
    """Boxes and references (..., 4) xyxy -> offsets (..., 4), each times its weight.

    Sides are taken to be at least a thousandth of a pixel.
    """
    (x, y, w, h), (rx, ry, rw, rh) = _centers(boxes), _centers(references)
    offsets = ((x - rx) / rw, (y - ry) / rh, (w / rw).log(), (h / rh).log())
    return torch.stack(offsets, dim=-1) * boxes.new_tensor(weights)


def decode(
    offsets: Tensor, references: Tensor, weights: tuple[float, ...] = (1, 1, 1, 1)
) -> Tensor:
    """Offsets (..., 4) from references (..., 4) xyxy -> boxes (..., 4) xyxy."""
    dx, dy, dw, dh = (offsets / offsets.new_tensor(weights)).unbind(-1)
    rx, ry, rw, rh = _centers(references)
    x, y = rx + dx * rw, ry + dy * rh
    w, h = rw * dw.clamp(max=MAX_LOG_SIZE).exp(), rh * dh.clamp(max=MAX_LOG_SIZE).exp()
    return torch.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], dim=-1)


def clip(boxes: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """Boxes (..., 4) xyxy cut off at the edges of an input of this size."""
    height, width = size_hw
    x, y = boxes[..., 0::2].clamp(0, width), boxes[..., 1::2].clamp(0, height)
    return torch.stack([x[..., 0], y[..., 0], x[..., 1], y[..., 1]], dim=-1)


def _centers(boxes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    x1, y1, x2, y2 = boxes.unbind(-1)
    w, h = (x2 - x1).clamp(min=1e-3), (y2 - y1).clamp(min=1e-3)
    return (x1 + x2) / 2, (y1 + y2) / 2, w, h
