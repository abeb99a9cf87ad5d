"""Regions of a picture that a network judges one by one: which to learn from, what it says of them.

Girshick, "Fast R-CNN", ICCV 2015, section 2.3. A region's label counts from 1 here: 0 is the
background, and the label's index is one less.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import box_iou

from models.contract import DetectionTarget
from models.layers.box_coding import clip, decode, encode
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.matching import BETWEEN, NOTHING, match, sample

BOX_WEIGHTS = (10.0, 10.0, 5.0, 5.0)
"""Offsets are small: times these they vary by about one, as scores do."""


@dataclass(frozen=True)
class SampledRegions:
    """Regions to learn from: `boxes` (R, 4) xyxy, `labels` (R,) int64 with 0 the background,
    `truths` (R, 4), the object each one learns (of the background: itself), and `objects` (R,)
    int64, which of the target's it is, or NOTHING."""

    boxes: Tensor
    labels: Tensor
    truths: Tensor
    objects: Tensor


def real(boxes: Tensor) -> Tensor:
    """Which boxes (..., 4) have an area: (...) bool. Proposals are filled up with ones without."""
    return (boxes[..., 2:] > boxes[..., :2]).all(dim=-1)


def sample_regions(
    proposals: Tensor,
    target: DetectionTarget,
    *,
    count: int,
    positive_share: float = 0.25,
    positive_iou: float = 0.5,
    negative_iou: tuple[float, float] = (0.1, 0.5),
) -> SampledRegions:
    """At most `count` regions at random, of the proposals (P, 4) and the objects themselves.

    Background overlaps an object by an IoU in the range `negative_iou`: what lies close to one
    teaches more than what does not. Where there is not enough of it, the rest fills up.
    """
    boxes = torch.cat([target.boxes, proposals[real(proposals)]])  # (R, 4)
    low, high = negative_iou
    matched = match(boxes, target.boxes, above=positive_iou, below=high, winners="none")
    far = matched == NOTHING
    if len(target.boxes):
        far &= box_iou(boxes, target.boxes).amax(dim=1) < low
    matched[far] = BETWEEN
    positive, negative = sample(matched, count=count, positive_share=positive_share)
    others = far.nonzero()[:, 0]
    others = others[torch.randperm(len(others))[: count - len(positive) - len(negative)]]
    negative = torch.cat([negative, others])
    labels = torch.cat([target.labels[matched[positive]] + 1, torch.zeros_like(negative)])
    background = boxes[negative]
    truths = torch.cat([target.boxes[matched[positive]], background])
    objects = torch.cat([matched[positive], torch.full_like(negative, NOTHING)])
    return SampledRegions(torch.cat([boxes[positive], background]), labels, truths, objects)


def region_losses(
    scores: Tensor, offsets: Tensor, regions: Sequence[SampledRegions]
) -> dict[str, Tensor]:
    """Cross entropy of the labels and smooth L1 of the objects' offsets, per region.

    Scores (R, 1 + K) and offsets (R, K, 4) of the pictures' regions, one after the other.
    """
    labels = torch.cat([r.labels for r in regions])  # (R,)
    positive = labels > 0
    boxes = torch.cat([r.boxes for r in regions])[positive]
    truths = torch.cat([r.truths for r in regions])[positive]
    wanted = encode(truths, boxes, BOX_WEIGHTS)  # (R+, 4)
    chosen = offsets[positive, labels[positive] - 1].float()  # (R+, 4)
    box = functional.smooth_l1_loss(chosen, wanted, reduction="sum") / max(1, len(labels))
    return {"label": label_loss(scores, regions), "box": box}


def label_loss(scores: Tensor, regions: Sequence[SampledRegions]) -> Tensor:
    """Mean cross entropy of the regions' scores (R, 1 + K); 0 without any region."""
    labels = torch.cat([r.labels for r in regions])  # (R,)
    return functional.cross_entropy(scores.float(), labels, reduction="sum") / max(1, len(labels))


def judged(
    proposals: Tensor, scores: Tensor, offsets: Tensor, size_hw: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    """Proposals (P, 4), scores (P, 1 + K), offsets (P, K, 4) -> what each label scores (P, K) in
    0..1, and each label's box (P, K, 4), inside the input. Empty proposals score 0."""
    shares = scores.float().softmax(dim=1)[:, 1:] * real(proposals)[:, None]
    boxes = decode(offsets.float(), proposals[:, None].expand_as(offsets), BOX_WEIGHTS)
    return shares, clip(boxes, size_hw)


def dense_layers(
    in_features: int, dense: int, *, dropout: float = 0.5, batch_norm: bool = False
) -> nn.Sequential:
    """Two dense layers that describe a region: (R, in_features) -> (R, dense)."""
    layers = nn.Sequential()
    for size in (in_features, dense):
        layers.append(nn.Linear(size, dense, bias=not batch_norm))
        layers.extend([nn.BatchNorm1d(dense)] if batch_norm else [])
        layers.extend([nn.ReLU(inplace=True), nn.Dropout(dropout)])
    initialise_he(layers)
    return layers


class RegionHead(nn.Module):
    """Two dense layers over a region's features; from them the labels' scores and their offsets."""

    def __init__(
        self,
        in_features: int,
        dense: int,
        num_labels: int,
        *,
        dropout: float = 0.5,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        self.dense = dense_layers(in_features, dense, dropout=dropout, batch_norm=batch_norm)
        self.scores = nn.Linear(dense, 1 + num_labels)
        self.offsets = nn.Linear(dense, 4 * num_labels)
        initialise_scores(self.scores, deviation=0.01)
        initialise_scores(self.offsets, deviation=0.001)

    def forward(self, regions: Tensor) -> tuple[Tensor, Tensor]:
        """Features (R, C, h, w) -> scores (R, 1 + K) with 0 the background, offsets (R, K, 4)."""
        described = self.dense(regions.flatten(1))  # (R, dense)
        return self.scores(described), self.offsets(described).unflatten(1, (-1, 4))
