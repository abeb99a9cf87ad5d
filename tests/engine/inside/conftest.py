"""A tiny network with an inner life: a pooling that remembers, and a scorer that runs twice."""

import contextlib
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.inside.look import Inside
from engine.preprocess import Preprocessing
from engine.weights.card import Card
from engine.weights.weights import Weights
from models.about import Look, Text
from models.contract import RawTensors
from models.registry import register
from models.semantic import SemanticModel
from models.task import Task
from tests.make import LABELS

LOOKS = (
    Look("pool", Text("Where the maxima were", "최댓값의 위치"), "positions"),
    Look("score", Text("Label scores", "레이블 점수"), "scores"),
    Look("gone", Text("Not in this network", "이 신경망에 없음")),
)


class TinyInner(SemanticModel):
    """Half the size by pooling, then scores from the picture, then from the scores."""

    def __init__(self, num_labels: int) -> None:
        super().__init__()
        self.enter = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())
        self.pool = nn.MaxPool2d(2, return_indices=True)
        self.mix = nn.Conv2d(8, num_labels, 1)
        self.score = nn.Conv2d(num_labels, num_labels, 1)

    def forward(self, batch: Tensor) -> RawTensors:
        x, _ = self.pool(self.enter(batch))
        for _ in range(2):
            scores = self.score(self.mix(x))
        return (nn.functional.interpolate(scores, size=batch.shape[-2:]),)


class TinyWrapped(SemanticModel):
    """All of the network inside one child, as torchvision's are here."""

    def __init__(self, num_labels: int) -> None:
        super().__init__()
        self.network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Conv2d(4, num_labels, 1))

    def forward(self, batch: Tensor) -> RawTensors:
        return (self.network(batch),)


with contextlib.suppress(ValueError):
    fields = {"task": Task.SEMANTIC, "input_hw": (32, 32), "paper": "none", "trainable": False}
    register("tiny_inner", **fields, looks=LOOKS)(TinyInner)
    register("tiny_wrapped", **fields)(TinyWrapped)


def make(model: str, kind: type[SemanticModel]) -> Weights:
    torch.manual_seed(0)
    card = Card(model, Task.SEMANTIC, LABELS, Preprocessing((32, 32)))
    return Weights("inner", Path("inner.safetensors"), card, kind(len(LABELS)).eval())


@pytest.fixture
def weights() -> Weights:
    return make("tiny_inner", TinyInner)


@pytest.fixture
def wrapped() -> Weights:
    return make("tiny_wrapped", TinyWrapped)


@pytest.fixture
def inside(weights) -> Inside:
    return Inside(weights)


@pytest.fixture
def detector() -> Weights:
    """An untrained detector that answers by two grids of cells."""
    from models.detection.yolo_tiny import yolo_v3_tiny

    torch.manual_seed(0)
    card = Card("yolo_v3_tiny", Task.DETECTION, LABELS[1:], Preprocessing((64, 64)))
    return Weights("cells", Path("cells.safetensors"), card, yolo_v3_tiny(2).eval())
