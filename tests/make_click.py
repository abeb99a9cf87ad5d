"""Weights that answer clicks, untrained: random, but the same every time."""

from pathlib import Path

import torch

from engine.preprocess import Preprocessing
from engine.values import Label
from engine.weights.card import Card
from engine.weights.weights import save
from models.click.click_net import click
from models.task import Task


def write_click_weights(path: Path, bias: float = 1.0) -> Path:
    """Write them; with a higher bias more of a picture is the object."""
    torch.manual_seed(0)
    card = Card("click", Task.CLICK, (Label(1, "object", (250, 90, 20)),), Preprocessing((96, 96)))
    model = click(1)
    torch.nn.init.constant_(model.decoder.score.bias, bias)
    save(path, model.state_dict(), card)
    return path
