"""What all detectors have in common, and what they can tell of their way to an answer."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from models.about import Text
from models.contract import DetectionOutput, DetectionTarget, Model, RawTensors, Target

MIN_SCORE = 0.001
SEGMENT_SIDE = 50
ProposalMode = Literal["fast", "quality", "sliding"]
Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class DetectorStep:
    """The boxes a detector holds at one step of its way, in its own order.

    `boxes` (N, 4) xyxy in input pixels, `scores` (N,) in 0..1, `labels` (N,) int64 from 0, or None
    while it knows none; `chances` (N, K) what each label's probability is, should there be an
    object. Of a detector that answers by cells, `cells` (N,) int64 is each box's cell, counted row
    by row in a grid of `grid_hw` cells that divides the whole input.
    """

    text: Text
    boxes: Tensor
    scores: Tensor
    labels: Tensor | None = None
    cells: Tensor | None = None
    grid_hw: tuple[int, int] | None = None
    chances: Tensor | None = None


def step_of_grid(text: Text, boxes: Tensor, confidence: Tensor, chances: Tensor) -> DetectorStep:
    """The step of a detector that answers by cells: boxes (A, H, W, 4), confidence (A, H, W) that
    there is an object, and label probabilities (A, H, W, K); those of one cell follow each other.
    """
    height, width = boxes.shape[1:3]
    by_cell = [tensor.movedim(0, 2).flatten(0, 2) for tensor in (boxes, chances)]
    cells = torch.arange(height * width, device=boxes.device).repeat_interleave(len(boxes))
    return DetectorStep(
        text,
        by_cell[0],
        confidence.movedim(0, 2).flatten(),
        by_cell[1].argmax(dim=1),
        cells,
        (height, width),
        by_cell[1],
    )


@dataclass(frozen=True)
class Matches:
    """Which boxes of a detector (anchors, default boxes, cells, proposals) learn which object:
    `boxes` (N, 4) xyxy in input pixels, `objects` (N,) int64 the target's box each one learns."""

    boxes: Tensor
    objects: Tensor


class Detector(Model):
    """A network that finds objects. What it says beyond its answer is for looking inside."""

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """Per picture, the steps before the candidates of `outputs`, from the same raw tensors."""
        return [() for _ in range(len(raw[0]))]

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches | None:
        """Which of its boxes learn the target's objects in an input of this size; None where that
        depends on what the network says."""
        return None


class ProposalDetector(Detector):
    """A detector that judges boxes it is given: `forward(batch, proposals)`.

    `proposals` (N, P, 4) float32 xyxy in input pixels, best first, filled up with empty boxes
    (zeros). Without any, windows of all places and a few sizes are judged, as was done before
    proposals. `proposal_mode` says which the engine prepares; the builder's option `proposals`.

    A network that judges its boxes in chunks calls `watch(done, total)`, if there is one, after
    each chunk, counted in boxes of this call of `forward`. It may raise, to leave the rest undone.
    """

    def __init__(self, *, proposals: ProposalMode) -> None:
        super().__init__()
        self.proposal_mode: ProposalMode = proposals
        self.watch: Watch | None = None

    @abstractmethod
    def forward(self, batch: Tensor, proposals: Tensor | None = None) -> RawTensors:
        """Batch (N, 3, H, W) and proposals (N, P, 4) -> raw tensors, each (N, ...)."""


class SegmentDetector(ProposalDetector):
    """A detector that judges segments it is given: `forward(batch, proposals, segments)`.

    `segments` (N, P, s, s) uint8, s being `SEGMENT_SIDE`, say which part of each proposal's box is
    the proposal, 0 or 1. Without any, a proposal is its whole box.
    """

    @abstractmethod
    def forward(
        self, batch: Tensor, proposals: Tensor | None = None, segments: Tensor | None = None
    ) -> RawTensors:
        """Batch (N, 3, H, W), proposals (N, P, 4), segments (N, P, s, s) -> raw tensors."""


def detection_targets(targets: Sequence[Target]) -> list[DetectionTarget]:
    """The targets, known to be boxes."""
    return [t for t in targets if isinstance(t, DetectionTarget)]


def candidates(
    boxes: Tensor, scores: Tensor, masks: Tensor | None = None, *, min_score: float = MIN_SCORE
) -> DetectionOutput:
    """Boxes (M, 4) and their scores per label (M, K) -> one candidate per box and label that
    scores above `min_score`. Boxes (M, K, 4) and masks (M, K, h, w) may differ by label."""
    index, labels = (scores > min_score).nonzero(as_tuple=True)
    chosen = boxes[index] if boxes.ndim == 2 else boxes[index, labels]
    if masks is not None:
        masks = masks[index] if masks.ndim == 3 else masks[index, labels]
    return DetectionOutput(chosen, scores[index, labels], labels, masks)


def sliding_windows(
    size_hw: tuple[int, int],
    *,
    scales: Sequence[float] = (0.15, 0.3, 0.55, 0.9),
    ratios: Sequence[float] = (0.5, 1.0, 2.0),
) -> Tensor:
    """Windows (P, 4) xyxy float32 all over an input of this size, a third of themselves apart.

    Sides are the scales times the input's shorter side; ratios are height by width.
    """
    height, width = size_hw
    found = []
    for scale in scales:
        for ratio in ratios:
            w = min(width, scale * min(size_hw) / ratio**0.5)
            h = min(height, scale * min(size_hw) * ratio**0.5)
            columns, rows = (
                max(1, round(3 * (a - b) / b) + 1) for a, b in ((width, w), (height, h))
            )
            x, y = torch.linspace(0, width - w, columns), torch.linspace(0, height - h, rows)
            corners = torch.cartesian_prod(x, y)  # (n, 2)
            found.append(torch.cat([corners, corners + torch.tensor([w, h])], dim=1))
    return torch.cat(found)
