"""YOLO: the whole picture through one network, a grid of cells out, each with boxes and labels.

Redmon, Divvala, Girshick, Farhadi: "You Only Look Once: Unified, Real-Time Object Detection",
CVPR 2016. Layers, coding and loss are the paper's. What lets it start from chance, without a
classifier trained before, is ours: batch norm (Darknet's later files have it too), first boxes in
the middle of their cells, and small numbers into the dense layers.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Option, Text
from models.contract import DetectionTarget, Output, RawTensors, Target, Task
from models.detector import (
    Detector,
    DetectorStep,
    Matches,
    candidates,
    detection_targets,
    step_of_grid,
)
from models.layers.cell_coding import CellBoxes, decode, encode, paired_iou, take_cells
from models.layers.darknet import YOLO_V1, YOLO_V1_TINY, Plan, row_of_layers
from models.layers.initialise import initialise_he
from models.layers.scaled_linear import ScaledLinear, take_gains_out
from models.layers.width import scaled
from models.registry import register

PAPER = "Redmon, Divvala, Girshick, Farhadi: You Only Look Once, CVPR 2016"
SIDE = 7
BOXES = 2
BOX_WEIGHT = 5.0
EMPTY_WEIGHT = 0.5
START_SIDES = (0.2, 0.5)
"""What the first boxes of a cell measure, in sides of the picture."""

STEP = Text("The grid's boxes", "격자의 상자")
OPTIONS = (
    Option("width", Text("Share of the channels", "채널 비율"), (1.0, 0.5, 0.25, 0.125)),
    Option(
        "batch_norm",
        Text("Batch norm, not in the paper", "배치 정규화(논문에는 없음)"),
        (True, False),
    ),
)
CONVOLUTIONS = Option(
    "convolutions",
    Text(
        "Convolutions: the paper's nine, or Darknet's eight with one dense layer",
        "합성곱 수: 논문의 아홉 개 또는 완전 연결층이 하나인 Darknet의 여덟 개",
    ),
    tuple(YOLO_V1_TINY),
)
LOOKS = (
    Look("features", Text("Last convolution", "마지막 합성곱")),
    Look("answer", Text("What each of the 7x7 cells says", "7x7 칸이 말하는 값")),
    Look(
        "label_scores",
        Text("Each cell's label, if an object is there", "물체가 있다면 각 칸의 레이블"),
        "scores",
    ),
)
ABOUT = About(
    year=2016,
    idea=Text(
        "One pass over the whole picture replaces proposals and their separate judgement. The "
        "picture is cut into 7x7 cells; the cell in which an object's centre lies answers for it, "
        "with two boxes, how sure it is of each, and one set of label probabilities. Everything "
        "is learned together as one regression.",
        "그림 전체를 한 번 훑는 것으로 제안과 제안별 판정을 대신합니다. 그림을 7x7 칸으로 나누고, "
        "물체의 중심이 놓인 칸이 상자 두 개와 각각의 확신도, 그리고 레이블 확률 한 벌로 그 물체를 "
        "책임집니다. 모든 것을 하나의 회귀로 함께 학습합니다.",
    ),
    improves_on=Text(
        "R-CNN and its heirs look at some two thousand proposals one by one; YOLO answers for all "
        "places at once, tens of times a second, and seeing the whole picture it takes less "
        "background for objects.",
        "R-CNN과 그 후속들은 약 2천 개의 제안을 하나씩 봅니다. YOLO는 모든 위치를 한꺼번에, 1초에 "
        "수십 번 답하며, 그림 전체를 보므로 배경을 물체로 잘못 보는 일이 적습니다.",
    ),
    look_for=Text(
        "Crowds: a cell knows one object only, so of small ones close together some are lost. "
        "Show the grid and click a cell to see its two boxes.",
        "밀집된 장면을 보세요. 칸 하나는 물체 하나만 알기 때문에 가까이 붙은 작은 물체는 일부를 "
        "놓칩니다. 격자를 켜고 칸을 눌러 상자 두 개를 확인하세요.",
    ),
    differs=Text(
        "Batch norm, the first boxes in the middle of their cells and small first numbers let it "
        "learn from chance, where the paper's convolutions had learned ImageNet. Of several "
        "objects in a cell the largest is learned.",
        "논문의 합성곱은 ImageNet을 먼저 배웠지만, 여기서는 배치 정규화와 칸 가운데의 첫 상자, "
        "작은 초깃값 덕분에 처음부터 배웁니다. 한 칸에 물체가 여럿이면 가장 큰 것을 배웁니다.",
    ),
)


class CellScores(NamedTuple):
    """What the cells say, row by row: `coords` (N, S * S, B, 4) as `cell_coding` has them,
    `confidence` (N, S * S, B), `chances` (N, S * S, K)."""

    coords: Tensor
    confidence: Tensor
    chances: Tensor


class YoloV1(Detector):
    """Convolutions and dense layers that end in 7x7 cells of 5 B + K numbers.

    `dense` are the channels of the dense layers before the last. Any input size works: what leaves
    the convolutions is pooled (from 448x448 it is 7x7 as it is), and the grid divides the input.
    """

    def __init__(
        self,
        num_labels: int,
        layers: Plan,
        dense: Sequence[int],
        *,
        width: float,
        batch_norm: bool,
    ) -> None:
        super().__init__()
        self.num_labels = num_labels
        self.features, channels = row_of_layers(layers, width=width, norm=batch_norm)
        self.pool = nn.AdaptiveAvgPool2d(SIDE)
        self.dense = _dense([channels * SIDE * SIDE, *(scaled(c, width) for c in dense)])
        initialise_he(self)
        take_gains_out(self.dense)
        last = scaled(dense[-1], width) if dense else channels * SIDE * SIDE
        self.predict_cells = ScaledLinear(last, SIDE * SIDE * (5 * BOXES + num_labels))
        self._start()
        self.answer = nn.Identity()
        self.label_scores = nn.Identity()

    def _start(self) -> None:
        """Begin with boxes in the middle of their cells, and sure of nothing."""
        nn.init.normal_(self.predict_cells.weight, std=0.01)
        nn.init.zeros_(self.predict_cells.bias)
        with torch.no_grad():
            bias = self.predict_cells.bias.view(-1, SIDE * SIDE)  # (5 B + K, S * S)
            for box, side in enumerate(START_SIDES):
                bias[5 * box : 5 * box + 2] = 0.5
                bias[5 * box + 2 : 5 * box + 4] = side**0.5

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, 5 B + K, S, S), and the input's (W, H) for each picture: (N, 2).

        Of a cell's numbers each box has x, y, w, h and confidence; the labels' come last.
        """
        x = self.dense(self.pool(self.features(batch)).flatten(1))
        cells = self.answer(self.predict_cells(x).view(len(batch), -1, SIDE, SIDE))
        self.label_scores(cells[:, 5 * BOXES :])
        height, width = batch.shape[-2:]
        size = torch.tensor([float(width), float(height)], device=batch.device)
        return cells, size.expand(len(batch), 2)

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Each cell's boxes; P(label | object) times confidence is their score (the paper's 1)."""
        found: list[Output] = []
        for picture, boxes in enumerate(self._boxes(raw)):
            _, confidence, chances = (part[picture] for part in self._answer(raw[0]))
            scores = confidence.clamp(0, 1)[..., None] * chances.clamp(0, 1)[:, None]
            found.append(candidates(boxes.flatten(0, 1), scores.flatten(0, 1)))  # (S * S * B, K)
        return found

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """Per picture, both boxes of all cells."""
        _, confidence, chances = self._answer(raw[0])
        steps: list[tuple[DetectorStep, ...]] = []
        for boxes, sure, labels in zip(self._boxes(raw), confidence, chances, strict=True):
            both = labels.clamp(0, 1)[:, None].expand(-1, BOXES, -1)  # (S * S, B, K)
            parts = (boxes, sure.clamp(0, 1), both)
            grid = [part.transpose(0, 1).unflatten(1, (SIDE, SIDE)) for part in parts]
            steps.append((step_of_grid(STEP, *grid),))
        return steps

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The cells that learn an object. Which of its boxes does, depends on what it says."""
        learning = take_cells(target.boxes, size_hw, SIDE)
        whole = target.boxes.new_tensor([0.5, 0.5, SIDE**-0.5, SIDE**-0.5])
        cells = decode(whole.expand(len(learning.cells), 4), learning.cells, size_hw, SIDE)
        return Matches(cells, learning.objects)

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """The paper's sum of squared errors (its equation 3), as a mean over the pictures.

        Of a cell's boxes the one overlapping the object most is responsible; while none does, the
        one that differs least, as in Darknet. Of several objects in a cell it learns the largest.
        """
        raw = self(batch)
        answer, size_hw = self._answer(raw[0]), (batch.shape[-2], batch.shape[-1])
        named = ("center", "size", "object", "no_object", "label")
        sums = dict.fromkeys(named, raw[0].sum() * 0)
        for picture, target in enumerate(detection_targets(targets)):
            learning = take_cells(target.boxes, size_hw, SIDE)
            labels = functional.one_hot(target.labels[learning.objects], self.num_labels).float()
            mine = CellScores(*(part[picture] for part in answer))
            boxes = target.boxes[learning.objects]
            for name, value in _picture_losses(mine, learning, boxes, labels, size_hw).items():
                sums[name] = sums[name] + value / len(batch)
        return sums

    def _answer(self, cells: Tensor) -> CellScores:
        rows = cells.float().flatten(2).transpose(1, 2)  # (N, S * S, 5 B + K)
        boxes = rows[..., : 5 * BOXES].reshape(*rows.shape[:2], BOXES, 5)  # (N, S * S, B, 5)
        return CellScores(boxes[..., :4], boxes[..., 4], rows[..., 5 * BOXES :])

    def _boxes(self, raw: RawTensors) -> list[Tensor]:
        """Per picture (S * S, B, 4) xyxy in input pixels."""
        cells = torch.arange(SIDE * SIDE, device=raw[0].device)[:, None]
        sizes = [(float(h), float(w)) for w, h in raw[1]]
        coords = self._answer(raw[0]).coords
        return [decode(c, cells, s, SIDE) for c, s in zip(coords, sizes, strict=True)]


def _dense(channels: Sequence[int]) -> nn.Sequential:
    """Dense layers: a narrow linear one to begin with, if there are two; dropout after the last."""
    network = nn.Sequential()
    for index, (before, after) in enumerate(pairwise(channels), start=2):
        network.append(ScaledLinear(before, after))
        if index == len(channels):
            network.append(nn.LeakyReLU(0.1, inplace=True))
            network.append(nn.Dropout(0.5))
    return network


def _picture_losses(
    answer: CellScores,
    learning: CellBoxes,
    boxes: Tensor,
    labels: Tensor,
    size_hw: tuple[int, int],
) -> dict[str, Tensor]:
    """Sums of squares over one picture: objects (P, 4) with labels (P, K) against its cells."""
    cells = learning.cells
    coords, confidence, chances = (part[cells] for part in answer)
    truth = encode(boxes, cells, size_hw, SIDE)  # (P, 4)
    with torch.no_grad():
        guesses = decode(coords, cells[:, None], size_hw, SIDE)  # (P, B, 4)
        overlap = paired_iou(guesses, boxes[:, None])  # (P, B)
        apart = (coords - truth[:, None]).square().sum(2)  # (P, B)
        # An overlap above 0 counts more than any distance.
        fit = torch.where(overlap > 0, overlap, -1 - apart)
        best = fit.argmax(dim=1)
    rows = torch.arange(len(cells), device=cells.device)
    error = (coords[rows, best] - truth).square()
    responsible = torch.zeros_like(answer.confidence)
    responsible[cells, best] = 1
    empty = answer.confidence.square() * (1 - responsible)
    return {
        "center": BOX_WEIGHT * error[:, :2].sum(),
        "size": BOX_WEIGHT * error[:, 2:].sum(),
        "object": (confidence[rows, best] - overlap[rows, best]).square().sum(),
        "no_object": EMPTY_WEIGHT * empty.sum(),
        "label": (chances - labels).square().sum(),
    }


@register(
    "yolo_v1",
    task=Task.DETECTION,
    input_hw=(448, 448),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
)
def yolo_v1(num_labels: int, *, width: float = 1.0, batch_norm: bool = True) -> YoloV1:
    """YOLO: one look at the whole picture, 7x7 cells answer."""
    return YoloV1(num_labels, YOLO_V1, (4096,), width=width, batch_norm=batch_norm)


@register(
    "yolo_v1_tiny",
    task=Task.DETECTION,
    input_hw=(448, 448),
    paper=PAPER,
    about=ABOUT,
    options=(*OPTIONS, CONVOLUTIONS),
    looks=LOOKS,
)
def yolo_v1_tiny(
    num_labels: int, *, width: float = 1.0, batch_norm: bool = True, convolutions: int = 9
) -> YoloV1:
    """Fast YOLO: nine convolutions instead of 24."""
    if convolutions not in YOLO_V1_TINY:
        raise ValueError(f"yolo_v1_tiny has 9 or 8 convolutions, not {convolutions}.")
    dense = (256, 4096) if convolutions == 9 else ()
    return YoloV1(num_labels, YOLO_V1_TINY[convolutions], dense, width=width, batch_norm=batch_norm)
