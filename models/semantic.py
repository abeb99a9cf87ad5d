"""What all networks for semantic segmentation have in common: label scores and their losses."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from models.about import Option, Text
from models.contract import Model, Output, RawTensors, SemanticOutput, SemanticTarget, Target
from models.layers.losses import SemanticLoss

WIDTH = Option("width", Text("Share of the channels", "채널 비율"), (1.0, 0.5, 0.25))
"""The option of systems whose channels shrink with the builder's `width`."""


class SemanticModel(Model):
    """A network whose `forward` gives label scores ((N, K, H, W),) at the input's size.

    `criterion` says what is minimised; the trainer may put another one in its place. A network with
    further scores to train (auxiliary heads, iterations) overrides `losses`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.criterion = SemanticLoss()

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Label scores, picture by picture."""
        return [SemanticOutput(logits) for logits in raw[0].float()]

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """The criterion's losses of the label scores."""
        return self.criterion(self(batch)[0], ids_of(targets), weights_of(targets))


LITE = ("efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2")
"""Encoders whose ImageNet weights come as packages (`engine.weights.encoders`)."""


def encoder_option(*backbones: str) -> Option:
    """The option `backbone`: which encoders a system is built on, its own first."""
    return Option("backbone", Text("Encoder", "인코더"), backbones)


def ids_of(targets: Sequence[Target]) -> Tensor:
    """The targets' label ids in one tensor (N, H, W) int64."""
    return torch.stack([t.ids for t in targets if isinstance(t, SemanticTarget)])


def weights_of(targets: Sequence[Target]) -> Tensor | None:
    """What the targets' pixels count, (N, H, W) float32; None if all count the same."""
    found = [t.weights for t in targets if isinstance(t, SemanticTarget) and t.weights is not None]
    return torch.stack(found) if found else None


def resize_scores(scores: Tensor, size_hw: Sequence[int]) -> Tensor:
    """Scores (N, K, h, w), bilinear, at (N, K, H, W)."""
    if tuple(scores.shape[-2:]) == tuple(size_hw):
        return scores
    return functional.interpolate(scores, size=tuple(size_hw), mode="bilinear", align_corners=False)


def pad_to_multiple(batch: Tensor, multiple: int) -> Tensor:
    """A batch (N, C, H, W) whose sides `multiple` divides: its last row and column repeated."""
    height, width = batch.shape[-2:]
    padding = (0, -width % multiple, 0, -height % multiple)
    return functional.pad(batch, padding, mode="replicate")
