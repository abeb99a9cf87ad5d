"""What is solved on a network's features of regions, once descent is over, and how it judges.

Girshick et al., "R-CNN", CVPR 2014, sections 2.3 and appendix C: a linear support vector machine
per label scores the features, and a linear regression per label moves the box.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from models.layers.box_coding import decode


class RegionFeatures(NamedTuple):
    """What the network makes of regions: the pooled map (R, B) and the dense features (R, D)."""

    pooled: Tensor
    features: Tensor


class SecondStage(NamedTuple):
    """Machines (K, D) and box regressions (K, 4, B) of K labels, with their biases.

    Features and pooled maps are multiplied by their scale first. `slopes` and `offsets` (K,) turn a
    machine's margins into the share of hits among regions of that margin.
    """

    feature_scale: Tensor
    pooled_scale: Tensor
    svm_weights: Tensor
    svm_biases: Tensor
    slopes: Tensor
    offsets: Tensor
    box_weights: Tensor
    box_biases: Tensor

    def judge(self, described: RegionFeatures, boxes: Tensor) -> tuple[Tensor, Tensor]:
        """Regions (R, 4) and what they look like -> scores (R, K) in 0..1, boxes (R, K, 4)."""
        references = boxes[:, None].expand(-1, len(self.svm_weights), -1)
        margins = self.feature_scale * described.features @ self.svm_weights.T + self.svm_biases
        moves = self.pooled_scale * described.pooled @ self.box_weights.flatten(0, 1).T  # (R, 4K)
        moved = decode(moves.view_as(references) + self.box_biases, references)
        return (self.slopes * margins + self.offsets).sigmoid(), moved


def unsolved(num_labels: int, *, pooled: int, dense: int) -> SecondStage:
    """Tensors of the right shapes, before anything is solved."""
    return SecondStage(
        feature_scale=torch.tensor(1.0),
        pooled_scale=torch.tensor(1.0),
        svm_weights=torch.zeros(num_labels, dense),
        svm_biases=torch.zeros(num_labels),
        slopes=torch.ones(num_labels),
        offsets=torch.zeros(num_labels),
        box_weights=torch.zeros(num_labels, 4, pooled),
        box_biases=torch.zeros(num_labels, 4),
    )
