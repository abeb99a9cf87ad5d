"""A person made up for training: points at an object, looks at the answer, corrects it.

As Sofiiuk, Petrov, Konushin: "Reviving Iterative Training with Mask Guidance for Interactive
Segmentation", ICIP 2022 (RITM): each further click falls into the thicker of the two errors, what
the answer lacks and what it has too much, somewhere well inside.
"""

import torch
from torch import Tensor
from torch.nn import functional

from models.click.prompts import STRIDE

DEEPEST = 16
"""Cells beyond which a place counts as well inside."""
BOX_NOISE = 0.08
"""How far a drawn box misses the object's, as a share of its sides."""


def cells_of(areas: Tensor) -> Tensor:
    """The cells in which an area has a pixel: (N, H, W) bool -> (N, H/4, W/4) bool."""
    return functional.max_pool2d(areas.float()[:, None], STRIDE)[:, 0] > 0


def thickness(areas: Tensor) -> Tensor:
    """How many cells away the outside is, at most `DEEPEST`: (N, h, w) bool -> (N, h, w) float32.

    By chess distance; what lies beyond the map is outside.
    """
    left = areas.float()[:, None]
    total = torch.zeros_like(left)
    for _ in range(DEEPEST):
        total += left
        outside = functional.pad(1 - left, (1, 1, 1, 1), value=1.0)
        left = 1 - functional.max_pool2d(outside, 3, stride=1)
        if not left.any():
            break
    return total[:, 0]


def next_clicks(truth: Tensor, answer: Tensor) -> Tensor:
    """Where to click next: truth, answer (N, h, w) bool of one quarter -> (N, 3), as in Prompts.

    All zeros where the answer is right everywhere.
    """
    lacking, spare = thickness(truth & ~answer), thickness(answer & ~truth)
    deepest = torch.stack([lacking.amax((1, 2)), spare.amax((1, 2))], 1)  # (N, 2)
    is_positive = deepest[:, 0] >= deepest[:, 1]
    wrong = torch.where(is_positive[:, None, None], lacking, spare)
    most = deepest.amax(1)
    inside = (wrong >= most[:, None, None] / 2) & (wrong > 0)
    place = (inside * torch.rand_like(wrong)).flatten(1).argmax(1)  # (N,)
    width = truth.shape[2]
    cells = torch.stack([place % width, place // width], 1)
    # Anywhere within the cell.
    where = (cells + torch.rand(len(cells), 2, device=truth.device)) * STRIDE
    sign = torch.where(is_positive, 1.0, -1.0) * (most > 0)
    return torch.cat([where * (most > 0)[:, None], sign[:, None]], 1)


def drawn_boxes(truth: Tensor) -> Tensor:
    """Boxes (N, 4) xyxy as a person draws them around objects (N, H, W) bool, each of which has a
    pixel: a little off at every side."""
    columns, rows = truth.any(1), truth.any(2)
    edges = [_ends(columns), _ends(rows)]
    boxes = torch.stack([edges[0][0], edges[1][0], edges[0][1], edges[1][1]], 1).float()
    sides = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    noise = (torch.rand_like(boxes) - 0.4) * BOX_NOISE * sides  # Rather too large than too small.
    noise[:, :2].neg_()
    height, width = truth.shape[-2:]
    most = boxes.new_tensor([width, height, width, height])
    return torch.minimum((boxes + noise).clamp(min=0), most)


def _ends(seen: Tensor) -> tuple[Tensor, Tensor]:
    """First and one past the last True of each row (N, L) -> two of (N,)."""
    number = seen.to(torch.uint8)
    return number.argmax(1), seen.shape[1] - number.flip(1).argmax(1)
