"""Hypercolumns for objects: a detector's boxes, each given a mask from the features of all depths.

Hariharan, Arbelaez, Girshick, Malik: "Hypercolumns for Object Segmentation and Fine-grained
Localization", CVPR 2015. The box is laid out as 50 x 50 places. At each of them the features of
several depths, and the vector that describes the whole box, are read by one of 10 x 10 classifiers.
The paper refines the detections of SDS; here the boxes come from the halves of Faster R-CNN, and
all is trained together. The features are computed once for the whole picture, as in the paper's
faster variant.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import batched_nms

from models.about import About, Look, Option, Text
from models.backbones import backbone as backbones
from models.contract import DetectionOutput, DetectionTarget, Output, RawTensors, Target, Task
from models.detection.faster_rcnn import (
    CROP_SIZE,
    DENSE_CHANNELS,
    DROPOUT,
    ENCODER,
    JUDGED,
    NEGATIVE_IOU,
    PROPOSALS_KEPT,
    TRAINED_PROPOSALS,
    proposal_steps,
)
from models.detector import MIN_SCORE, Detector, DetectorStep, Matches, detection_targets
from models.layers.local_classifier import LocalClassifier
from models.layers.mask_targets import mask_loss
from models.layers.region_crops import RegionCrop
from models.layers.regions import RegionHead, SampledRegions, judged, region_losses, sample_regions
from models.layers.rpn import ANCHOR_SIDES, RegionProposalNetwork, fit_anchor_sides
from models.layers.width import scaled
from models.region_detector import STRIDE
from models.registry import register
from models.semantic import WIDTH

PAPER = "Hariharan, Arbelaez, Girshick, Malik: Hypercolumns, CVPR 2015"
SIDE = 50
# Two boxes of a label that overlap more than this need no mask each.
SUPPRESSION_IOU = 0.7
# The cells of a crop by its features' stride: all there are in a box of 112 pixels.
CROP_SIZES = {4: 28, 8: 14, 16: 7}
# Regions of a picture whose masks are learned at a time, drawn at random.
MASKED = 16
ABOUT = About(
    year=2015,
    idea=Text(
        "A detector finds boxes. Each box is laid out as 50 by 50 places, and at each place the "
        "features of all depths are stacked: the first layers know where, the last ones what. A "
        "grid of small classifiers, one for each part of the box, says which places belong to the "
        "object.",
        "검출기가 상자를 찾습니다. 상자마다 가로세로 50칸으로 나누고, 칸마다 모든 깊이의 특징을 "
        "쌓습니다. 처음 층들은 어디인지를, 마지막 층들은 무엇인지를 압니다. 상자의 부분마다 하나씩 "
        "놓인 작은 분류기들이 어느 칸이 물체에 속하는지 정합니다.",
    ),
    improves_on=Text(
        "SDS drew a mask from the last layer alone, ten by ten: coarse. With the early layers the "
        "outline follows the edges of the picture.",
        "SDS는 마지막 층만으로 가로세로 10칸의 거친 마스크를 그렸습니다. 앞쪽 층까지 쓰면 윤곽이 "
        "그림의 경계를 따라갑니다.",
    ),
    look_for=Text(
        "Look inside at what each depth says of a box: the whole box's vector gives a blob in the "
        "right place, the finer maps cut it out. A grid of 1 shows why one classifier is not "
        "enough.",
        "내부에서 깊이마다 상자를 어떻게 보는지 살펴보세요. 상자 전체의 벡터는 제자리에 덩어리를 "
        "놓고, 더 고운 맵이 그것을 오려 냅니다. 격자를 1로 하면 분류기 하나로는 왜 부족한지 "
        "보입니다.",
    ),
    differs=Text(
        "Boxes come from the halves of Faster R-CNN, where the paper refines the detections of "
        "SDS, and all is trained together.",
        "논문은 SDS의 탐지 결과를 다듬지만, 여기서는 상자가 Faster R-CNN의 두 부분에서 오며 모두 "
        "함께 학습합니다.",
    ),
)
OPTIONS = (
    ENCODER,
    STRIDE,
    WIDTH,
    Option(
        "grid", Text("Classifiers along a side of the box", "상자 한 변의 분류기 수"), (10, 5, 1)
    ),
    PROPOSALS_KEPT,
    Option(
        "refined",
        Text("Boxes that get a mask, at most", "마스크를 받을 상자 수"),
        (100, 30),
        live=True,
    ),
    DROPOUT,
)
LOOKS = (
    Look("seen", Text("Features both halves share", "두 부분이 함께 쓰는 특징")),
    Look("rpn.objectness", Text("Objectness of each anchor", "앵커별 물체 점수"), "objectness"),
    Look("masks.said.0", Text("What stride 4 says of a box", "간격 4의 특징이 본 상자")),
    Look("masks.said.1", Text("What stride 8 says", "간격 8의 특징이 본 것")),
    Look("masks.said.2", Text("What the last features say", "마지막 특징이 본 것")),
    Look("masks.said.3", Text("What the whole box says", "상자 전체가 말하는 것")),
    Look("heat", Text("All depths together", "모든 깊이의 합")),
)
REFINED_STEP = Text("Boxes that get a mask", "마스크를 받는 상자")


class HypercolumnInstance(Detector):
    """Features of several depths, proposals on the last, a head that judges them, and masks."""

    def __init__(
        self,
        num_labels: int,
        backbone: backbones.Backbone,
        rpn: RegionProposalNetwork,
        *,
        dense: int,
        dropout: float,
        grid: int,
        kept: tuple[int, int],
    ) -> None:
        super().__init__()
        self.backbone = backbone
        strides = backbone.strides
        # Strides 4 and 8, and the last map whatever its stride.
        self._depths = (strides.index(4), strides.index(8), len(strides) - 1)
        self.seen = nn.Identity()
        self.rpn = rpn
        self.crop = RegionCrop(CROP_SIZE, strides[-1])
        self.columns = nn.ModuleList(
            RegionCrop(CROP_SIZES[strides[depth]], strides[depth]) for depth in self._depths
        )
        features = backbone.channels[-1] * CROP_SIZE**2
        self.head = RegionHead(features, dense, num_labels, dropout=dropout)
        channels = [backbone.channels[depth] for depth in self._depths]
        self.masks = LocalClassifier(channels, dense, num_labels, grid=grid, side=SIDE)
        self.heat = nn.Identity()
        self.proposals_kept, self.refined = kept

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> the five tensors of Faster R-CNN, then D boxes (N, D, 4) with a mask,
        their scores (N, D), which are 0 where nothing is left, label indices (N, D), and logits
        of masks (N, D, 50, 50)."""
        size_hw = (batch.shape[-2], batch.shape[-1])
        maps = self._features(batch)
        found = self.rpn.propose(self.rpn(maps[-1]), size_hw, kept=self.proposals_kept)
        logits, offsets = self.head(self.crop(maps[-1], list(found.boxes)))
        shape = found.objectness.shape
        scores, boxes = judged(found.boxes.flatten(0, 1), logits, offsets, size_hw)
        scores, boxes = scores.view(*shape, -1), boxes.view(*shape, -1, 4)
        chosen = [self._best(*picture) for picture in zip(boxes, scores, strict=True)]
        kept, sure, labels = (torch.stack(parts) for parts in zip(*chosen, strict=True))
        masks = self._masks(maps, list(kept), labels.flatten())
        masks = masks.view(*labels.shape, SIDE, SIDE)
        proposed = found.boxes, found.objectness, found.anchors, scores, boxes
        return *proposed, kept, sure, labels.float(), masks

    def outputs(self, raw: RawTensors) -> list[Output]:
        """The boxes that got a mask and score above 0.001."""
        found: list[Output] = []
        for boxes, scores, labels, masks in zip(*raw[5:], strict=True):
            sure = scores > MIN_SCORE
            shown = masks[sure].float().sigmoid()
            found.append(
                DetectionOutput(
                    boxes[sure].float(), scores[sure].float(), labels[sure].long(), shown
                )
            )
        return found

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """Those of Faster R-CNN, then the boxes that get a mask."""
        found = []
        for proposed, boxes, scores, labels in zip(
            zip(*raw[:5], strict=True), *raw[5:8], strict=True
        ):
            sure = scores > 0
            last = DetectorStep(REFINED_STEP, boxes[sure], scores[sure], labels[sure].long())
            found.append((*proposal_steps(*proposed), last))
        return found

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The anchors that learn each object."""
        return self.rpn.matches(size_hw, target)

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Those of Faster R-CNN, and the cross entropy of the masks of regions with an object."""
        truths = detection_targets(targets)
        size_hw = (batch.shape[-2], batch.shape[-1])
        maps = self._features(batch)
        answers = self.rpn(maps[-1])
        with torch.no_grad():
            found = self.rpn.propose(answers, size_hw, kept=TRAINED_PROPOSALS)
        sampled = [
            sample_regions(boxes, truth, count=JUDGED, negative_iou=NEGATIVE_IOU)
            for boxes, truth in zip(found.boxes, truths, strict=True)
        ]
        scores, offsets = self.head(self.crop(maps[-1], [regions.boxes for regions in sampled]))
        judgement = region_losses(scores, offsets, sampled)
        mask = {"mask": self._mask_loss(maps, sampled, truths)}
        return self.rpn.losses(answers, size_hw, truths) | judgement | mask

    def _features(self, batch: Tensor) -> list[Tensor]:
        maps = self.backbone(batch)
        return [*(maps[depth] for depth in self._depths[:-1]), self.seen(maps[-1])]

    def _best(self, boxes: Tensor, scores: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Boxes (P, K, 4) and scores (P, K) of one picture -> the `refined` best after suppression:
        boxes (D, 4), scores (D,), label indices (D,), filled up with empty ones."""
        place, labels = (scores > MIN_SCORE).nonzero(as_tuple=True)
        boxes, scores = boxes[place, labels].float(), scores[place, labels].float()
        best = batched_nms(boxes, scores, labels, SUPPRESSION_IOU)[: self.refined]
        missing = self.refined - len(best)
        return (
            functional.pad(boxes[best], (0, 0, 0, missing)),
            functional.pad(scores[best], (0, missing)),
            functional.pad(labels[best], (0, missing)),
        )

    def _masks(self, maps: list[Tensor], boxes: list[Tensor], labels: Tensor) -> Tensor:
        """Each picture's boxes (R, 4), label indices of all -> logits (sum of R, 50, 50)."""
        described = self.head.dense(self.crop(maps[-1], boxes).flatten(1))
        crops = [cut(features, boxes) for cut, features in zip(self.columns, maps, strict=True)]
        masks: Tensor = self.heat(self.masks(crops, described, labels)[:, None])
        return masks[:, 0]

    def _mask_loss(
        self,
        maps: list[Tensor],
        sampled: Sequence[SampledRegions],
        truths: Sequence[DetectionTarget],
    ) -> Tensor:
        learning = [(regions.labels > 0).nonzero()[:MASKED, 0] for regions in sampled]
        boxes = [r.boxes[chosen] for r, chosen in zip(sampled, learning, strict=True)]
        labels = torch.cat(
            [r.labels[chosen] - 1 for r, chosen in zip(sampled, learning, strict=True)]
        )
        objects = [r.objects[chosen] for r, chosen in zip(sampled, learning, strict=True)]
        return mask_loss(self._masks(maps, boxes, labels), truths, objects, boxes)


@register(
    "hypercolumn_instance",
    task=Task.INSTANCE,
    input_hw=(600, 800),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
    fit_options=fit_anchor_sides,
    backends=("torch",),
)
def hypercolumn_instance(
    num_labels: int,
    *,
    backbone: str = "vgg16",
    stride: int = 16,
    width: float = 1.0,
    anchor_sides: Sequence[float] = ANCHOR_SIDES,
    grid: int = 10,
    proposals_kept: int = 300,
    refined: int = 100,
    dropout: float = 0.5,
) -> HypercolumnInstance:
    """Hypercolumns for objects: boxes whose masks come from the features of all depths."""
    encoder = backbones.build(backbone, output_stride=stride, width=width)
    channels = encoder.channels[-1]
    return HypercolumnInstance(
        num_labels,
        encoder,
        RegionProposalNetwork(channels, stride=stride, sides=anchor_sides, width=width),
        dense=scaled(DENSE_CHANNELS, width),
        dropout=dropout,
        grid=grid,
        kept=(proposals_kept, refined),
    )
