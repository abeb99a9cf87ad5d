"""Proposals for the detectors that judge boxes they are given."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.preprocess import Placement
from engine.proposals.grouping import Hierarchy
from engine.proposals.selective_search import SearchMode, Segments, Strategy, hierarchies, search
from models.detector import ProposalMode, sliding_windows

Boxes = NDArray[np.float32]


def propose(pixels: NDArray[np.uint8], mode: ProposalMode) -> Boxes:
    """Boxes (P, 4) xyxy in pixels of a frame (H, W, 3) uint8 RGB, the most promising first.

    By selective search "fast" or in "quality", the same for the same pixels; or "sliding" windows.
    """
    if mode == "sliding":
        return sliding_windows((pixels.shape[0], pixels.shape[1])).numpy()
    return search(pixels, mode).boxes


def propose_regions(pixels: NDArray[np.uint8], mode: SearchMode) -> Segments:
    """The same boxes as `propose`, and which pixels of each box its segment covers."""
    return search(pixels, mode)


def hierarchy(pixels: NDArray[np.uint8], strategy: Strategy | None = None) -> Hierarchy:
    """One grouping of a frame (H, W, 3) uint8 RGB with all its levels, to be looked at."""
    return hierarchies(pixels, [strategy or Strategy()])[0]


def padded(found: Sequence[Boxes], placements: Sequence[Placement]) -> Tensor:
    """Proposals of several frames, in frame pixels -> (N, P, 4) in input pixels, filled up with
    empty boxes."""
    result = torch.zeros(len(found), max(1, *(len(boxes) for boxes in found)), 4)
    for row, boxes, placement in zip(result, found, placements, strict=True):
        row[: len(boxes)] = torch.from_numpy(placement.boxes_to_input(boxes))
    return result
