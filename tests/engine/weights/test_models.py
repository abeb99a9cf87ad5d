"""Every registered model comes back from its file as it went in."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

import models
from engine.preprocess import Preprocessing
from engine.values import Label
from engine.weights.card import Card
from engine.weights.load import load_file_weights
from engine.weights.weights import save
from models import registry
from models.contract import Task
from models.registry import ModelSpec
from tests.families import LARGER
from tests.make import smallest

models.load_all()
SIZE_HW = (64, 64)
LABELS = tuple(Label(i, f"label {i}", (90 * i, 0, 0)) for i in range(3))
SPECS = [
    spec
    for spec in map(registry.get, registry.names())
    if spec.build.__module__.startswith("models.") and spec.trainable and spec.name not in LARGER
]


def card_of(spec: ModelSpec) -> Card:
    """The model at its smallest; only semantic models have a label 0."""
    options = smallest(spec)
    labels = LABELS if spec.task is Task.SEMANTIC else LABELS[1:]
    return Card(spec.name, spec.task, labels, Preprocessing(SIZE_HW), options=options)


def halved(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """What half precision, as weights are stored, can hold exactly."""
    return {n: t.half().float() if t.is_floating_point() else t for n, t in tensors.items()}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_saved_model_is_loaded_to_equal_outputs(spec: ModelSpec, tmp_path: Path) -> None:
    torch.manual_seed(0)
    card = card_of(spec)
    module = spec.build(len(card.labels), **card.options).eval()
    module.load_state_dict(halved(module.state_dict()))
    save(tmp_path / "a.safetensors", module.state_dict(), card)
    loaded = load_file_weights(tmp_path / "a.safetensors")
    assert loaded.card == card
    batch = torch.randn(1, 3, *SIZE_HW)
    with torch.inference_mode():
        for ours, theirs in zip(loaded.module(batch), module(batch), strict=True):
            assert torch.equal(ours, theirs)
