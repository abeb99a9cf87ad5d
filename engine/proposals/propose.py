"""Proposals for the detectors that judge boxes they are given."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.preprocess import Placement
from models.detector import ProposalMode, sliding_windows

Boxes = NDArray[np.float32]


def propose(pixels: NDArray[np.uint8], mode: ProposalMode) -> Boxes:
    """Boxes (P, 4) xyxy in pixels of a frame (H, W, 3) uint8 RGB, the most promising first."""
    height, width = pixels.shape[:2]
    return sliding_windows((height, width)).numpy()


def padded(found: Sequence[Boxes], placements: Sequence[Placement]) -> Tensor:
    """Proposals of several frames, in frame pixels -> (N, P, 4) in input pixels, filled up with
    empty boxes."""
    result = torch.zeros(len(found), max(1, *(len(boxes) for boxes in found)), 4)
    for row, boxes, placement in zip(result, found, placements, strict=True):
        row[: len(boxes)] = torch.from_numpy(placement.boxes_to_input(boxes))
    return result
