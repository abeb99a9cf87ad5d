"""Stand-ins for the border: a Source and a Backend without files or devices, tiny models."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.preprocess import Preprocessing
from engine.values import Frame, FrameId, Label
from engine.weights.card import Card
from engine.weights.weights import Weights
from models import registry
from models.about import Option, Text
from models.contract import (
    ClassificationOutput,
    DetectionOutput,
    Model,
    Output,
    RawTensors,
    SemanticOutput,
    Target,
    Task,
)
from models.detector import (
    ProposalDetector,
    ProposalMode,
    Watch,
    candidates,
    sliding_windows,
)
from models.region_detector import PROPOSALS
from models.registry import register
from tests.make import LABELS

INPUT_HW = (32, 48)


class TinySegmenter(Model):
    """Label k where colour channel k is the brightest: what it says is known beforehand."""

    def __init__(self, num_labels: int) -> None:
        super().__init__()
        self.score = nn.Conv2d(3, num_labels, 1, bias=False)
        with torch.no_grad():
            self.score.weight.copy_(torch.eye(num_labels, 3)[:, :, None, None] * 20)

    def forward(self, batch: Tensor) -> RawTensors:
        return (self.score(batch),)

    def outputs(self, raw: RawTensors) -> list[Output]:
        return [SemanticOutput(logits) for logits in raw[0]]

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        return {"size": (self(batch)[0] ** 2).mean()}


class TinyDetector(Model):
    """Two overlapping boxes of the first label around the bright pixels, one weaker far away."""

    def __init__(self, num_labels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, batch: Tensor) -> RawTensors:
        return (batch.mean(dim=1) * self.scale,)

    def outputs(self, raw: RawTensors) -> list[Output]:
        return [self._output(grey) for grey in raw[0]]

    def _output(self, grey: Tensor) -> Output:
        bright = (grey > 0.5).nonzero()
        if not len(bright):
            return DetectionOutput(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0).long())
        (top, left), (bottom, right) = bright.amin(0).tolist(), (bright.amax(0) + 1).tolist()
        boxes = [[left, top, right, bottom], [left, top, right, bottom - 1], [0, 0, 4, 4]]
        return DetectionOutput(
            torch.tensor(boxes).float(), torch.tensor([0.9, 0.8, 0.3]), torch.tensor([0, 0, 1])
        )

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        return {"size": (self(batch)[0] ** 2).mean()}


class SwitchedSegmenter(TinySegmenter):
    """A TinySegmenter that can be told to prefer the darkest channel; `extra` adds a tensor."""

    def __init__(self, num_labels: int, *, prefer: str = "bright", extra: bool = False) -> None:
        super().__init__(num_labels)
        self.sign = 1 if prefer == "bright" else -1
        if extra:
            self.bias = nn.Parameter(torch.zeros(num_labels))

    def forward(self, batch: Tensor) -> RawTensors:
        return (self.sign * self.score(batch),)


class TinyClassifier(Model):
    """The label whose colour channel is the brightest on the whole."""

    def __init__(self, num_labels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(num_labels))

    def forward(self, batch: Tensor) -> RawTensors:
        return (batch.mean((2, 3))[:, : len(self.scale)] * self.scale,)

    def outputs(self, raw: RawTensors) -> list[Output]:
        return [ClassificationOutput(logits) for logits in raw[0]]

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        return {"size": (self(batch)[0] ** 2).mean()}


class TinyInstances(Model):
    """One object of the first label: the bright pixels, as a mask in the box around them."""

    def __init__(self, num_labels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, batch: Tensor) -> RawTensors:
        return (batch.mean(1) * self.scale,)  # (N, H, W)

    def outputs(self, raw: RawTensors) -> list[Output]:
        return [self._output(levels > 0.6) for levels in raw[0]]

    def _output(self, bright: Tensor) -> DetectionOutput:
        rows, columns = (bright.any(1 - axis).nonzero()[:, 0].tolist() for axis in (0, 1))
        if not rows:
            return DetectionOutput(
                torch.zeros(0, 4), torch.zeros(0), torch.zeros(0).long(), torch.zeros(0, 1, 1)
            )
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        box = torch.tensor([[left, top, right, bottom]]).float()
        mask = bright[None, top:bottom, left:right].float()
        return DetectionOutput(box, torch.tensor([0.9]), torch.tensor([0]), mask)

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        return {"size": (self.scale - 1) ** 2}


class TinyRegions(ProposalDetector):
    """A proposal counts as the first label as much as it is bright; judged one after the other."""

    def __init__(self, num_labels: int, *, proposals: ProposalMode = "fast") -> None:
        super().__init__(proposals=proposals)
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, batch: Tensor, proposals: Tensor | None = None) -> RawTensors:
        if proposals is None:
            windows = sliding_windows((batch.shape[2], batch.shape[3]))
            proposals = windows.expand(len(batch), -1, -1)
        grey, scores = batch.mean(1) * self.scale, torch.zeros(proposals.shape[:2])
        for place in range(scores.shape[1]):
            for picture, (left, top, right, bottom) in enumerate(proposals[:, place].int()):
                inside = grey[picture, top:bottom, left:right]
                scores[picture, place] = inside.mean() if inside.numel() else 0
            if self.watch is not None:
                self.watch(place + 1, scores.shape[1])
        return proposals, scores

    def outputs(self, raw: RawTensors) -> list[Output]:
        return [candidates(boxes, scores[:, None]) for boxes, scores in zip(*raw[:2], strict=True)]

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        return {"size": (self.scale - 1) ** 2}


SWITCHES = (
    Option("prefer", Text("Prefers", "선호"), ("bright", "dark"), live=True),
    Option("extra", Text("Extra tensor", "추가 텐서"), (False, True)),
)

# Not trainable, so that the contract tests of real models pass them by.
_TINY: dict[str, Any] = {"input_hw": INPUT_HW, "paper": "none", "trainable": False}
# A second import of this file finds them registered.
with contextlib.suppress(ValueError):
    register("tiny_segmenter", task=Task.SEMANTIC, **_TINY)(TinySegmenter)
    register("tiny_detector", task=Task.DETECTION, **_TINY)(TinyDetector)
    register("tiny_instances", task=Task.INSTANCE, **_TINY)(TinyInstances)
    register(
        "tiny_regions",
        task=Task.DETECTION,
        options=(PROPOSALS,),
        backends=("torch",),
        proposals=True,
        **_TINY,
    )(TinyRegions)
    register("tiny_classifier", task=Task.CLASSIFICATION, **_TINY)(TinyClassifier)
    register("tiny_switched", task=Task.SEMANTIC, options=SWITCHES, **_TINY)(SwitchedSegmenter)


def make_weights(
    model: str = "tiny_segmenter", labels: tuple[Label, ...] = LABELS, resize: str = "stretch"
) -> Weights:
    """Weights of a tiny model, without a file."""
    task = registry.get(model).task
    is_semantic = task is Task.SEMANTIC
    card = Card(
        model=model,
        task=task,
        labels=labels if is_semantic else tuple(label for label in labels if label.id),
        preprocessing=Preprocessing(INPUT_HW, mean=(0, 0, 0), std=(1, 1, 1), resize=resize),
    )
    module = registry.get(model).build(len(card.labels)).eval()
    return Weights("tiny", Path("tiny.safetensors"), card, module)


class FakeBackend:
    """Runs the module plainly; batches above `fits` are out of memory, and it may be lost."""

    name = "fake"
    device_text = "no device"
    device_id = "cpu"
    run_frames = None

    def __init__(self, weights: Weights, *, fits: int = 1000, lost: bool = False) -> None:
        self.module = weights.module
        self.fits = fits
        self.lost = lost
        self.sizes: list[int] = []

    def watch(self, watch: Watch | None) -> None:
        assert isinstance(self.module, ProposalDetector)
        self.module.watch = watch

    def run(self, batch: np.ndarray, *given: np.ndarray) -> RawTensors:
        self.sizes.append(len(batch))
        if self.lost:
            raise torch.AcceleratorError("CUDA error: unspecified launch failure")
        if len(batch) > self.fits:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        arrays = [torch.from_numpy(array) for array in (batch, *given)]
        with torch.inference_mode():
            return self.module(*arrays)


class FakeSource:
    """Numbered frames: frame i is filled with i. Unplugged after `count` when live."""

    def __init__(self, count: int, *, is_live: bool = False, fps: float | None = None) -> None:
        self.name = "fake"
        self.is_live = is_live
        self.fps = fps
        self._count = count
        self.is_closed = False

    @property
    def count(self) -> int | None:
        return None if self.is_live else self._count

    def frame_id(self, index: int) -> FrameId:
        return FrameId(self.name, index)

    def read(self, index: int) -> Frame:
        if index >= self._count:
            raise SourceError("fake sends no pictures any more.", hint="Plug it in again.")
        return Frame(self.frame_id(index), np.full((40, 60, 3), index % 256, np.uint8))

    def frames(self, cancel: CancelToken, *, start: int = 0) -> Iterator[Frame]:
        index = start
        while self.is_live or index < self._count:
            cancel.check()
            yield self.read(index)
            index += 1

    def close(self) -> None:
        self.is_closed = True
