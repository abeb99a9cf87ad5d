"""Smart click is measured in the window, here with an untrained network on small pictures."""

import pytest

from engine.weights.library import download_folder
from gui.bench import click
from gui.bench.register import PROMISES
from gui.bench.scenes import make_photographs
from tests.make_click import write_click_weights


@pytest.mark.slow
def test_answers_and_the_longest_turn_are_measured(qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(click, "OBJECTS", 2)
    monkeypatch.setenv("MASKLOOP_CACHE", str(tmp_path / "cache"))
    download_folder().mkdir(parents=True)
    write_click_weights(download_folder() / "click_tiny.safetensors")
    make_photographs(tmp_path, count=7, size_wh=(80, 60))
    found = click.measure(tmp_path / "photographs", "click_tiny")
    assert found.keys() == {key for key in PROMISES if key.startswith("click.")}
    assert all(value > 0 for value in found.values())
