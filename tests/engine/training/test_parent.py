import pytest
import torch
from safetensors.torch import save_file

from engine.errors import WeightsError
from engine.preprocess import Preprocessing
from engine.training.config import make_config
from engine.training.parent import Parent, parent_of, preprocessing_of
from engine.weights.build import spec_of
from engine.weights.card import Card
from engine.weights.encoder_catalog import EncoderOrigin
from engine.weights.weights import save
from models.segmentation.unet import unet32
from models.task import Task
from tests.make import LABELS


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "first.safetensors"
    card = Card("unet32", Task.SEMANTIC, LABELS, Preprocessing((64, 96), mean=(0, 0, 0)))
    save(path, unet32(len(LABELS)).state_dict(), card)
    return path


def config_of(tmp_path, **more):
    lists = {"train": str(tmp_path / "list.txt")}
    return make_config({"model": "unet32", "data": lists, "run": "run", **more}, tmp_path)


def test_weights_of_the_same_model_tell_how_they_were_trained(tmp_path, weights):
    config = config_of(tmp_path, warm_start=str(weights), resize="stretch")
    parent = parent_of(config)
    assert parent.path == weights
    assert parent.card.model == "unet32"
    found = preprocessing_of(config, spec_of("unet32"), parent)
    assert (found.size_hw, found.mean, found.resize) == ((64, 96), (0, 0, 0), "stretch")


def test_the_configs_size_is_above_the_warm_starts_whose_colors_stay(tmp_path, weights):
    config = config_of(tmp_path, warm_start=str(weights), size_hw=(32, 32))
    found = preprocessing_of(config, spec_of("unet32"), parent_of(config))
    assert found == Preprocessing((32, 32), mean=(0, 0, 0), resize=config.resize)


def test_a_pretrained_encoder_tells_how_colors_are_normalised(tmp_path):
    encoder = EncoderOrigin("e", "ImageNet", (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
    found = preprocessing_of(config_of(tmp_path), spec_of("unet32"), None, encoder)
    assert (found.mean, found.std) == (encoder.mean, encoder.std)


def test_weights_of_another_model_give_tensors_alone(tmp_path, weights):
    config = config_of(tmp_path, warm_start=str(weights), model="unet64")
    assert parent_of(config) == Parent(weights, None)


def test_tensors_without_a_card_give_tensors_alone(tmp_path):
    path = tmp_path / "foreign.safetensors"
    save_file({"a": torch.zeros(1)}, path)
    config = config_of(tmp_path, warm_start=str(path))
    parent = parent_of(config)
    assert parent == Parent(path, None)
    spec = spec_of("unet32")
    assert preprocessing_of(config, spec, parent).size_hw == spec.input_hw


def test_without_a_warm_start_there_is_no_parent(tmp_path):
    assert parent_of(config_of(tmp_path)) is None


def test_weights_that_are_not_there_are_said(tmp_path):
    with pytest.raises(WeightsError, match="does not exist"):
        parent_of(config_of(tmp_path, warm_start="none.safetensors"))
