"""What a network is given besides the pictures: proposals and their segments, if it wants any."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from engine.jobs import CancelToken
from engine.preprocess import Placement
from engine.region_proposals.propose import padded, padded_masks, propose, propose_masks
from models.detector import ProposalDetector, SegmentDetector


def given_beside(
    module: nn.Module,
    batch: Sequence[NDArray[np.uint8]],
    placements: Sequence[Placement],
    cancel: CancelToken,
    *,
    remember: bool,
) -> tuple[NDArray[Any], ...]:
    """Proposals (N, P, 4) of these pictures, and segments (N, P, s, s) where it judges them.

    `remember` keeps them on the disk.
    """
    if not isinstance(module, ProposalDetector):
        return ()
    found, segments, mode = [], [], module.proposal_mode
    for pixels in batch:
        cancel.check()
        if isinstance(module, SegmentDetector):
            boxes, masks = propose_masks(pixels, mode, remember=remember)
            segments.append(masks)
        else:
            boxes = propose(pixels, mode, remember=remember)
        found.append(boxes)
    if segments:
        return padded(found, placements).numpy(), padded_masks(segments).numpy()
    return (padded(found, placements).numpy(),)
