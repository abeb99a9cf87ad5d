"""The canvas's scenes give their numbers and leave no window."""

import pytest
from pytestqt.qtbot import QtBot

from gui.bench import canvas
from gui.bench.register import PROMISES


@pytest.mark.slow
@pytest.mark.parametrize("scene", ["polygons", "overlay"])
def test_a_scene_gives_the_numbers_that_are_promised(scene: str, qtbot: QtBot) -> None:
    found = canvas.measure(scene)
    assert found.keys() <= PROMISES.keys()
    assert all(0 < value < 10_000 for value in found.values())
