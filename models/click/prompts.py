"""What a person points at, as a network sees it: clicks, a box, and the answer before."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

STRIDE = 4
"""Prompts are drawn on maps of one quarter of the input's size."""
CHANNELS = 4
"""Positive clicks, negative clicks, inside of the box, the answer before."""
RADIUS = 2.0
"""Of a click's disk, in cells of these maps."""


@dataclass(frozen=True)
class Prompts:
    """What points at N objects, each in a picture of its own.

    `clicks` (N, M, 3) float32: x and y in input pixels, and 1 for a click on the object, -1 for one
    beside it, 0 where an object has fewer than M. `boxes` (N, 4) float32 xyxy in input pixels, all
    zeros for none. `before` (N, 1, H/4, W/4) float32: what was answered before in 0..1, zeros for
    nothing.
    """

    clicks: Tensor
    boxes: Tensor
    before: Tensor

    @property
    def has_box(self) -> Tensor:
        """Which objects have a box: (N,) bool."""
        return (self.boxes[:, 2:] > self.boxes[:, :2]).all(1)

    def with_click(self, clicks: Tensor, before: Tensor) -> "Prompts":
        """One click more each (N, 3), and the newest answer (N, 1, H/4, W/4)."""
        return Prompts(torch.cat([self.clicks, clicks[:, None]], 1), self.boxes, before)


def no_prompts(count: int, size_hw: tuple[int, int], device: torch.device) -> Prompts:
    """Nothing said yet of so many objects, in inputs of this size: clicks (N, 0, 3)."""
    cells = size_hw[0] // STRIDE, size_hw[1] // STRIDE
    return Prompts(
        torch.zeros(count, 0, 3, device=device),
        torch.zeros(count, 4, device=device),
        torch.zeros(count, 1, *cells, device=device),
    )


def prompt_maps(prompts: Prompts) -> Tensor:
    """Prompts -> maps (N, 4, H/4, W/4) in 0..1. A click is a disk that fades towards its edge; the
    box is filled, its border cells by the share of them that it covers."""
    height, width = prompts.before.shape[-2:]
    device = prompts.before.device
    rows = torch.arange(height, device=device) + 0.5  # Middles of the cells.
    columns = torch.arange(width, device=device) + 0.5
    x, y, sign = (prompts.clicks / prompts.clicks.new_tensor([STRIDE, STRIDE, 1])).unbind(2)
    squared = (columns - x[..., None])[:, :, None] ** 2 + (rows - y[..., None])[..., None] ** 2
    disks = (1 + RADIUS - squared.sqrt()).clamp(0, 1)  # (N, M, h, w)
    kinds = [
        (disks * (sign == s)[..., None, None]).amax(1) if x.shape[1] else None for s in (1, -1)
    ]
    empty = prompts.before.new_zeros(prompts.before[:, 0].shape)
    positive, negative = (empty if kind is None else kind for kind in kinds)
    left, top, right, bottom = (prompts.boxes / STRIDE).unbind(1)
    across = _covered(left, right, width)
    down = _covered(top, bottom, height)
    box = down[:, :, None] * across[:, None]
    return torch.cat([torch.stack([positive, negative, box], 1), prompts.before], 1)


def likeness(features: Tensor, prompts: Prompts, stride: int) -> Tensor:
    """How much each place is like those clicked: (N, C, h, w) -> (N, 2, h, w) in -1..1.

    The greatest cosine between its features and those at the clicks on the object, and at those
    beside it; -1 without such clicks. `stride` is that of the features, in input pixels.
    """
    n, _, height, width = features.shape
    unit = functional.normalize(features, dim=1)
    clicks = prompts.clicks
    if not clicks.shape[1]:
        return features.new_full((n, 2, height, width), -1.0)
    size = clicks.new_tensor([width * stride, height * stride])
    where = clicks[..., :2] / size * 2 - 1  # (N, M, 2) in -1..1
    there = functional.grid_sample(
        unit, where[:, :, None].to(unit.dtype), align_corners=False, padding_mode="border"
    )[..., 0]  # (N, C, M)
    cosines = torch.einsum("ncm,nchw->nmhw", functional.normalize(there, dim=1), unit)
    kinds = []
    for sign in (1, -1):
        others = (clicks[..., 2] != sign)[..., None, None]
        kinds.append(cosines.masked_fill(others, -1.0).amax(1))
    return torch.stack(kinds, 1)


def _covered(first: Tensor, last: Tensor, cells: int) -> Tensor:
    """The share of each cell that lies between two positions (N,): (N, cells) in 0..1."""
    edges = torch.arange(cells, device=first.device)
    return (torch.minimum(last[:, None], edges + 1) - torch.maximum(first[:, None], edges)).clamp(
        0, 1
    )
