"""Classification and localisation: what the picture shows, and one box around it.

Sermanet, Eigen, Zhang, Mathieu, Fergus, LeCun: "OverFeat: Integrated Recognition, Localization and
Detection using Convolutional Networks", ICLR 2014. A second head beside a classifier's gives four
numbers, the box. Here it is one box for all labels, and smooth L1 in place of L2, so that a single
far-off box does not outweigh the others (Girshick, Fast R-CNN, 2015). One label more stands for a
picture without an object.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Text
from models.backbones import backbone as backbones
from models.contract import DetectionTarget, Output, RawTensors, Target, Task
from models.detector import Detector, DetectorStep, candidates, detection_targets
from models.layers.box_coding import clip
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.input_size import size_tensors, told_size
from models.layers.pooled_head import PooledHead
from models.registry import register
from models.semantic import LITE, WIDTH, encoder_option

PAPER = "Sermanet et al.: OverFeat, ICLR 2014"
BACKBONES = ("resnet18", "resnet34", "resnet50", "alexnet", "mobilenet_v2", "efficientnet_b0")
GRID = 6
BOX_CHANNELS = 64
BOX_UNITS = 256
# Differences below this share of the input's side count by their square.
BETA = 0.05
BOX_WEIGHT = 10.0
START = (0.25, 0.25, 0.75, 0.75)
STEP = Text("The box and its label", "상자와 그 레이블")
ABOUT = About(
    year=2014,
    idea=Text(
        "A classifier says what the picture shows. Beside its scores a second head gives four "
        "numbers: left, top, right and bottom of one box, as shares of the picture. Both are "
        "learned together, labels by cross entropy, the box by its distance from the true one.",
        "분류 신경망이 그림에 무엇이 있는지 말합니다. 점수 옆에서 두 번째 머리가 상자 하나의 왼쪽, "
        "위, 오른쪽, 아래를 그림에 대한 비율인 네 숫자로 알려 줍니다. 레이블은 교차 엔트로피로, "
        "상자는 정답 상자와의 거리로 함께 학습합니다.",
    ),
    improves_on=Text(
        "A classifier alone does not say where. To find a box it had to be run on window after "
        "window; four numbers by regression cost one pass.",
        "분류 신경망만으로는 어디인지 알 수 없습니다. 상자를 찾으려면 창을 옮겨 가며 거듭 실행해야 "
        "했지만, 회귀로 얻는 네 숫자는 한 번의 계산이면 됩니다.",
    ),
    look_for=Text(
        "One object found well, and only one: with two, the box tends to lie between them. How "
        "many objects there are must be known beforehand, which is what R-CNN set out to change.",
        "물체 하나는 잘 찾지만 오직 하나뿐입니다. 물체가 둘이면 상자가 그 사이에 놓이기 쉽습니다. "
        "물체의 수를 미리 알아야 한다는 이 한계를 R-CNN이 풀고자 했습니다.",
    ),
    differs=Text(
        "One box serves all labels, smooth L1 stands for L2, and a further label says that there "
        "is no object. The paper's many windows at several scales, and the merging of their "
        "boxes, are not built.",
        "상자 하나를 모든 레이블이 함께 쓰고, L2 대신 smooth L1을 쓰며, 물체가 없음을 뜻하는 "
        "레이블이 하나 더 있습니다. 여러 크기의 창을 훑어 상자를 합치는 논문의 절차는 없습니다.",
    ),
)
OPTIONS = (encoder_option(*BACKBONES, *LITE), WIDTH)
LOOKS = (
    Look("last", Text("Encoder's last maps", "인코더의 마지막 맵")),
    Look("box.0", Text("What the box is read from", "상자를 읽어 내는 맵")),
)


class Localizer(Detector):
    """An encoder, label scores from the means of its last maps, a box from a coarse grid of them.

    Raw tensors: label scores (N, 1 + K), the first for nothing; the box (N, 4), left, top, right
    and bottom as shares of the input; and two that tell the input's size.
    """

    def __init__(self, num_labels: int, *, backbone: str, width: float) -> None:
        super().__init__()
        self.encoder = backbones.build(backbone, width=width)
        self.last = nn.Identity()  # a place to look at
        channels = self.encoder.channels[-1]
        self.label = PooledHead(channels, 1 + num_labels)
        self.box = nn.Sequential(
            nn.Sequential(nn.Conv2d(channels, BOX_CHANNELS, 1), nn.ReLU(inplace=True)),
            nn.AdaptiveAvgPool2d(GRID),
            nn.Flatten(),
            nn.Linear(BOX_CHANNELS * GRID**2, BOX_UNITS),
            nn.ReLU(inplace=True),
        )
        self.numbers = nn.Linear(BOX_UNITS, 4)
        initialise_he(self.box)
        initialise_scores(self.numbers, deviation=0.01)
        with torch.no_grad():
            self.numbers.bias.copy_(torch.tensor(START))

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, 1 + K), (N, 4), (N, H), (N, W)."""
        maps = self.last(self.encoder(batch)[-1])
        return self.label(maps), self.numbers(self.box(maps)), *size_tensors(batch)

    def outputs(self, raw: RawTensors) -> list[Output]:
        """The one box with every label that scores above 0.001."""
        boxes, scores = self._answer(raw)
        return [candidates(b[None], s[None]) for b, s in zip(boxes, scores, strict=True)]

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """The one box with its best label."""
        boxes, scores = self._answer(raw)
        best, labels = scores.max(dim=1, keepdim=True)
        return [
            (DetectorStep(STEP, *each),) for each in zip(boxes[:, None], best, labels, strict=True)
        ]

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Cross entropy of the label, smooth L1 of the largest object's box."""
        logits, numbers = (tensor.float() for tensor in self(batch)[:2])
        truths = detection_targets(targets)
        objects = [_largest(truth) for truth in truths]
        ids = [0 if i is None else t.labels[i] + 1 for i, t in zip(objects, truths, strict=True)]
        label = functional.cross_entropy(logits, torch.as_tensor(ids, device=batch.device))
        shown = [n for n, i in enumerate(objects) if i is not None]
        if not shown:
            return {"box": numbers.sum() * 0, "label": label}
        boxes = torch.stack([truths[n].boxes[objects[n]] for n in shown])  # (M, 4)
        shares = boxes / _corners(batch.shape[2:], batch)
        box = functional.smooth_l1_loss(numbers[shown], shares, beta=BETA)
        return {"box": BOX_WEIGHT * box, "label": label}

    def _answer(self, raw: RawTensors) -> tuple[Tensor, Tensor]:
        """Boxes (N, 4) xyxy in input pixels, label probabilities (N, K)."""
        logits, numbers, *sides = raw
        size_hw = told_size(tuple(sides))
        first, second = numbers.float()[:, :2], numbers.float()[:, 2:]
        ordered = torch.cat([torch.minimum(first, second), torch.maximum(first, second)], dim=1)
        boxes = clip(ordered * _corners(size_hw, ordered), size_hw)
        return boxes, logits.float().softmax(dim=1)[:, 1:]


def _largest(target: DetectionTarget) -> int | None:
    """The index of the object with the largest box; None without objects."""
    if not len(target.boxes):
        return None
    return int((target.boxes[:, 2:] - target.boxes[:, :2]).prod(dim=1).argmax())


def _corners(size_hw: Sequence[int], like: Tensor) -> Tensor:
    height, width = size_hw
    return like.new_tensor([width, height, width, height])


@register(
    "localizer",
    task=Task.DETECTION,
    input_hw=(224, 224),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
)
def localizer(num_labels: int, *, backbone: str = "resnet18", width: float = 1.0) -> Localizer:
    """Localizer: a label and one box for the whole picture."""
    return Localizer(num_labels, backbone=backbone, width=width)
