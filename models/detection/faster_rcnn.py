"""Faster R-CNN: a small network proposes boxes, a second one judges them, on the same features.

Ren, He, Girshick, Sun: "Faster R-CNN: Towards Real-Time Object Detection with Region Proposal
Networks", NeurIPS 2015. Both halves are trained together by four losses (the paper's approximate
joint training). Newer than the paper: regions may be cut out without rounding (RoI align, 2017),
and encoders with batch norm learn from chance, which VGG16 alone hardly does. Every encoder has the
paper's head of two dense layers.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.about import About, Look, Option, Text
from models.backbones.at_stride import layers_at
from models.contract import DetectionTarget, Output, RawTensors, Target, Task
from models.detector import Detector, DetectorStep, Matches, candidates, detection_targets
from models.layers.region_crops import Pooling, RegionCrop
from models.layers.regions import RegionHead, judged, region_losses, sample_regions
from models.layers.rpn import ANCHOR_SIDES, RegionProposalNetwork, fit_anchor_sides
from models.layers.width import scaled
from models.region_detector import STRIDE
from models.registry import register
from models.semantic import LITE, WIDTH, encoder_option

PAPER = "Ren, He, Girshick, Sun: Faster R-CNN, NeurIPS 2015"
CROP_SIZE = 7
DENSE_CHANNELS = 4096
# Boxes of a picture: proposed while training, and of those judged.
TRAINED_PROPOSALS = 1000
JUDGED = 128
# The authors take background near objects alone; from chance, the rest must be learned as well.
NEGATIVE_IOU = (0.0, 0.5)
ABOUT = About(
    year=2015,
    idea=Text(
        "At every place of the feature map a small network asks of nine anchor boxes whether an "
        "object is there, and moves the likely ones to fit. The best of these proposals are cut "
        "out of the same features. A second head says what each one is and moves it once more.",
        "작은 신경망이 특징 맵의 모든 위치에서 앵커 상자 아홉 개마다 물체가 있는지 묻고, 있을 "
        "법한 상자를 물체에 맞게 옮깁니다. 가장 좋은 제안들을 같은 특징에서 잘라 냅니다. 두 번째 "
        "머리가 각 제안이 무엇인지 말하고 상자를 한 번 더 옮깁니다.",
    ),
    improves_on=Text(
        "Fast R-CNN waited two seconds a picture for selective search. Here the proposals are "
        "learned, share the features, and cost ten milliseconds.",
        "Fast R-CNN은 그림마다 선택적 탐색을 2초씩 기다렸습니다. 여기서는 제안도 학습하고 "
        "특징을 함께 쓰므로 10밀리초면 됩니다.",
    ),
    look_for=Text(
        "Step through the proposals: the first few already lie on objects, though nothing knows "
        "yet what they are. Then see how the second head moves and names them.",
        "제안을 차례로 넘겨 보세요. 무엇인지는 아직 모르지만 앞의 몇 개는 이미 물체 위에 놓여 "
        "있습니다. 이어서 두 번째 머리가 상자를 옮기고 이름을 붙이는 모습을 보세요.",
    ),
    differs=Text(
        "Both halves are trained at once, not in four steps. The best 2,000 boxes go into "
        "suppression, in the authors' code 6,000 or 12,000, and 1,000 are learned from, in the "
        "paper 2,000. Anchors across the border learn too, their sides are fitted to the data, "
        "and regions are cut out by RoI align. Weaker boxes go above an overlap of 0.45, in the "
        "paper 0.3: the overlap slider.",
        "네 단계로 나누지 않고 두 부분을 한꺼번에 학습합니다. 비최대 억제에는 상위 2,000개가 "
        "들어가며(저자 코드는 6,000 또는 12,000), 학습에는 1,000개를 씁니다(논문은 2,000). "
        "경계를 넘는 앵커도 배우고, 앵커 크기는 데이터에 맞추며, 영역은 RoI align으로 오려 "
        "냅니다. 겹침이 0.45를 넘는 약한 상자를 지웁니다. 논문은 0.3이며, 겹침 슬라이더로 바꿀 "
        "수 있습니다.",
    ),
)
ENCODER = encoder_option("vgg16", "vgg16_bn", "resnet18", "resnet50", "mobilenet_v2", *LITE)
PROPOSALS_KEPT = Option(
    "proposals_kept", Text("Proposals kept", "남기는 제안 수"), (300, 100, 1000), live=True
)
POOLING = Option(
    "pooling",
    Text("How a region is pooled", "영역을 풀링하는 방법"),
    ("roi_align", "roi_pool"),
    live=True,
)
DROPOUT = Option("dropout", Text("Dropout while training", "학습 중 드롭아웃"), (0.5, 0.0))
OPTIONS = (
    ENCODER,
    STRIDE,
    WIDTH,
    PROPOSALS_KEPT,
    POOLING,
    DROPOUT,
)
LOOKS = (
    Look("seen", Text("Features both halves share", "두 부분이 함께 쓰는 특징")),
    Look("rpn.look", Text("Features of the proposals", "제안을 위한 특징")),
    Look("rpn.objectness", Text("Objectness of each anchor", "앵커별 물체 점수"), "objectness"),
    Look("crop", Text("Proposals cut out, best first", "잘라 낸 제안, 점수 순")),
)
ANCHORS_STEP = Text("Anchors of the proposals", "제안이 나온 앵커")
PROPOSALS_STEP = Text("Proposals, best first", "제안, 높은 점수 순")
MOVED_STEP = Text("Proposals, named and moved", "이름 붙이고 옮긴 제안")


class FasterRcnn(Detector):
    """Features, a region proposal network on them, and a head that judges crops of them."""

    def __init__(
        self,
        num_labels: int,
        encoder: tuple[nn.Sequential, int],
        rpn: RegionProposalNetwork,
        crop: RegionCrop,
        *,
        dense: int,
        dropout: float,
        proposals_kept: int,
    ) -> None:
        super().__init__()
        self.encoder, channels = encoder
        self.seen = nn.Identity()  # A place to look at.
        self.rpn = rpn
        self.crop = crop
        self.head = RegionHead(channels * crop.size**2, dense, num_labels, dropout=dropout)
        self.proposals_kept = proposals_kept

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> P proposals per picture, filled up with empty ones of objectness 0: boxes
        (N, P, 4), their objectness (N, P), the anchors they come from (N, P, 4), what each label
        scores there (N, P, K) in 0..1, and each label's box (N, P, K, 4).
        """
        size_hw = (batch.shape[-2], batch.shape[-1])
        features = self.seen(self.encoder(batch))  # (N, C, h, w)
        found = self.rpn.propose(self.rpn(features), size_hw, kept=self.proposals_kept)
        logits, offsets = self.head(self.crop(features, list(found.boxes)))
        shape = found.objectness.shape
        scores, boxes = judged(found.boxes.flatten(0, 1), logits, offsets, size_hw)
        by_picture = scores.view(*shape, -1), boxes.view(*shape, -1, 4)
        return found.boxes, found.objectness, found.anchors, *by_picture

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Every proposal as each label that scores, in that label's box."""
        return [candidates(b, s) for b, s in zip(raw[4].float(), raw[3].float(), strict=True)]

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """Per picture the anchors behind the proposals, the proposals, and what became of them,
        all in the order of objectness."""
        return [proposal_steps(*picture) for picture in zip(*raw, strict=True)]

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The anchors that learn each object."""
        return self.rpn.matches(size_hw, target)

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Objectness and offsets of anchors, labels and offsets of sampled proposals."""
        truths = detection_targets(targets)
        size_hw = (batch.shape[-2], batch.shape[-1])
        features = self.encoder(batch)
        answers = self.rpn(features)
        with torch.no_grad():
            found = self.rpn.propose(answers, size_hw, kept=TRAINED_PROPOSALS)
        sampled = [
            sample_regions(boxes, truth, count=JUDGED, negative_iou=NEGATIVE_IOU)
            for boxes, truth in zip(found.boxes, truths, strict=True)
        ]
        crops = self.crop(features, [regions.boxes for regions in sampled])
        scores, offsets = self.head(crops)
        judgement = region_losses(scores, offsets, sampled)
        return self.rpn.losses(answers, size_hw, truths) | judgement


def proposal_steps(
    proposals: Tensor, objectness: Tensor, anchors: Tensor, scores: Tensor, boxes: Tensor
) -> tuple[DetectorStep, ...]:
    """The steps of one picture without the filling, from its raw tensors: proposals (R, 4), their
    objectness (R,) and anchors (R, 4), label scores (R, K) and a box a label (R, K, 4)."""
    real = objectness > 0
    best, labels = scores[real].max(dim=1)
    moved = boxes[real, labels]  # (P, 4)
    return (
        DetectorStep(ANCHORS_STEP, anchors[real], objectness[real]),
        DetectorStep(PROPOSALS_STEP, proposals[real], objectness[real]),
        DetectorStep(MOVED_STEP, moved, best, labels, chances=scores[real]),
    )


@register(
    "faster_rcnn",
    task=Task.DETECTION,
    input_hw=(600, 800),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
    fit_options=fit_anchor_sides,
    backends=("torch",),
)
def faster_rcnn(
    num_labels: int,
    *,
    backbone: str = "vgg16",
    stride: int = 16,
    width: float = 1.0,
    anchor_sides: Sequence[float] = ANCHOR_SIDES,
    proposals_kept: int = 300,
    pooling: Pooling = "roi_align",
    dropout: float = 0.5,
) -> FasterRcnn:
    """Faster R-CNN: a network proposes boxes, a second head judges them."""
    encoder = layers_at(backbone, stride=stride, width=width)
    return FasterRcnn(
        num_labels,
        encoder,
        RegionProposalNetwork(encoder[1], stride=stride, sides=anchor_sides, width=width),
        RegionCrop(CROP_SIZE, stride, pooling=pooling),
        dense=scaled(DENSE_CHANNELS, width),
        dropout=dropout,
        proposals_kept=proposals_kept,
    )
