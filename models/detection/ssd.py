"""What SSD does on any encoder: default boxes on six maps, scored and moved in one pass.

Liu, Anguelov, Erhan, Szegedy, Reed, Fu, Berg: "SSD: Single Shot MultiBox Detector", ECCV 2016.
Tensors are named as torchvision's, so that its weights fit.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import Text
from models.contract import DetectionTarget, Output, RawTensors, Target
from models.detector import Detector, DetectorStep, Matches, candidates, detection_targets
from models.layers.box_coding import clip, decode, encode
from models.layers.default_boxes import Level, default_boxes, hard_negatives
from models.layers.input_size import size_tensors, told_size
from models.layers.matching import match

# The paper's variances 0.1 and 0.2, the other way round.
BOX_WEIGHTS = (10.0, 10.0, 5.0, 5.0)
MATCH_IOU = 0.5
NEGATIVES_PER_POSITIVE = 3
STEPS = (
    Text("Default boxes and what they hold", "기본 상자와 그 안의 내용"),
    Text("The same boxes, moved", "옮겨진 같은 상자"),
)


class LevelHead(nn.Module):
    """One small network for each map; their answers, `columns` numbers for each default box."""

    def __init__(self, module_list: Sequence[nn.Module], columns: int) -> None:
        super().__init__()
        self.module_list = nn.ModuleList(module_list)
        self.columns = columns

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Maps (N, C, h, w) -> (N, R, columns), default boxes in their order."""
        rows = []
        for module, features in zip(self.module_list, maps, strict=True):
            found = module(features)  # (N, A * columns, h, w)
            rows.append(found.permute(0, 2, 3, 1).flatten(1).unflatten(1, (-1, self.columns)))
        return torch.cat(rows, dim=1)


class SSD(Detector):
    """What SSD on any encoder does; a child puts in `backbone` (maps, finest first) and `head`.

    Raw tensors: offsets (N, R, 4), label scores (N, R, 1 + K), the first for nothing, and two whose
    lengths tell the input's height and width: no backend can round those.
    """

    backbone: nn.Module
    head: nn.ModuleDict

    def __init__(self, num_labels: int, levels: Sequence[Level]) -> None:
        super().__init__()
        self.num_labels = num_labels
        self.levels = tuple(levels)

    @abstractmethod
    def grids(self, size_hw: tuple[int, int]) -> list[tuple[int, int]]:
        """Height and width of each map for an input of this size."""

    def default_boxes(self, size_hw: tuple[int, int], device: torch.device) -> Tensor:
        """All default boxes (R, 4) xyxy of an input of this size."""
        return default_boxes(self.levels, self.grids(size_hw), size_hw, device=device)

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, R, 4), (N, R, 1 + K), (N, H), (N, W)."""
        maps = self.backbone(batch)
        offsets = self.head["regression_head"](maps)
        logits = self.head["classification_head"](maps)
        return offsets, logits, *size_tensors(batch)

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Every default box, moved, with each label that scores above 0.001."""
        _, boxes, scores = self._answer(raw)
        return [candidates(b, s) for b, s in zip(boxes, scores, strict=True)]

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """The default boxes with their best label, where they lie and where they move to."""
        references, boxes, scores = self._answer(raw)
        found = []
        for moved, chances in zip(boxes, scores, strict=True):
            best, labels = chances.max(dim=1)
            places = zip(STEPS, (references, moved), strict=True)
            found.append(tuple(DetectorStep(text, place, best, labels) for text, place in places))
        return found

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The default boxes that overlap an object by half, or best of all."""
        references = self.default_boxes(size_hw, target.boxes.device)
        matched = _match(references, target)
        return Matches(references[matched >= 0], matched[matched >= 0])

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Smooth L1 of the offsets; cross entropy of the labels over the default boxes with an
        object and the hardest of those without."""
        truths = detection_targets(targets)
        offsets, logits = (tensor.float() for tensor in self(batch)[:2])
        references = self.default_boxes((batch.shape[2], batch.shape[3]), batch.device)
        matched = torch.stack([_match(references, truth) for truth in truths])  # (N, R)
        positive = matched >= 0
        learned = [
            (t.boxes[m[m >= 0]], t.labels[m[m >= 0]]) for t, m in zip(truths, matched, strict=True)
        ]
        boxes, labels = (torch.cat(column) for column in zip(*learned, strict=True))
        wanted = encode(boxes, references.expand(len(batch), -1, -1)[positive], BOX_WEIGHTS)
        ids = torch.zeros_like(matched)
        ids[positive] = labels + 1
        entropy = functional.cross_entropy(logits.flatten(0, 1), ids.flatten(), reduction="none")
        entropy = entropy.view_as(ids)  # (N, R)
        negative = hard_negatives(entropy.detach(), positive, ratio=NEGATIVES_PER_POSITIVE)
        count = positive.sum().clamp(min=1)
        box = functional.smooth_l1_loss(offsets[positive], wanted, reduction="sum")
        return {"box": box / count, "label": entropy[positive | negative].sum() / count}

    def _answer(self, raw: RawTensors) -> tuple[Tensor, Tensor, Tensor]:
        """Default boxes (R, 4), where they move to (N, R, 4), label probabilities (N, R, K)."""
        offsets, logits, *sides = raw
        size_hw = told_size(tuple(sides))
        references = self.default_boxes(size_hw, offsets.device)
        boxes = clip(decode(offsets.float(), references, BOX_WEIGHTS), size_hw)
        return references, boxes, logits.float().softmax(dim=2)[..., 1:]


def make_head(
    channels: Sequence[int],
    levels: Sequence[Level],
    num_labels: int,
    make: Callable[[int, int], nn.Module],
) -> nn.ModuleDict:
    """The heads on maps of these channels; `make(channels, columns)` gives one map's network."""
    each = [(c, level.boxes_per_cell) for c, level in zip(channels, levels, strict=True)]
    return nn.ModuleDict(
        {
            f"{name}_head": LevelHead([make(c, boxes * columns) for c, boxes in each], columns)
            for name, columns in (("classification", 1 + num_labels), ("regression", 4))
        }
    )


def _match(references: Tensor, target: DetectionTarget) -> Tensor:
    return match(references, target.boxes, above=MATCH_IOU, below=MATCH_IOU, winners="one")
