"""Weights that answer clicks: random, but the same every time; and a list to ask about."""

from pathlib import Path

import torch

from engine.formats.instances import write_instances
from engine.formats.txt_list import write_list
from engine.preprocess import Preprocessing
from engine.values import Annotation, Label
from engine.weights.card import Card
from engine.weights.weights import save
from models.click.click_net import click
from models.task import Task
from tests.make import make_sample, write_picture


def write_click_weights(path: Path, bias: float = 1.0) -> Path:
    """Write them; with a higher bias more of a picture is the object."""
    torch.manual_seed(0)
    card = Card("click", Task.CLICK, (Label(1, "object", (250, 90, 20)),), Preprocessing((96, 96)))
    model = click(1)
    torch.nn.init.constant_(model.decoder.score.bias, bias)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(path, model.state_dict(), card)
    return path


def write_click_list(folder: Path, pictures: int = 2) -> Path:
    """A list of instances: an object a picture."""
    lines = []
    for number in range(pictures):
        picture = write_picture(folder / f"{number}.png", seed=number)
        label = folder / f"{number}.json"
        write_instances(label, (48, 64), [Annotation(make_sample().annotations[1].region, 1)])
        lines.append((picture, label))
    (folder / "labels.txt").write_text("1 cell\n", encoding="utf-8")
    path = folder / "list.txt"
    write_list(path, lines)
    return path
