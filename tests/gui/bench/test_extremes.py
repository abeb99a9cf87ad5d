"""The hardest scenes give the numbers that are promised; most take a minute or a gigabyte."""

import pytest
from pytestqt.qtbot import QtBot

from gui.bench import alone, extremes
from gui.bench.register import PROMISES
from gui.bench.scenes import CROWD_WH, coast, crowd


@pytest.mark.slow
@pytest.mark.parametrize("scene", ["crowd_10000", "long_line"])
def test_a_scene_gives_the_numbers_that_are_promised(scene: str, qtbot: QtBot) -> None:
    found = extremes.measure(scene)
    assert found.keys() <= PROMISES.keys()
    assert all(0 < value < 10_000 for value in found.values())


def test_the_memory_of_every_scene_is_promised() -> None:
    assert {f"memory.{scene}" for scene in extremes.SCENES} <= PROMISES.keys()
    assert not set(extremes.SCENES) & set(alone.SCENES)


def test_crowds_and_coasts_lie_in_their_frame() -> None:
    width, height = CROWD_WH
    for points in (*crowd(3000), coast(5000)):
        assert points.min() >= 0
        assert points[:, 0].max() <= width
        assert points[:, 1].max() <= height
    assert len(coast(5000)) == 5000
