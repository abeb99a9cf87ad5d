"""Makes an answer agree with the clicks it was given, where the network did not.

A network may leave a click's own pixel on the wrong side; clicking there again then changes
nothing. As in BRS (Jang and Kim: "Interactive Image Segmentation via Backpropagating Refinement
Scheme", CVPR 2019) the answer is corrected until the clicks hold, but in one step and without
descent: what is missing at the clicks is spread by Gaussian process regression (Rasmussen and
Williams: "Gaussian Processes for Machine Learning", 2006, chapter 2) over places that are near and
look alike. Clicks that hold already say that nothing is missing around them.
"""

import torch
from torch import Tensor
from torch.nn import functional

MARGIN = 2.0
"""A click holds where the logit is on its side by so much."""
REACH = 12.0
"""Pixels of the input: at this distance a correction has 0.6 of its strength."""
UNLIKE = 1.0
"""The same for the distance of unit features: 0 for equal ones, 2 for opposite ones."""
NOISE = 0.05
"""The variance of what clicks say, so that two that contradict each other cancel out."""


def heeded(logits: Tensor, features: Tensor, clicks: Tensor) -> Tensor:
    """An answer that is on the side of each click there, and as it was far from all that are not.

    `logits` (1, 1, h, w) of one object, `features` (1, C, h', w') of the same input, and `clicks`
    (M, 3): x and y in input pixels, 1 for a click on the object, -1 for one beside it. The input is
    twice as high and wide as the logits; the correction is worked out for the features' places.
    """
    row, column = (_cells(clicks[:, i], logits.shape[3 - i], 2) for i in (1, 0))
    found, sign = logits[0, 0, row, column], clicks[:, 2]
    missing = (sign * MARGIN - found) * (found * sign < MARGIN)  # (M,)
    if not missing.any():
        return logits
    height, width = features.shape[-2:]
    stride = 2 * logits.shape[-2] // height
    unit = functional.normalize(features[0].flatten(1).T, dim=1)  # (h' * w', C)
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    places = (torch.stack([x, y], 2).flatten(0, 1).to(logits) + 0.5) * stride
    row, column = (_cells(clicks[:, i], features.shape[3 - i], stride) for i in (1, 0))
    there = unit[row * width + column]
    among = _kernel(clicks[:, :2], there, clicks[:, :2], there)
    weights = torch.linalg.solve(
        among + NOISE * torch.eye(len(there), device=there.device), missing
    )
    spread = _kernel(places, unit, clicks[:, :2], there) @ weights
    spread = functional.interpolate(
        spread.view(1, 1, height, width), logits.shape[-2:], mode="bilinear", align_corners=False
    )
    return logits + spread


def _cells(along: Tensor, count: int, stride: int) -> Tensor:
    """Which of so many cells positions in input pixels lie in: (M,) int64."""
    return (along / stride).long().clamp(0, count - 1)


def _kernel(places: Tensor, unit: Tensor, clicks: Tensor, unit_there: Tensor) -> Tensor:
    """How much is shared by each of (P, 2) places and (M, 2) clicks, and their (., C) features:
    (P, M) in 0..1."""
    distance = torch.cdist(places, clicks).square() / REACH**2
    unlike = (2 - 2 * unit @ unit_there.T).clamp(min=0) / UNLIKE**2
    return torch.exp(-(distance + unlike) / 2)
