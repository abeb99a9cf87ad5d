"""Proposals for the detectors that judge boxes they are given."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.preprocess import Placement
from engine.region_proposals.cache import remembered
from engine.region_proposals.grouping import Hierarchy
from engine.region_proposals.selective_search import Strategy, hierarchies, search
from models.detector import SEGMENT_SIDE, ProposalMode, sliding_windows

Boxes = NDArray[np.float32]


def propose(pixels: NDArray[np.uint8], mode: ProposalMode, *, remember: bool = False) -> Boxes:
    """Boxes (P, 4) xyxy in pixels of a frame (H, W, 3) uint8 RGB, the most promising first.

    By selective search "fast" or in "quality", the same for the same pixels; or "sliding" windows.
    `remember` keeps them on the disk: for pictures, which are seen again.
    """
    if mode == "sliding":
        return sliding_windows((pixels.shape[0], pixels.shape[1])).numpy()
    if not remember:
        return search(pixels, mode).boxes
    (boxes,) = remembered(pixels, mode, lambda: (search(pixels, mode).boxes,))
    return boxes


def propose_masks(
    pixels: NDArray[np.uint8], mode: ProposalMode, *, remember: bool = False
) -> tuple[Boxes, NDArray[np.bool_]]:
    """The boxes of `propose`, and which part of each its segment covers: (P, s, s), s being
    `SEGMENT_SIDE`. A window is all there is of it."""
    if mode == "sliding":
        boxes = propose(pixels, mode)
        return boxes, np.ones((len(boxes), SEGMENT_SIDE, SEGMENT_SIDE), np.bool_)

    def find() -> tuple[Boxes, NDArray[np.bool_]]:
        found = search(pixels, mode)
        return found.boxes, found.masks(np.arange(len(found)), SEGMENT_SIDE)

    if not remember:
        return find()
    boxes, masks = remembered(pixels, f"{mode} with segments of {SEGMENT_SIDE}", find)
    return boxes, masks


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


def padded_masks(found: Sequence[NDArray[np.bool_]]) -> Tensor:
    """Segments of several frames -> (N, P, s, s) uint8, filled up like `padded`."""
    most = max(1, *(len(masks) for masks in found))
    result = torch.zeros(len(found), most, SEGMENT_SIDE, SEGMENT_SIDE, dtype=torch.uint8)
    for row, masks in zip(result, found, strict=True):
        row[: len(masks)] = torch.from_numpy(masks)
    return result
