"""Selective search in the window: regions over the picture, whatever model is loaded."""

import pytest

from gui.inside.panel.views import SEARCH
from tests.gui.conftest import PATIENCE_MS


@pytest.fixture
def searching(qtbot, opened):
    """A picture is open, no model is loaded, and the picture's regions are shown."""
    opened.actions["inside"].trigger()
    opened.side("inside").views.choose(SEARCH)
    qtbot.waitUntil(lambda: opened.window.canvas.inside.has_film, timeout=PATIENCE_MS)
    return opened


def test_no_model_is_needed(searching):
    page, layer = searching.side("inside").search.page, searching.window.canvas.inside
    seen = searching.side("inside").search._search._last
    assert layer.drawing is seen.drawing
    assert f"of {seen.searched.most} regions" in page._status.text()
    assert not page._hint.isVisible()
    assert not searching.window.canvas.is_editable


def test_another_level_needs_no_other_grouping(qtbot, searching):
    page, search = (
        searching.side("inside").search.page,
        searching.side("inside").search._search,
    )
    before = search._last.searched
    page._regions.set_value(1)
    page._on_change()
    layer = searching.window.canvas.inside
    qtbot.waitUntil(lambda: len(layer.drawing.boxes) == 1, timeout=PATIENCE_MS)
    assert search._last.searched is before
    page._boxes.click()
    qtbot.waitUntil(lambda: len(layer.drawing.boxes) == 0, timeout=PATIENCE_MS)


def test_another_colour_space_groups_anew(qtbot, searching):
    page, search = (
        searching.side("inside").search.page,
        searching.side("inside").search._search,
    )
    before = search._last.searched
    page._space.setCurrentIndex(page._space.findData("lab"))
    page._on_change()
    qtbot.waitUntil(
        lambda: search._last is not None and search._last.wish.space == "lab", timeout=PATIENCE_MS
    )
    assert search._last.searched is not before


def test_the_next_picture_is_grouped_and_closing_ends_it(qtbot, searching):
    layer = searching.window.canvas.inside
    with qtbot.waitSignal(searching.session.frames.frame_shown, timeout=PATIENCE_MS):
        searching.actions["next"].trigger()
    qtbot.waitUntil(lambda: layer.has_film, timeout=PATIENCE_MS)
    assert searching.side("inside").search._search._last.frame is searching.session.frames.frame
    searching.actions["inside"].trigger()
    assert not layer.is_on
    qtbot.waitUntil(lambda: not searching.session.jobs.running, timeout=PATIENCE_MS)
    assert not layer.is_on


def test_without_a_picture_it_asks_for_one(app):
    app.actions["inside"].trigger()
    app.side("inside").views.choose(SEARCH)
    assert "Open a picture" in app.side("inside").search.page._hint.text()
