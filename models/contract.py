"""What a network promises.

`forward` turns a batch (N, 3, H, W) float32, normalised, H and W as the spec's input size or any
other, into a tuple of raw tensors: this is the part a backend may convert and run elsewhere.
`outputs` turns raw tensors into one Output per picture, in pixels of the network's input.
`losses` gives named scalars; the trainer minimises their sum.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from models.task import Task as Task

RawTensors = tuple[Tensor, ...]


@dataclass(frozen=True)
class SemanticTarget:
    """Label ids (H, W) int64; 255 is ignored. `weights` (H, W) float32 say what a pixel counts."""

    ids: Tensor
    weights: Tensor | None = None


@dataclass(frozen=True)
class DetectionTarget:
    """Boxes (M, 4) float32 xyxy in input pixels, and their label indices (M,) int64 from 0.

    `masks` (M, H, W) bool for instance models. `proposals` (P, 4) float32 xyxy in input pixels,
    best first, for models that are given them; `segments` (P, s, s) uint8, for those that want to
    know which part of each box is the proposal, stretched over the box. `ignored` (H, W) bool are
    pixels of which nobody says what they are, for models that can leave them out.
    """

    boxes: Tensor
    labels: Tensor
    masks: Tensor | None = None
    proposals: Tensor | None = None
    segments: Tensor | None = None
    ignored: Tensor | None = None


@dataclass(frozen=True)
class ClassificationTarget:
    """The picture's label index, an int64 scalar from 0; 255 is ignored."""

    label: Tensor


Target = SemanticTarget | DetectionTarget | ClassificationTarget


@dataclass(frozen=True)
class SemanticOutput:
    """Scores before softmax: (K, H, W) float32."""

    logits: Tensor


@dataclass(frozen=True)
class SharedMasks:
    """Masks of N candidates as sums of the same maps (Bolya et al., YOLACT, 2019).

    `maps` (P, h, w) lie over the whole input, `shares` (N, P) say how much of each is in a mask:
    its pixels are those in its box where the sigmoid of the sum reaches one half.
    """

    maps: Tensor
    shares: Tensor


@dataclass(frozen=True)
class DetectionOutput:
    """Candidates before suppression: boxes (N, 4) xyxy in input pixels, scores (N,) in 0..1,
    label indices (N,) int64 from 0 (label id = index + 1), and masks or None.

    Masks (N, h, w) in 0..1 are each stretched over its box, whatever h and w (He et al., Mask
    R-CNN, 2017): hundreds of candidates at the input's size would take gigabytes. Some networks
    give `shared` ones instead. Of boxes that lie at an angle, `corners` (N, 4, 2) are x, y in
    input pixels, in order around, and `boxes` the ones around them.
    """

    boxes: Tensor
    scores: Tensor
    labels: Tensor
    masks: Tensor | None = None
    shared: SharedMasks | None = None
    corners: Tensor | None = None

    def of(self, index: Tensor) -> "DetectionOutput":
        """The candidates of these numbers (M,), in their order, or those that are marked (N,)."""
        masks, corners = (
            None if each is None else each[index] for each in (self.masks, self.corners)
        )
        shared = self.shared
        if shared is not None:
            shared = SharedMasks(shared.maps, shared.shares[index])
        one_each = self.boxes[index], self.scores[index], self.labels[index]
        return DetectionOutput(*one_each, masks, shared, corners)


@dataclass(frozen=True)
class ClassificationOutput:
    """Scores before softmax: (K,) float32; label id = index + 1."""

    logits: Tensor


@dataclass(frozen=True)
class ClickOutput:
    """What is worked out once for a picture, before anybody points at anything: the network's raw
    tensors, each (1, ...)."""

    features: RawTensors


Output = SemanticOutput | DetectionOutput | ClassificationOutput | ClickOutput


class Model(nn.Module, ABC):
    """A network with the verbs that the engine relies on (see the module's docstring)."""

    @abstractmethod
    def forward(self, batch: Tensor) -> RawTensors:
        """Batch (N, 3, H, W) -> raw tensors, each (N, ...)."""

    @abstractmethod
    def outputs(self, raw: RawTensors) -> list[Output]:
        """Raw tensors -> one Output per picture. No thresholds: the pipeline decides."""

    @abstractmethod
    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Batch (N, 3, H, W), its N targets -> named scalars () whose sum is minimised."""

    def predict(self, batch: Tensor) -> list[Output]:
        """Batch (N, 3, H, W) -> one Output per picture."""
        return self.outputs(self(batch))
