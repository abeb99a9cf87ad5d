"""SDS: simultaneous detection and segmentation. Each proposal is a segment, seen twice.

Hariharan, Arbelaez, Girshick, Malik: "Simultaneous Detection and Segmentation", ECCV 2014. One
network sees the proposal's box, another one the same box with everything outside the segment
replaced by the mean colour. Their two descriptions, side by side, are classified together, and both
networks are trained for that (the paper's variant C). From the same description a coarse figure of
10 x 10 is predicted for each label, which corrects the segment's outline. Proposals come from
selective search in place of the paper's MCG, the label from the softmax that trains the networks
in place of an SVM on top of it, and the outline is corrected by two convolutions in place of a
classifier of superpixels.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Option, Text
from models.backbones import backbone as backbones
from models.contract import DetectionOutput, DetectionTarget, Output, RawTensors, Target, Task
from models.detector import (
    MIN_SCORE,
    SEGMENT_SIDE,
    DetectorStep,
    Matches,
    ProposalMode,
    SegmentDetector,
    detection_targets,
)
from models.instance.sds_layers import FIGURE, Branch, MaskRefiner, given_segments
from models.layers.initialise import initialise_scores
from models.layers.mask_targets import masks_in_boxes
from models.layers.region_crops import CutOut
from models.layers.regions import real
from models.layers.segments import (
    met_objects,
    segments_to_learn,
    warped,
    warped_segments,
)
from models.layers.width import scaled
from models.region_detector import BATCH_NORM, PROPOSALS, spread
from models.registry import register
from models.semantic import WIDTH, encoder_option

PAPER = "Hariharan, Arbelaez, Girshick, Malik: Simultaneous Detection and Segmentation, ECCV 2014"
DENSE = 4096
# Regions of a picture that are learned at a time, and judged at a time.
SAMPLED = 64
CHUNK = 64
MOST_MASKS = 1000
# Of each size of the warped regions, how far the encoder may shrink it: 6 x 6 cells or more remain.
OUTPUT_STRIDES = {227: 32, 128: 16, 64: 8}
MaskKind = Literal["refined", "segment"]
ABOUT = About(
    year=2014,
    idea=Text(
        "Proposals are segments here, not boxes. One network looks at the segment's box, another "
        "at the same box with the background painted over in the mean color. What both describe "
        "is classified together, and the segment becomes the object's mask.",
        "여기서 제안은 상자가 아니라 조각입니다. 한 신경망은 조각의 상자를 보고, 다른 신경망은 "
        "배경을 평균색으로 칠한 같은 상자를 봅니다. 두 설명을 합쳐 분류하고, 조각은 그대로 물체의 "
        "마스크가 됩니다.",
    ),
    improves_on=Text(
        "R-CNN judged boxes and drew boxes. Judging the segment inside tells an object from its "
        "surroundings, and gives every object an outline.",
        "R-CNN은 상자를 판단하고 상자를 그렸습니다. 그 안의 조각까지 판단하면 물체와 주변을 구별할 "
        "수 있고, 물체마다 윤곽이 생깁니다.",
    ),
    look_for=Text(
        "Switch between the segment as it was proposed and the refined mask. Look inside at both "
        "views of the first proposal. An object that no segment meets cannot be found.",
        "제안된 조각 그대로와 다듬은 마스크를 번갈아 보세요. 내부에서 첫 번째 제안의 두 모습을 "
        "보세요. 어떤 조각도 맞지 않는 물체는 찾을 수 없습니다.",
    ),
    differs=Text(
        "Proposals come from selective search in place of MCG, labels from the softmax that "
        "trains the networks in place of support vector machines, and two convolutions correct "
        "the outline in place of a classifier of superpixels.",
        "제안은 MCG 대신 선택적 탐색에서 오고, 레이블은 서포트 벡터 머신 대신 신경망을 학습하는 "
        "소프트맥스가 정하며, 윤곽은 슈퍼픽셀 분류기 대신 합성곱 두 개가 고칩니다.",
    ),
)
OPTIONS = (
    encoder_option("alexnet", "resnet18", "vgg16_bn"),
    WIDTH,
    Option(
        "warp", Text("Pixels of a region's side", "영역을 맞출 한 변의 픽셀 수"), (227, 128, 64)
    ),
    BATCH_NORM,
    PROPOSALS,
    Option(
        "regions",
        Text("Proposals judged, at most", "판단할 제안의 최대 개수"),
        (300, 100, 1000, 2000),
        live=True,
    ),
    Option(
        "masks",
        Text("Mask: refined, or the segment as proposed", "마스크: 다듬은 것 또는 제안된 조각"),
        ("refined", "segment"),
        live=True,
    ),
)
LOOKS = (
    Look("box_view", Text("The first proposals' boxes", "처음 제안들의 상자")),
    Look("region_view", Text("The same without background", "배경을 지운 같은 상자")),
    Look("figure", Text("Coarse figure, 10 by 10", "가로세로 10칸의 거친 형태")),
)


class Sds(SegmentDetector):
    """Two networks over warped proposals, one classifier over both, and a figure for each label."""

    def __init__(
        self,
        num_labels: int,
        paths: tuple[Branch, Branch],
        dense: int,
        *,
        warp: int,
        proposals: ProposalMode,
        regions: int,
        masks: MaskKind,
    ) -> None:
        super().__init__(proposals=proposals)
        self.num_labels = num_labels
        self.warp, self.regions, self.masks = warp, regions, masks
        self.box_view, self.region_view = CutOut(), CutOut()
        self.box_path, self.region_path = paths
        self.scores = nn.Linear(2 * dense, 1 + num_labels)
        self.figures = nn.Linear(2 * dense, num_labels * FIGURE**2)
        self.figure = CutOut()
        self.refinement = MaskRefiner()
        initialise_scores(self.scores, deviation=0.01)
        initialise_scores(self.figures, deviation=0.001)

    def forward(
        self, batch: Tensor, proposals: Tensor | None = None, segments: Tensor | None = None
    ) -> RawTensors:
        """(N, 3, H, W), (N, P, 4), (N, P, s, s) -> the proposals judged (N, P', 4), what each label
        scores there (N, P', K) in 0..1, figures (N, P', K, 10, 10) and segments (N, P', s, s)."""
        boxes, shapes = self._first(*given_segments(batch, proposals, segments))
        scores, figures = [], []
        for number, picture in enumerate(batch):
            for start in range(0, boxes.shape[1], CHUNK):
                part = slice(start, start + CHUNK)
                logits, figure = self._judge(picture, boxes[number, part], shapes[number, part])
                known = real(boxes[number, part])[:, None]
                scores.append(logits.float().softmax(dim=1)[:, 1:] * known)
                figures.append(figure)
                if self.watch is not None:
                    done = number * boxes.shape[1] + min(start + CHUNK, boxes.shape[1])
                    self.watch(done, len(batch) * boxes.shape[1])
        shape = boxes.shape[:2]
        return (
            boxes,
            torch.cat(scores).view(*shape, -1),
            torch.cat(figures).view(*shape, -1, FIGURE, FIGURE),
            shapes,
        )

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Every proposal with each label that scores above 0.001, at most a thousand."""
        found: list[Output] = []
        for boxes, scores, figures, segments in zip(*(t.float() for t in raw), strict=True):
            place, labels = (scores > MIN_SCORE).nonzero(as_tuple=True)
            sure = scores[place, labels]
            best = sure.topk(min(len(sure), MOST_MASKS)).indices
            place, labels = place[best], labels[best]
            masks = segments[place]
            if self.masks == "refined":
                masks = self.refinement(figures[place, labels], masks).sigmoid()
            found.append(DetectionOutput(boxes[place], sure[best], labels, masks))
        return found

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """The proposals in their order, with the label that scores most."""
        found: list[tuple[DetectorStep, ...]] = []
        for boxes, scores in zip(raw[0].float(), raw[1].float(), strict=True):
            given = real(boxes)
            best, labels = scores[given].max(dim=1)
            text = Text("Proposals in their order", "제안, 주어진 순서대로")
            found.append((DetectorStep(text, boxes[given], best, labels, chances=scores[given]),))
        return found

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The proposals that meet an object: their segments, or of targets without, their boxes."""
        boxes, segments = self._of(target.boxes.new_zeros(3, *size_hw), target)
        objects = met_objects(boxes, segments, target)
        return Matches(boxes[objects >= 0], objects[objects >= 0])

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Cross entropy of the labels of sampled regions; of the figures and refined masks of those
        that meet an object."""
        scores, labels, masks = [], [], []
        for picture, target in zip(batch, detection_targets(targets), strict=True):
            boxes, segments, objects = segments_to_learn(
                *self._of(picture, target), target, count=SAMPLED
            )
            logits, figures = self._judge(picture, boxes, segments)
            met = (objects >= 0).nonzero()[:, 0]
            known = target.labels[objects[met]]
            scores.append(logits)
            labels.append(functional.pad(known + 1, (0, len(objects) - len(met))))
            masks.append(
                self.refinement.losses(
                    figures[met, known],
                    segments[met],
                    masks_in_boxes(target, objects[met], boxes[met], SEGMENT_SIDE),
                )
            )
        count = max(1, sum(int((label > 0).sum()) for label in labels))
        figure, mask = (torch.stack(parts).sum() / count for parts in zip(*masks, strict=True))
        label = functional.cross_entropy(torch.cat(scores).float(), torch.cat(labels))
        return {"label": label, "figure": figure, "mask": mask}

    def _of(self, picture: Tensor, target: DetectionTarget) -> tuple[Tensor, Tensor]:
        """All the proposals (P, 4) and segments (P, s, s) a picture (3, H, W) is learned from."""
        given = (None if t is None else t[None] for t in (target.proposals, target.segments))
        boxes, segments = given_segments(picture[None], *given)
        return boxes[0], segments[0]

    def _first(self, boxes: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        """At most `regions` of the proposals (N, P, 4) and segments (N, P, s, s)."""
        places = torch.arange(boxes.shape[1], device=boxes.device)
        if self.proposal_mode == "sliding":
            places = spread(places[:, None], self.regions)[:, 0]
        places = places[: self.regions]
        return boxes[:, places], segments[:, places]

    def _judge(self, picture: Tensor, boxes: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        """A picture (3, H, W), boxes (R, 4), segments (R, s, s) -> logits (R, 1 + K) and figures
        (R, K, 10, 10)."""
        crops = warped(picture, boxes, self.warp)
        # The input's mean colour is 0.
        masked = crops * warped_segments(segments, self.warp)
        described = torch.cat(
            [
                self.box_path(self.box_view(crops, [boxes])),
                self.region_path(self.region_view(masked, [boxes])),
            ],
            dim=1,
        )
        figures = self.figures(described).view(-1, self.num_labels, FIGURE, FIGURE)
        return self.scores(described), self.figure(figures, [boxes])


@register(
    "sds",
    task=Task.INSTANCE,
    input_hw=(384, 512),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
    backends=("torch",),
    proposals=True,
)
def sds(
    num_labels: int,
    *,
    backbone: str = "alexnet",
    width: float = 1.0,
    warp: int = 227,
    batch_norm: bool = False,
    proposals: ProposalMode = "fast",
    regions: int = 300,
    masks: MaskKind = "refined",
) -> Sds:
    """SDS: proposals' segments, seen with and without their background, judged and refined."""
    if warp not in OUTPUT_STRIDES:
        listed = ", ".join(map(str, OUTPUT_STRIDES))
        raise ValueError(f"A region's side is {listed}, not {warp}.")
    dense, stride = scaled(DENSE, width), OUTPUT_STRIDES[warp]
    one, two = (
        Branch(
            backbones.build(backbone, output_stride=stride, width=width),
            dense,
            batch_norm=batch_norm,
        )
        for _ in range(2)
    )
    return Sds(
        num_labels,
        (one, two),
        dense,
        warp=warp,
        proposals=proposals,
        regions=regions,
        masks=masks,
    )
