"""A network that is asked, made on the spot."""

import pytest
import torch

from engine.preprocess import Preprocessing
from engine.values import Label
from engine.weights.card import Card
from engine.weights.load import load
from engine.weights.weights import save
from models.click.click_net import click
from models.task import Task


@pytest.fixture(scope="session")
def click_weights(tmp_path_factory):
    """Random ones, whose answers are at least the same every time."""
    torch.manual_seed(0)
    card = Card("click", Task.CLICK, (Label(1, "object", (250, 90, 20)),), Preprocessing((96, 96)))
    path = tmp_path_factory.mktemp("weights") / "click_tiny.safetensors"
    model = click(1)
    # Of random weights next to nothing is above 0.
    torch.nn.init.constant_(model.decoder.score.bias, 0.0)
    save(path, model.state_dict(), card)
    return load(path)
