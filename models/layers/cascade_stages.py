"""The stages of a cascade that come after the boxes: a mask in each, and what it is.

Dai, He, Sun: "Instance-aware Semantic Segmentation via Multi-task Network Cascades", CVPR 2016,
sections 3.2 and 3.3.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.layers.box_coding import clip, decode
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.regions import BOX_WEIGHTS, dense_layers

CROP_SIZE = 14
MASK_SIZE = 28


@dataclass(frozen=True)
class Verdict:
    """What stages 2 and 3 say of R boxes: mask logits (R, 28, 28), label scores (R, 1 + K) with
    background first, and offsets (R, K, 4)."""

    masks: Tensor
    scores: Tensor
    offsets: Tensor

    def moved(self, boxes: Tensor, size_hw: tuple[int, int]) -> Tensor:
        """The boxes (R, 4) as the likeliest label would have them, inside the input."""
        best = self.scores[:, 1:].argmax(dim=1)
        chosen = self.offsets[torch.arange(len(best), device=best.device), best]
        return clip(decode(chosen, boxes, BOX_WEIGHTS), size_hw)


class MaskStage(nn.Sequential):
    """Stage 2: crops (R, C, 14, 14) -> mask logits (R, 28, 28), whatever the object is."""

    def __init__(self, in_channels: int, channels: int) -> None:
        squeeze = nn.Linear(in_channels * CROP_SIZE**2, channels)
        draw = nn.Linear(channels, MASK_SIZE**2)
        initialise_he(squeeze)
        initialise_scores(draw, deviation=0.01)
        super().__init__(
            nn.Flatten(),
            squeeze,
            nn.ReLU(inplace=True),
            draw,
            nn.Unflatten(1, (MASK_SIZE, MASK_SIZE)),
        )


class LabelStage(nn.Module):
    """Stage 3: what is in the box, judged from the whole crop and from what its mask leaves."""

    def __init__(self, in_channels: int, dense: int, num_labels: int, *, dropout: float) -> None:
        super().__init__()
        self.whole = _describing(in_channels, dense, dropout)
        self.masked = _describing(in_channels, dense, dropout)
        self.scores = nn.Linear(2 * dense, 1 + num_labels)
        self.offsets = nn.Linear(2 * dense, 4 * num_labels)
        initialise_scores(self.scores, deviation=0.01)
        initialise_scores(self.offsets, deviation=0.001)

    def forward(self, crops: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
        """Crops (R, C, 14, 14), masks (R, 28, 28) in 0..1 -> scores (R, 1 + K) with 0
        the background, offsets (R, K, 4)."""
        shown = crops * functional.avg_pool2d(masks[:, None], MASK_SIZE // CROP_SIZE)
        described = torch.cat([self.whole(crops), self.masked(shown)], dim=1)  # (R, 2 dense)
        return self.scores(described).float(), self.offsets(described).float().unflatten(1, (-1, 4))


def _describing(in_channels: int, dense: int, dropout: float) -> nn.Sequential:
    """VGG's two dense layers on crops (R, C, 14, 14), pooled to half."""
    inputs = in_channels * (CROP_SIZE // 2) ** 2
    described = dense_layers(inputs, dense, dropout=dropout)
    return nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), *described)
