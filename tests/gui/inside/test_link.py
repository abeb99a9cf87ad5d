"""The look inside in the window: a film over the canvas while the panel is open."""

import pytest
from PySide6.QtCore import Qt

from tests.gui.conftest import PATIENCE_MS


@pytest.fixture
def looking(qtbot, opened, tiny_weights):
    """A picture is open, weights are loaded, and the panel shows what they see."""
    with qtbot.waitSignal(opened.session.weights.loaded_changed, timeout=PATIENCE_MS):
        opened.session.load_weights(str(tiny_weights))
    opened.actions["inside"].trigger()
    qtbot.waitUntil(lambda: opened.window.canvas.inside.has_film, timeout=PATIENCE_MS)
    return opened


def test_without_weights_the_panel_says_so(app):
    app.actions["inside"].trigger()
    assert "No model is loaded" in app.side("inside").maps._hint.text()
    assert app.actions["inside"].isChecked()


def test_without_a_picture_the_panel_asks_for_one(qtbot, app, tiny_weights):
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.session.load_weights(str(tiny_weights))
    app.actions["inside"].trigger()
    qtbot.waitUntil(
        lambda: "Open a picture" in app.side("inside").maps._hint.text(), timeout=PATIENCE_MS
    )
    assert not app.window.canvas.inside.has_film


@pytest.mark.slow
def test_closing_the_panel_takes_the_film_away(qtbot, looking):
    looking.actions["inside"].trigger()
    assert not looking.window.canvas.inside.has_film
    qtbot.waitUntil(lambda: not looking.session.jobs.running, timeout=PATIENCE_MS)
    assert not looking.window.canvas.inside.has_film


@pytest.mark.slow
def test_esc_ends_it(qtbot, looking):
    looking.window.activateWindow()
    qtbot.keyClick(looking.window.canvas, Qt.Key.Key_Escape)
    assert not looking.window.docks["inside"].isVisible()
    assert not looking.window.canvas.inside.has_film
    assert not looking.actions["inside"].isChecked()


@pytest.mark.slow
def test_the_next_picture_is_looked_at_too(qtbot, looking):
    looking.actions["next"].trigger()
    qtbot.waitUntil(
        lambda: (
            looking.window.canvas.inside.has_film
            and looking.side("inside")._inside._last.frame is looking.session.frames.frame
        ),
        timeout=PATIENCE_MS,
    )


@pytest.mark.slow
def test_other_weights_bring_their_own_stages(qtbot, looking, tmp_path):
    import shutil

    path = shutil.copy(looking.session.weights.loaded.key, tmp_path / "second.safetensors")
    before = looking.side("inside")._inside.stages
    with qtbot.waitSignal(looking.session.weights.loaded_changed, timeout=PATIENCE_MS):
        looking.session.load_weights(str(path))
    assert not looking.window.canvas.inside.has_film
    qtbot.waitUntil(lambda: looking.window.canvas.inside.has_film, timeout=PATIENCE_MS)
    assert looking.side("inside")._inside.stages is not before


@pytest.mark.slow
def test_the_stages_speak_the_language_of_the_card(looking):
    looking.store.change(card_language="ko")
    assert "첫 합성곱" in looking.side("inside").maps._stage.itemText(0)


@pytest.mark.slow
def test_a_comparison_and_a_look_inside_end_each_other(qtbot, looking, tmp_path):
    import shutil

    path = shutil.copy(looking.session.weights.loaded.key, tmp_path / "second.safetensors")
    with qtbot.waitSignal(looking.session.weights.loaded_changed, timeout=PATIENCE_MS):
        looking.session.load_weights(str(path))
    with qtbot.waitSignal(looking.session.compare.shown, timeout=PATIENCE_MS):
        looking.actions["side_by_side"].trigger()
    assert not looking.window.docks["inside"].isVisible()
    assert looking.window.canvas.is_comparing
    looking.actions["inside"].trigger()
    assert not looking.session.compare.is_on


@pytest.mark.slow
def test_a_panel_behind_another_tab_comes_to_the_front_first(qtbot, looking):
    looking.actions["compare"].trigger()
    dock = looking.window.docks["inside"]
    qtbot.waitUntil(lambda: dock.visibleRegion().isEmpty(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not looking.window.canvas.inside.has_film, timeout=PATIENCE_MS)
    looking.actions["inside"].trigger()
    qtbot.waitUntil(lambda: looking.window.canvas.inside.has_film, timeout=PATIENCE_MS)
    assert dock.isVisible()


@pytest.mark.slow
def test_a_comparison_ends_a_look_inside_behind_another_tab(qtbot, looking, tmp_path):
    import shutil

    path = shutil.copy(looking.session.weights.loaded.key, tmp_path / "second.safetensors")
    with qtbot.waitSignal(looking.session.weights.loaded_changed, timeout=PATIENCE_MS):
        looking.session.load_weights(str(path))
    looking.actions["train"].trigger()
    dock = looking.window.docks["inside"]
    qtbot.waitUntil(lambda: dock.visibleRegion().isEmpty(), timeout=PATIENCE_MS)
    with qtbot.waitSignal(looking.session.compare.shown, timeout=PATIENCE_MS):
        looking.session.compare.set_on(True)
    assert looking.session.compare.is_on
    assert looking.window.canvas.is_comparing
    assert not dock.isVisible()
    assert looking.window.docks["train"].isVisible()
