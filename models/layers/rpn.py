"""The region proposal network: at every place of a feature map, is there an object, and where?

Ren, He, Girshick, Sun: "Faster R-CNN: Towards Real-Time Object Detection with Region Proposal
Networks", NeurIPS 2015, section 3.1. Objectness is a logistic score per anchor, which the paper's
footnote allows in place of two softmax scores. Anchors that cross the input's edge learn as well,
as later versions have it: in small inputs few others are left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import nms

from models.contract import DetectionTarget
from models.detector import Matches
from models.layers.anchors import anchor_sizes, grid_anchors, kmeans_anchors
from models.layers.box_coding import clip, decode, encode
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.matching import match, sample
from models.layers.width import scaled

CHANNELS = 512
ANCHOR_SIDES = (128.0, 256.0, 512.0)
RATIOS = (0.5, 1.0, 2.0)
POSITIVE_IOU = 0.7
NEGATIVE_IOU = 0.3
SAMPLED = 256
SUPPRESSION_IOU = 0.7
BEFORE_SUPPRESSION = 2000
MIN_SIDE = 1.0
# Where smooth L1 turns from a parabola into a line: the authors' code has 1 / 9.
BETA = 1 / 9


@dataclass(frozen=True)
class Proposals:
    """A batch's proposals, the same number P per picture: the best first, then empty ones.

    `boxes` and the `anchors` they were moved from (N, P, 4) xyxy in input pixels, `objectness`
    (N, P) in 0..1, which is 0 for the empty ones alone.
    """

    boxes: Tensor
    objectness: Tensor
    anchors: Tensor


class RegionProposalNetwork(nn.Module):
    """A 3x3 convolution, then per place and anchor one objectness and four offsets.

    Anchors have the areas side * side, in input pixels, and three ratios each.
    """

    sizes_wh: Tensor

    def __init__(
        self, in_channels: int, *, stride: int, sides: Sequence[float], width: float = 1.0
    ) -> None:
        super().__init__()
        if not sides or min(sides) <= 0:
            raise ValueError(f"Anchors have sides above 0, not {list(sides)}.")
        self.stride = stride
        self.register_buffer("sizes_wh", anchor_sizes(sides, RATIOS), persistent=False)  # (A, 2)
        channels, count = scaled(CHANNELS, width), len(self.sizes_wh)
        self.look = nn.Sequential(
            nn.Conv2d(in_channels, channels, 3, padding=1), nn.ReLU(inplace=True)
        )
        self.objectness = nn.Conv2d(channels, count, 1)
        self.offsets = nn.Conv2d(channels, 4 * count, 1)
        initialise_he(self.look)
        initialise_scores(self.objectness, deviation=0.01)
        initialise_scores(self.offsets, deviation=0.01)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Features (N, C, h, w) -> objectness logits (N, h * w * A) and offsets (N, h * w * A, 4),
        in the order of `anchors`."""
        seen = self.look(features)
        logits, offsets = self.objectness(seen).float(), self.offsets(seen).float()
        offsets = offsets.unflatten(1, (-1, 4)).permute(0, 3, 4, 1, 2)  # (N, h, w, A, 4)
        return logits.permute(0, 2, 3, 1).flatten(1), offsets.flatten(1, 3)

    def anchors(self, size_hw: Sequence[int]) -> Tensor:
        """All anchors (h * w * A, 4) xyxy of an input of this size: by rows, columns, sizes."""
        height, width = (-(-side // self.stride) for side in size_hw)
        return grid_anchors(
            (height, width), self.stride, self.sizes_wh, device=self.sizes_wh.device
        )

    def propose(
        self, answers: tuple[Tensor, Tensor], size_hw: tuple[int, int], *, kept: int
    ) -> Proposals:
        """What `forward` gave, (N, R) and (N, R, 4) -> the best P = `kept` boxes of each picture
        after suppression, (N, P, 4), their scores and their anchors.

        Gradients reach the boxes' offsets.
        """
        anchors = self.anchors(size_hw)
        found = [
            self._propose(logits, offsets, anchors, size_hw, kept)
            for logits, offsets in zip(*answers, strict=True)
        ]
        return Proposals(*(torch.stack(parts) for parts in zip(*found, strict=True)))

    def _propose(
        self,
        logits: Tensor,
        offsets: Tensor,
        anchors: Tensor,
        size_hw: tuple[int, int],
        kept: int,
    ) -> tuple[Tensor, Tensor, Tensor]:
        best = logits.detach().topk(min(BEFORE_SUPPRESSION, len(logits))).indices
        boxes = clip(decode(offsets[best], anchors[best]), size_hw)
        scores = logits[best].detach().sigmoid().clamp(min=1e-6)
        large = ((boxes[:, 2:] - boxes[:, :2]) >= MIN_SIDE).all(dim=1).nonzero()[:, 0]
        chosen = large[nms(boxes[large].detach(), scores[large], SUPPRESSION_IOU)[:kept]]
        missing = kept - len(chosen)
        return (
            functional.pad(boxes[chosen], (0, 0, 0, missing)),
            functional.pad(scores[chosen], (0, missing)),
            functional.pad(anchors[best[chosen]], (0, 0, 0, missing)),
        )

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The anchors that learn an object, and which one."""
        anchors = self.anchors(size_hw)
        objects = _matched(anchors, target.boxes)
        learning = objects >= 0
        return Matches(anchors[learning], objects[learning])

    def losses(
        self,
        answers: tuple[Tensor, Tensor],
        size_hw: tuple[int, int],
        targets: Sequence[DetectionTarget],
    ) -> dict[str, Tensor]:
        """Answers (N, R) and (N, R, 4) -> two scalars ().

        `rpn_object`: cross entropy of 256 sampled anchors a picture, at most half with an object;
        `rpn_box`: smooth L1 of the offsets of those with one, by the same count.
        """
        anchors = self.anchors(size_hw)
        object_loss, box_loss, count = [], [], 0
        for logits, offsets, target in zip(*answers, targets, strict=True):
            objects = _matched(anchors, target.boxes)
            positive, negative = sample(objects, count=SAMPLED, positive_share=0.5)
            chosen = torch.cat([positive, negative])
            truth = (objects[chosen] >= 0).float()
            wanted = encode(target.boxes[objects[positive]], anchors[positive])
            object_loss.append(
                functional.binary_cross_entropy_with_logits(logits[chosen], truth, reduction="sum")
            )
            box_loss.append(
                functional.smooth_l1_loss(offsets[positive], wanted, reduction="sum", beta=BETA)
            )
            count += len(chosen)
        return {
            "rpn_object": torch.stack(object_loss).sum() / count,
            "rpn_box": torch.stack(box_loss).sum() / count,
        }


def _matched(anchors: Tensor, boxes: Tensor) -> Tensor:
    return match(anchors, boxes, above=POSITIVE_IOU, below=NEGATIVE_IOU, winners="ties")


def fit_anchor_sides(
    sizes_wh: NDArray[np.float32], generator: np.random.Generator
) -> dict[str, Any]:
    """The option `anchor_sides`: three sides by k-means over the training boxes (N, 2)."""
    sides = np.sqrt(sizes_wh.prod(axis=1, keepdims=True)).repeat(2, axis=1)  # (N, 2)
    fitted = kmeans_anchors(sides, len(ANCHOR_SIDES), generator)
    return {"anchor_sides": [round(float(side), 1) for side in fitted[:, 0]]}
