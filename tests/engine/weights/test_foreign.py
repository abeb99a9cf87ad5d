from dataclasses import replace

import pytest
import torch

from engine.errors import NeedsCardError, WeightsError
from engine.exchange.brought import bring
from engine.exchange.probe import probe
from engine.exchange.runner import Runner
from engine.exchange.trial import trial
from engine.weights.build import build, spec_of
from engine.weights.foreign import save_foreign
from engine.weights.load import load
from tests.make_foreign import picture, write_bright_onnx


@pytest.fixture
def weights(tmp_path):
    path = write_bright_onnx(tmp_path / "net.onnx")
    runner = Runner(bring(path))
    return trial(runner, probe(runner, picture()).draft).weights


def test_a_file_of_another_program_has_to_be_added(tmp_path):
    path = write_bright_onnx(tmp_path / "net.onnx")
    with pytest.raises(NeedsCardError, match="add"):
        load(path)


def test_a_card_whose_head_is_wrong_is_told(weights, tmp_path):
    for options in ({}, {"head": {"layout": "ssd"}, "feed": {}}, {"head": 3, "feed": {}}):
        path = tmp_path / "odd.safetensors"
        save_foreign(path, weights.module.content, replace(weights.card, options=options))
        with pytest.raises(WeightsError, match="card of odd"):
            load(path)


def test_other_tensors_are_no_network(weights, tmp_path):
    path = tmp_path / "odd.safetensors"
    save_foreign(path, {"xml": b"<x/>"}, weights.card)
    with pytest.raises(WeightsError, match="does not hold a network"):
        load(path)


def test_it_is_no_model_to_train_or_look_into(weights):
    assert not spec_of("onnx").trainable
    with pytest.raises(WeightsError, match="no option head"):
        build(weights.card)
    with pytest.raises(WeightsError, match="cannot be trained"):
        weights.module.losses(torch.zeros(1, 3, 64, 64), [])
    with pytest.raises(WeightsError, match="no torch module"):
        weights.module(torch.zeros(1, 3, 64, 64))
