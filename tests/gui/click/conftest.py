"""A network that answers clicks, untrained, in the folder of downloads."""

import pytest
import torch

from engine.preprocess import Preprocessing
from engine.values import Label
from engine.weights.card import Card
from engine.weights.library import download_folder
from engine.weights.weights import save
from models.click.click_net import click
from models.task import Task


@pytest.fixture(scope="session")
def click_file(tmp_path_factory):
    """Random weights, whose answers are at least the same every time."""
    torch.manual_seed(0)
    card = Card("click", Task.CLICK, (Label(1, "object", (250, 90, 20)),), Preprocessing((96, 96)))
    path = tmp_path_factory.mktemp("weights") / "click_tiny.safetensors"
    model = click(1)
    torch.nn.init.constant_(model.decoder.score.bias, 1.0)  # Much of the picture is the object.
    save(path, model.state_dict(), card)
    return path


@pytest.fixture
def downloaded(tmp_path, monkeypatch, click_file):
    """The folder of downloads, with weights that answer clicks."""
    monkeypatch.setenv("MASKLOOP_CACHE", str(tmp_path / "cache"))
    folder = download_folder()
    folder.mkdir(parents=True)
    (folder / click_file.name).write_bytes(click_file.read_bytes())
    return folder


@pytest.fixture
def clicking(downloaded, opened):
    """The window with three pictures, where the downloaded weights answer clicks."""
    opened.session.store.change(asker="click_tiny")
    return opened
