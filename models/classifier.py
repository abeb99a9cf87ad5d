"""What all image classifiers have in common: one score per label, and their loss."""

from abc import abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import Option, Text
from models.contract import (
    ClassificationOutput,
    ClassificationTarget,
    Model,
    Output,
    RawTensors,
    Target,
)
from models.layers.losses import IGNORE
from models.layers.pooled_head import PooledHead

WIDTH = Option("width", Text("Channels, times", "채널 수 배율"), (1.0, 0.5, 0.25))
"""The option of networks whose channels are times the builder's `width`."""


class ClassificationModel(Model):
    """A network whose `forward` gives label scores ((N, K),) for pictures of any size.

    Subclasses give `scores`. A picture with a side below `min_side` is enlarged to it first, both
    sides alike: a network that halves five times has nothing left of a smaller one. One with
    further scores to train (auxiliary heads) overrides `losses`.
    """

    min_side: int = 32

    @abstractmethod
    def scores(self, batch: Tensor) -> Tensor:
        """Batch (N, 3, H, W), no side below `min_side` -> label scores (N, K)."""

    def forward(self, batch: Tensor) -> RawTensors:
        """Batch (N, 3, H, W) -> label scores ((N, K),)."""
        return (self.scores(self.enlarged(batch)),)

    def enlarged(self, batch: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, 3, h, w), bilinear, with no side below `min_side`; the batch itself
        if it has none."""
        shorter = min(batch.shape[-2:])
        if shorter >= self.min_side:
            return batch
        size = [-(-side * self.min_side // shorter) for side in batch.shape[-2:]]
        return functional.interpolate(batch, size=size, mode="bilinear", align_corners=False)

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Label scores, picture by picture."""
        return [ClassificationOutput(logits) for logits in raw[0].float()]

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Cross entropy; 0 when every label is to be ignored."""
        return {"cross_entropy": label_loss(self(batch)[0], labels_of(targets))}


class PooledClassifier(ClassificationModel):
    """Convolutional `features`, the mean of the maps they end with, and one dense layer."""

    def __init__(
        self,
        features: nn.Module,
        channels: int,
        num_labels: int,
        *,
        dropout: float = 0.0,
        min_side: int = 32,
    ) -> None:
        super().__init__()
        self.min_side = min_side
        self.features = features
        self.head = PooledHead(channels, num_labels, dropout=dropout)

    def scores(self, batch: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, K)."""
        scores: Tensor = self.head(self.features(batch))
        return scores


def labels_of(targets: Sequence[Target]) -> Tensor:
    """The targets' label indices in one tensor (N,) int64."""
    return torch.stack([t.label for t in targets if isinstance(t, ClassificationTarget)])


def label_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross entropy of (N, K) against (N,) int64, 255 left out; 0 when all are."""
    each = functional.cross_entropy(logits.float(), labels, ignore_index=IGNORE, reduction="none")
    return each.sum() / (labels != IGNORE).sum().clamp(min=1)
