"""The Look inside panel offers what fits each stage and says what the person wants."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from gui.inside.maps import MapsWish
from gui.inside.panel.channels import ChannelGrid
from gui.inside.panel.maps import InsidePanel, StageRow

STAGES = (
    StageRow("First", "enter", "activation", (8, 32, 32), 1),
    StageRow("Scores", "score", "scores", (3, 16, 16), 4),
    StageRow("Maxima", "pool", "positions", (8, 16, 16), 1),
)


@pytest.fixture
def panel(qtbot):
    panel = InsidePanel()
    qtbot.addWidget(panel)
    panel.resize(344, 700)
    panel.show()
    panel.set_stages(STAGES, ("background", "cat", "dog"), MapsWish())
    return panel


def modes(panel):
    return [panel._mode.itemData(row) for row in range(panel._mode.count())]


def choose(panel, index):
    panel._stage.setCurrentIndex(index)
    panel._stage.activated.emit(index)


def test_a_stage_says_its_size(panel):
    assert panel._size.text() == "8 channels at 32x32"


def test_each_kind_of_stage_has_its_own_ways_to_be_shown(panel):
    assert modes(panel) == ["mean", "maximum", "channel"]
    choose(panel, 1)
    assert modes(panel) == ["labels", "channel"]
    choose(panel, 2)
    assert modes(panel) == ["mean", "channel"]


def test_a_stage_that_runs_several_times_shows_one_run(qtbot, panel):
    assert not panel._call.isVisible()
    choose(panel, 1)
    assert panel._call.isVisible()
    with qtbot.waitSignal(panel.wish_changed) as changed:
        panel._call.setValue(3)
    assert changed.args[0] == MapsWish(1, "labels", call=2)


def test_a_label_is_named_beside_its_number(panel):
    choose(panel, 1)
    panel._mode.setCurrentIndex(1)
    panel._mode.activated.emit(1)
    panel._channel.setValue(2)
    assert panel._channel_name.text() == "dog"


def test_without_stages_only_the_hint_shows(panel):
    panel.set_stages((), (), MapsWish())
    panel.set_hint("No model is loaded.")
    assert not panel._body.isVisible()
    assert panel._hint.isVisible()


def test_a_click_on_a_tile_shows_that_channel(qtbot, panel):
    panel._has_grid.click()
    panel.grid.set_grid(np.zeros((2 * 50, 6 * 50, 3), np.uint8), (4, 1, 3, 0, 2, 5, 7, 6), -1)
    with qtbot.waitSignal(panel.wish_changed) as changed:
        tile = panel.grid.width() / 6
        place = QPointF(1.5 * tile, 1.5 * tile).toPoint()
        qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=place)
    assert (changed.args[0].mode, changed.args[0].channel) == ("channel", 6)


def test_beside_the_tiles_there_is_no_channel(qtbot):
    grid = ChannelGrid(6)
    qtbot.addWidget(grid)
    grid.resize(300, 100)
    assert grid.channel_at(QPointF(5, 5)) is None
    grid.set_grid(np.zeros((100, 600, 3), np.uint8), (3, 4), -1)
    assert grid.channel_at(QPointF(60, 10)) == 4
    assert grid.channel_at(QPointF(250, 10)) is None


def test_a_refinement_is_a_picture_without_channels(panel):
    panel.set_stages(
        (*STAGES, StageRow("CRF", "crf", "refinement", (3, 32, 32), 1)), ("a",), MapsWish()
    )
    choose(panel, 3)
    assert modes(panel) == ["picture"]
    assert not panel._has_grid.isVisible()
    assert not panel._scale.isVisible()
    choose(panel, 0)
    assert panel._has_grid.isVisible()
