"""The Run of a small model that the tests of training share."""

import sys

import pytest

from gui.train import controller
from models import registry
from tests.make_run import PLAIN, write_run


@pytest.fixture
def plain(tmp_path, monkeypatch):
    """A semantic Run of four pictures, two epochs of two steps, that takes no time."""
    monkeypatch.setitem(registry._SPECS, "plain", PLAIN)
    folder = tmp_path / "training"
    folder.mkdir()
    config = write_run(folder)
    text = config.read_text().replace("model: unet32", "model: plain\nprecision: float32")
    config.write_text(text)
    return config


@pytest.fixture
def in_vain(monkeypatch):
    """Every training fails at once: the command line alone takes seconds to say so."""
    failing = [sys.executable, "-c", "raise SystemExit('There is no such list.')"]
    monkeypatch.setattr(controller, "engine_command", lambda: failing)
