"""EfficientDet: anchors on a pyramid that fuses its maps both ways, and one rule for its size.

Tan, Pang, Le: "EfficientDet: Scalable and Efficient Object Detection", CVPR 2020. The encoder is
EfficientNet, the pyramid BiFPN; labels and boxes come from two small networks that all levels
share but for their batch norms. From D0 to D2 the encoder, the pyramid and the picture grow
together (table 1). The losses are RetinaNet's (Lin et al., Focal Loss for Dense Object Detection,
ICCV 2017). Anchors may be smaller than the paper's, in proportion to the objects trained on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import StochasticDepth, sigmoid_focal_loss

from models.about import About, Look, Text
from models.backbones import backbone as backbones
from models.contract import DetectionTarget, Output, RawTensors, Target, Task
from models.detector import Detector, DetectorStep, Matches, candidates, detection_targets
from models.layers.anchors import anchor_sizes, grid_anchors
from models.layers.bifpn import BiFPN, norm, separable
from models.layers.box_coding import clip, decode, encode
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.input_size import size_tensors, told_size
from models.layers.matching import BETWEEN, match
from models.registry import register

PAPER = "Tan, Pang, Le: EfficientDet, CVPR 2020"
STRIDES = (8, 16, 32, 64, 128)
OCTAVES = (1.0, 2 ** (1 / 3), 2 ** (2 / 3))
RATIOS = (0.5, 1.0, 2.0)
ANCHORS_PER_CELL = len(OCTAVES) * len(RATIOS)
ANCHOR_SCALE = 4.0
MATCH_IOU = 0.5
NOTHING_IOU = 0.4
ALPHA, GAMMA = 0.25, 1.5
BOX_WEIGHT = 50.0
BOX_DELTA = 0.1
PRIOR = 0.01
STEPS = (
    Text("Anchors and what they hold", "앵커와 그 안의 내용"),
    Text("The same anchors, moved", "옮겨진 같은 앵커"),
)
ABOUT = About(
    year=2020,
    idea=Text(
        "Maps of five sizes exchange what they see, down and up again, several times; how much "
        "each one counts is learned. Two small networks, shared by all sizes, judge nine anchors "
        "at every cell and move them. One number makes encoder, pyramid and picture larger "
        "together.",
        "다섯 크기의 맵이 본 것을 아래로, 다시 위로 여러 번 주고받으며, 각 맵의 비중은 학습으로 "
        "정합니다. 모든 크기가 함께 쓰는 작은 신경망 둘이 칸마다 앵커 아홉 개를 판단하고 옮깁니다. "
        "숫자 하나로 인코더와 피라미드와 그림이 함께 커집니다.",
    ),
    improves_on=Text(
        "RetinaNet's pyramid goes down only and adds its maps as equals. EfficientDet finds as "
        "much with a fraction of the parameters and of the work.",
        "RetinaNet의 피라미드는 아래로만 내려가고 맵을 똑같은 비중으로 더합니다. EfficientDet은 "
        "훨씬 적은 파라미터와 계산으로 그만큼 찾아냅니다.",
    ),
    look_for=Text(
        "Objects of very different sizes in one picture. Look inside at the fused maps: the fine "
        "ones answer to small objects, the coarse ones to large objects.",
        "한 그림에 있는 크기가 아주 다른 물체들을 보세요. 내부의 융합된 맵을 보면 고운 맵은 작은 "
        "물체에, 거친 맵은 큰 물체에 반응합니다.",
    ),
    differs=Text(
        "Anchors may be smaller than the paper's, in proportion to the objects of the data. D3 "
        "to D7 are not built.",
        "데이터의 물체에 맞추어 앵커가 논문보다 작을 수 있습니다. D3부터 D7까지는 없습니다.",
    ),
)
LOOKS = (
    Look("encoder.features.3", Text("Encoder at one eighth", "인코더, 8분의 1 크기")),
    Look("fused", Text("Fused maps, fine to coarse", "융합된 맵, 고운 것부터")),
    Look("label_head.last", Text("Scores, anchor by anchor", "앵커별 점수")),
)


class SharedHead(nn.Module):
    """One network for all levels, with batch norms of their own: `columns` numbers per anchor."""

    def __init__(self, channels: int, depth: int, columns: int) -> None:
        super().__init__()
        self.columns = columns
        self.layers = nn.ModuleList(separable(channels, channels) for _ in range(depth))
        self.norms = nn.ModuleList(
            nn.ModuleList(norm(channels) for _ in range(depth)) for _ in STRIDES
        )
        self.last = separable(channels, ANCHORS_PER_CELL * columns, bias=True)
        initialise_he(self)
        initialise_scores(self.last[1], deviation=0.01)  # type: ignore[arg-type]

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Maps (N, C, h, w), finest first -> (N, R, columns), anchors in their order."""
        rows = []
        for x, norms in zip(maps, self.norms, strict=True):
            assert isinstance(norms, nn.ModuleList)
            for layer, normalise in zip(self.layers, norms, strict=True):
                x = functional.silu(normalise(layer(x)))
            found = self.last(x).permute(0, 2, 3, 1)  # (N, h, w, A * columns)
            rows.append(found.flatten(1).unflatten(1, (-1, self.columns)))
        return torch.cat(rows, dim=1)


@dataclass(frozen=True)
class Scale:
    """One row of the paper's table 1."""

    encoder: str
    channels: int
    pyramid_layers: int
    head_layers: int


SCALES = (
    Scale("efficientnet_b0", 64, 3, 3),
    Scale("efficientnet_b1", 88, 4, 3),
    Scale("efficientnet_b2", 112, 5, 3),
)


class EfficientDet(Detector):
    """Encoder, BiFPN, and a shared network each for labels and boxes.

    `anchor_scale` is the side of a level's smallest square anchor in its strides. Raw tensors:
    offsets (N, R, 4), label scores (N, R, K), and two that tell the input's size.
    """

    def __init__(self, num_labels: int, scale: Scale, *, anchor_scale: float) -> None:
        super().__init__()
        if not 0 < anchor_scale < math.inf:
            raise ValueError(f"The anchors' scale is above 0, not {anchor_scale}.")
        self.num_labels = num_labels
        self.anchor_scale = anchor_scale
        self.encoder = backbones.build(scale.encoder)
        for module in self.encoder.modules():
            if isinstance(module, StochasticDepth):
                module.p = 0.0  # the detector's authors left it out
        self.bifpn = BiFPN(self.encoder.channels[-3:], scale.channels, scale.pyramid_layers)
        initialise_he(self.bifpn)
        self.fused = nn.Identity()  # a place to look at
        self.label_head = SharedHead(scale.channels, scale.head_layers, num_labels)
        self.box_head = SharedHead(scale.channels, scale.head_layers, 4)
        # Start with objects rare, so that the first steps do not drown in empty anchors.
        nn.init.constant_(self.label_head.last[1].bias, math.log(PRIOR / (1 - PRIOR)))  # type: ignore[arg-type]

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, R, 4), (N, R, K), (N, H), (N, W)."""
        maps = [self.fused(x) for x in self.bifpn(self.encoder(batch)[-3:])]
        return self.box_head(maps), self.label_head(maps), *size_tensors(batch)

    def anchors(self, size_hw: tuple[int, int], device: torch.device) -> Tensor:
        """All anchors (R, 4) xyxy of an input of this size: by levels, rows, columns, shapes."""
        height, width = size_hw
        found = []
        for stride in STRIDES:
            sides = [self.anchor_scale * stride * octave for octave in OCTAVES]
            grid_hw = math.ceil(height / stride), math.ceil(width / stride)
            sizes = anchor_sizes(sides, RATIOS)
            found.append(grid_anchors(grid_hw, stride, sizes, device=device))
        return torch.cat(found)

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Every anchor, moved, with each label that scores above 0.001."""
        _, boxes, scores = self._answer(raw)
        return [candidates(b, s) for b, s in zip(boxes, scores, strict=True)]

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """The anchors with their best label, where they lie and where they move to."""
        anchors, boxes, scores = self._answer(raw)
        found = []
        for moved, chances in zip(boxes, scores, strict=True):
            best, labels = chances.max(dim=1)
            places = zip(STEPS, (anchors, moved), strict=True)
            found.append(tuple(DetectorStep(text, place, best, labels) for text, place in places))
        return found

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The anchors that overlap an object by half, or best of all."""
        anchors = self.anchors(size_hw, target.boxes.device)
        matched = _match(anchors, target)
        return Matches(anchors[matched >= 0], matched[matched >= 0])

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Huber loss of the offsets, focal loss of the labels, both by learning anchor."""
        truths = detection_targets(targets)
        offsets, logits = (tensor.float() for tensor in self(batch)[:2])
        anchors = self.anchors((batch.shape[2], batch.shape[3]), batch.device)
        matched = torch.stack([_match(anchors, truth) for truth in truths])  # (N, R)
        positive = matched >= 0
        learned = [
            (t.boxes[m[m >= 0]], t.labels[m[m >= 0]]) for t, m in zip(truths, matched, strict=True)
        ]
        boxes, labels = (torch.cat(column) for column in zip(*learned, strict=True))
        wanted = encode(boxes, anchors.expand(len(batch), -1, -1)[positive])
        hot = torch.zeros_like(logits)
        hot[positive] = functional.one_hot(labels, self.num_labels).float()
        judged = matched != BETWEEN
        count = positive.sum().clamp(min=1)
        label = sigmoid_focal_loss(
            logits[judged], hot[judged], alpha=ALPHA, gamma=GAMMA, reduction="sum"
        )
        box = functional.huber_loss(offsets[positive], wanted, reduction="sum", delta=BOX_DELTA)
        return {"box": BOX_WEIGHT * box / (4 * count), "label": label / count}

    def _answer(self, raw: RawTensors) -> tuple[Tensor, Tensor, Tensor]:
        """Anchors (R, 4), where they move to (N, R, 4), label probabilities (N, R, K)."""
        offsets, logits, *sides = raw
        size_hw = told_size(tuple(sides))
        anchors = self.anchors(size_hw, offsets.device)
        return anchors, clip(decode(offsets.float(), anchors), size_hw), logits.float().sigmoid()


def _match(anchors: Tensor, target: DetectionTarget) -> Tensor:
    return match(anchors, target.boxes, above=MATCH_IOU, below=NOTHING_IOU, winners="one")


def fit_anchor_scale(
    sizes_wh: NDArray[np.float32], generator: np.random.Generator
) -> dict[str, Any]:
    """A scale at which the smallest anchors are as small as the smallest tenth of the training
    boxes (N, 2), within a quarter of the paper's; the paper's where objects are large."""
    sides = np.sqrt(sizes_wh.prod(axis=1))
    sides = sides[sides > 0]
    if not len(sides):
        raise ValueError("Anchors need at least one training box.")
    scale = float(np.quantile(sides, 0.1)) / STRIDES[0]
    return {"anchor_scale": round(min(max(scale, ANCHOR_SCALE / 4), ANCHOR_SCALE), 2)}


def _register(size: int, side: int) -> None:
    def build(num_labels: int, *, anchor_scale: float = ANCHOR_SCALE) -> EfficientDet:
        return EfficientDet(num_labels, SCALES[size], anchor_scale=anchor_scale)

    build.__doc__ = f"EfficientDet-D{size}: a two-way pyramid on EfficientNet-B{size}."
    register(
        f"efficientdet_d{size}",
        task=Task.DETECTION,
        input_hw=(side, side),
        paper=PAPER,
        about=ABOUT,
        looks=LOOKS,
        fit_options=fit_anchor_scale,
    )(build)


for _size, _side in enumerate((512, 640, 768)):
    _register(_size, _side)
