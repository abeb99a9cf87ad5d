"""The parts of SDS: a network that describes warped regions, and what refines a segment."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.backbones import backbone as backbones
from models.detector import SEGMENT_SIDE, sliding_windows
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.regions import dense_layers

POOLED = 6
FIGURE = 10
"""Places along a side of the coarse figure that is predicted for a region."""


class LastMap(nn.Module):
    """A backbone's last map alone."""

    def __init__(self, backbone: backbones.Backbone) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, batch: Tensor) -> Tensor:
        """(R, 3, S, S) -> (R, C, s, s)."""
        last: Tensor = self.backbone(batch)[-1]
        return last


class Branch(nn.Module):
    """One of the two networks: warped regions (R, 3, S, S) -> descriptions (R, D)."""

    def __init__(self, backbone: backbones.Backbone, dense: int, *, batch_norm: bool) -> None:
        super().__init__()
        self.encoder = LastMap(backbone)
        self.pool = nn.AdaptiveAvgPool2d(POOLED)
        features = backbone.channels[-1] * POOLED**2
        self.dense = dense_layers(features, dense, dropout=0.5, batch_norm=batch_norm)

    def forward(self, regions: Tensor) -> Tensor:
        """(R, 3, S, S) -> (R, D)."""
        described: Tensor = self.dense(self.pool(self.encoder(regions)).flatten(1))
        return described


class MaskRefiner(nn.Module):
    """A coarse figure and the segment it came from -> the mask's logits."""

    def __init__(self, channels: int = 16) -> None:
        super().__init__()
        self.joined = nn.Sequential(
            nn.Conv2d(2, channels, 5, padding=2),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, 1, 5, padding=2),
        )
        initialise_he(self.joined)
        last = self.joined[-1]
        assert isinstance(last, nn.Conv2d)
        initialise_scores(last, deviation=0.01)

    def forward(self, figures: Tensor, segments: Tensor) -> Tensor:
        """Logits (R, 10, 10) and segments (R, s, s) in 0..1 -> logits (R, s, s)."""
        size = segments.shape[-2:]
        coarse = functional.interpolate(
            figures[:, None], size=size, mode="bilinear", align_corners=False
        )
        signed = 2 * segments[:, None].to(coarse.dtype) - 1
        # To begin with both are believed; what the convolutions add is learned.
        return (coarse + signed + self.joined(torch.cat([coarse, signed], dim=1)))[:, 0]

    def losses(self, figures: Tensor, segments: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
        """Of figures (R, 10, 10) and of what is made of them, for masks (R, s, s) in 0..1: mean
        cross entropy over the places of each mask, summed over the masks."""
        small = functional.adaptive_avg_pool2d(wanted, FIGURE)
        figure, mask = (
            functional.binary_cross_entropy_with_logits(a.float(), b, reduction="sum")
            for a, b in ((figures, small), (self(figures, segments), wanted))
        )
        return figure / FIGURE**2, mask / SEGMENT_SIDE**2


def given_segments(
    batch: Tensor, proposals: Tensor | None, segments: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Proposals (N, P, 4) and segments (N, P, s, s), as they are or in place of none."""
    if proposals is None:
        windows = sliding_windows((batch.shape[2], batch.shape[3])).to(batch.device)
        proposals = windows.expand(len(batch), -1, -1)
    if segments is None:
        segments = batch.new_ones(*proposals.shape[:2], SEGMENT_SIDE, SEGMENT_SIDE)
    return proposals.float(), segments
