"""Multi-task network cascades: boxes, then a mask in each, then what it is; all trained together.

Dai, He, Sun: "Instance-aware Semantic Segmentation via Multi-task Network Cascades", CVPR 2016.
Each stage is given what the one before found, so its loss also teaches the earlier ones: masks and
labels move the boxes, through a warp of the features that can be differentiated by the box (section
4.1). With five stages the boxes, moved by the third, go through masks and labels once more, with
the same weights. What is newer: encoders with batch norm, which learn from chance.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from models.about import About, Look, Option, Text
from models.backbones.at_stride import layers_at
from models.contract import DetectionTarget, Output, RawTensors, Target, Task
from models.detection.faster_rcnn import (
    ANCHORS_STEP,
    DENSE_CHANNELS,
    DROPOUT,
    ENCODER,
    NEGATIVE_IOU,
    PROPOSALS_KEPT,
    PROPOSALS_STEP,
    TRAINED_PROPOSALS,
)
from models.detector import Detector, DetectorStep, Matches, candidates, detection_targets
from models.layers.cascade_stages import CROP_SIZE, MASK_SIZE, LabelStage, MaskStage, Verdict
from models.layers.mask_targets import mask_loss
from models.layers.matching import match
from models.layers.region_crops import RegionWarp
from models.layers.regions import SampledRegions, real, region_losses, sample_regions
from models.layers.rpn import ANCHOR_SIDES, RegionProposalNetwork, fit_anchor_sides
from models.layers.width import scaled
from models.region_detector import STRIDE
from models.registry import register
from models.semantic import WIDTH

PAPER = "Dai, He, Sun: Multi-task Network Cascades, CVPR 2016"
MASK_CHANNELS = 256
JUDGED = 64
# The share of later losses that reaches the boxes: from chance, all of it keeps them from settling.
BOX_GRADIENT = 0.1
ABOUT = About(
    year=2016,
    idea=Text(
        "Three questions are answered one after the other, each with the help of the last: where "
        "may something be, which pixels in that box belong to it, and what is it. The third looks "
        "at the features twice, whole and with all but the mask blacked out. The answers share one "
        "feature map and learn together, so that a wrong label also corrects the mask and the box.",
        "세 질문에 차례로 답하며, 각 답은 다음 질문을 돕습니다. 어디에 무언가 있을까, 그 상자의 "
        "어느 픽셀이 거기에 속할까, 그것은 무엇일까. 세 번째 단계는 특징을 두 번 봅니다. 한 번은 "
        "그대로, 한 번은 마스크 밖을 지우고 봅니다. 모든 답이 특징 맵 하나를 함께 쓰고 같이 "
        "학습하므로, 틀린 레이블은 마스크와 상자까지 바로잡습니다.",
    ),
    improves_on=Text(
        "SDS cut segments out of the picture and ran two networks on each, close to a minute a "
        "picture. Here nothing comes from outside and a picture takes a third of a second.",
        "SDS는 그림에서 조각을 오려 내어 조각마다 신경망 두 개를 돌렸으므로 그림 하나에 1분 가까이 "
        "걸렸습니다. 여기서는 외부 제안이 필요 없고 그림 하나에 3분의 1초면 됩니다.",
    ),
    look_for=Text(
        "Compare three and five stages: the second round starts from better boxes, so that masks "
        "reach the object's ends. Masks are 28 pixels wide whatever the object, so large ones have "
        "soft corners.",
        "3단계와 5단계를 비교해 보세요. 두 번째 회는 더 나은 상자에서 시작하므로 마스크가 물체의 "
        "끝까지 닿습니다. 마스크는 물체 크기와 상관없이 28픽셀이라 큰 물체는 모서리가 뭉개집니다.",
    ),
    differs=Text(
        "A tenth of the later losses reaches the boxes, in the paper all of it: from chance they "
        "would not settle. The best 2,000 boxes go into suppression, anchors are fitted to the "
        "data, and encoders with batch norm are ours.",
        "뒤 단계의 손실은 10분의 1만 상자에 전해집니다. 논문처럼 모두 전하면 처음부터 배울 때 "
        "상자가 자리 잡지 못합니다. 비최대 억제에는 상위 2,000개가 들어가고, 앵커는 데이터에 "
        "맞추며, 배치 정규화가 있는 인코더는 논문에 없습니다.",
    ),
)
STAGES = Option("stages", Text("Stages of the cascade", "연쇄의 단계 수"), (5, 3), live=True)
OPTIONS = (ENCODER, STRIDE, WIDTH, STAGES, PROPOSALS_KEPT, DROPOUT)
LOOKS = (
    Look("seen", Text("Features all stages share", "모든 단계가 함께 쓰는 특징")),
    Look("rpn.objectness", Text("Objectness of each anchor", "앵커별 물체 점수"), "objectness"),
    Look("warp", Text("The best proposal, warped", "가장 좋은 제안을 펴 놓은 것")),
    Look("masks", Text("Masks of the proposals, in order", "제안의 마스크, 순서대로")),
)
NAMED_STEP = Text("Proposals with their labels", "레이블이 붙은 제안")
MOVED_STEP = Text("Boxes of the second round", "두 번째 회의 상자")


class MultiTaskCascade(Detector):
    """Proposals, masks in them, labels of both; with five `stages` the last two run twice."""

    def __init__(
        self,
        encoder: nn.Sequential,
        rpn: RegionProposalNetwork,
        mask_stage: MaskStage,
        label_stage: LabelStage,
        *,
        stages: int,
        proposals_kept: int,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.seen = nn.Identity()  # A place to look at.
        self.rpn = rpn
        self.warp = RegionWarp(CROP_SIZE, rpn.stride)
        self.mask_stage = mask_stage
        self.label_stage = label_stage
        self.masks = nn.Identity()  # Another one.
        self.stages = stages
        self.proposals_kept = proposals_kept

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> P proposals per picture, filled up with empty ones of objectness 0: boxes
        (N, P, 4), objectness (N, P), the anchors they come from (N, P, 4), what each label scores
        in the end (N, P, K), the boxes judged last (N, P, 4), and masks over these (N, P, 28, 28)
        in 0..1.
        """
        size_hw = (batch.shape[-2], batch.shape[-1])
        features = self.seen(self.encoder(batch))  # (N, C, h, w)
        found = self.rpn.propose(self.rpn(features), size_hw, kept=self.proposals_kept)
        shape, boxes = found.objectness.shape, found.boxes
        verdict = self._judge(features, list(boxes))
        if self.stages == 5:
            self.masks(verdict.masks.sigmoid().view(*shape, MASK_SIZE, MASK_SIZE))
            boxes = verdict.moved(boxes.flatten(0, 1), size_hw).view(*shape, 4)
            verdict = self._judge(features, list(boxes))
        masks = self.masks(verdict.masks.sigmoid().view(*shape, MASK_SIZE, MASK_SIZE))
        scores = verdict.scores.softmax(dim=1)[:, 1:].reshape(*shape, -1)  # (N, P, K)
        scores = scores * (real(boxes) & real(found.boxes))[..., None]
        return found.boxes, found.objectness, found.anchors, scores, boxes, masks

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Every box of the last stage, with its mask, as each label that scores."""
        scores, boxes, masks = (tensor.float() for tensor in raw[3:])
        return [candidates(b, s, m) for b, s, m in zip(boxes, scores, masks, strict=True)]

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """Per picture the anchors behind the proposals, the proposals, and what became of them,
        all in the order of objectness."""
        return [self._steps(*picture[:5]) for picture in zip(*raw, strict=True)]

    def _steps(
        self, proposals: Tensor, objectness: Tensor, anchors: Tensor, scores: Tensor, boxes: Tensor
    ) -> tuple[DetectorStep, ...]:
        found = objectness > 0
        best, labels = scores[found].max(dim=1)
        text = MOVED_STEP if self.stages == 5 else NAMED_STEP
        return (
            DetectorStep(ANCHORS_STEP, anchors[found], objectness[found]),
            DetectorStep(PROPOSALS_STEP, proposals[found], objectness[found]),
            DetectorStep(text, boxes[found], best, labels, chances=scores[found]),
        )

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The anchors that learn each object."""
        return self.rpn.matches(size_hw, target)

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """The proposals' two losses, then masks, labels and offsets of each round."""
        truths = detection_targets(targets)
        size_hw = (batch.shape[-2], batch.shape[-1])
        features = self.encoder(batch)
        answers = self.rpn(features)
        found = self.rpn.propose(answers, size_hw, kept=TRAINED_PROPOSALS)
        losses = self.rpn.losses(answers, size_hw, truths)
        regions = [
            _movable(sample_regions(boxes, truth, count=JUDGED, negative_iou=NEGATIVE_IOU))
            for boxes, truth in zip(found.boxes, truths, strict=True)
        ]
        verdict = self._judge(features, [each.boxes for each in regions])
        losses |= _losses(verdict, regions, truths)
        if self.stages == 5:
            boxes = verdict.moved(torch.cat([each.boxes for each in regions]), size_hw)
            parts = torch.split(boxes, [len(each.boxes) for each in regions])
            regions = [_movable(_regions(b, t)) for b, t in zip(parts, truths, strict=True)]
            verdict = self._judge(features, [each.boxes for each in regions])
            second = _losses(verdict, regions, truths)
            losses |= {f"{name}_again": value for name, value in second.items()}
        return losses

    def _judge(self, features: Tensor, boxes: list[Tensor]) -> Verdict:
        """Stages 2 and 3 on features (N, C, h, w) under each picture's boxes (R, 4)."""
        crops = self.warp(features, boxes)  # (sum of R, C, 14, 14)
        masks = self.mask_stage(crops).float()
        return Verdict(masks, *self.label_stage(crops, masks.sigmoid()))


def _movable(regions: SampledRegions) -> SampledRegions:
    """Regions whose boxes learn from later stages, where there is an object. Background would learn
    to run off to where it is easy to tell, and no proposals would be left."""
    fixed = regions.boxes.detach()
    share = BOX_GRADIENT * (regions.labels > 0)[:, None]
    return replace(regions, boxes=fixed + share * (regions.boxes - fixed))


def _regions(boxes: Tensor, target: DetectionTarget) -> SampledRegions:
    """All of these boxes (R, 4), with the objects they overlap by half and more."""
    given = boxes.detach()
    objects = match(given, target.boxes, above=0.5, below=0.5, winners="none")
    labels, truths = torch.zeros_like(objects), given.clone()
    learning = objects >= 0
    labels[learning] = target.labels[objects[learning]] + 1
    truths[learning] = target.boxes[objects[learning]]
    return SampledRegions(boxes, labels, truths, objects)


def _losses(
    verdict: Verdict, regions: Sequence[SampledRegions], targets: Sequence[DetectionTarget]
) -> dict[str, Tensor]:
    """One round's losses. What is to be learned of a box does not move that box."""
    fixed = [replace(each, boxes=each.boxes.detach()) for each in regions]
    learning = [each.labels > 0 for each in fixed]
    shown = list(zip(fixed, learning, strict=True))
    mask = mask_loss(
        verdict.masks[torch.cat(learning)],
        targets,
        [each.objects[chosen] for each, chosen in shown],
        [each.boxes[chosen] for each, chosen in shown],
    )
    return {"mask": mask} | region_losses(verdict.scores, verdict.offsets, fixed)


@register(
    "mnc",
    task=Task.INSTANCE,
    input_hw=(600, 800),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
    fit_options=fit_anchor_sides,
    backends=("torch",),
)
def mnc(
    num_labels: int,
    *,
    backbone: str = "vgg16",
    stride: int = 16,
    width: float = 1.0,
    anchor_sides: Sequence[float] = ANCHOR_SIDES,
    stages: int = 5,
    proposals_kept: int = 300,
    dropout: float = 0.5,
) -> MultiTaskCascade:
    """MNC: boxes, a mask in each, then its label, as one cascade."""
    encoder, channels = layers_at(backbone, stride=stride, width=width)
    return MultiTaskCascade(
        encoder,
        RegionProposalNetwork(channels, stride=stride, sides=anchor_sides, width=width),
        MaskStage(channels, scaled(MASK_CHANNELS, width)),
        LabelStage(channels, scaled(DENSE_CHANNELS, width), num_labels, dropout=dropout),
        stages=stages,
        proposals_kept=proposals_kept,
    )
