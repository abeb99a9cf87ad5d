"""Smart click in the window, with a network that answers whatever it likes."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from engine.values import Mask
from gui.dialogs import ask as questions
from tests.gui.conftest import PATIENCE_MS


def at(app, x, y):
    canvas = app.window.canvas
    return (QPointF(*canvas.view.to_screen(x, y)) / canvas.devicePixelRatioF()).toPoint()


def click(app, x, y, button=Qt.MouseButton.LeftButton):
    QTest.mouseClick(app.window.canvas, button, pos=at(app, x, y))


def preview(app):
    return app.window.canvas._foreground.preview


@pytest.fixture
def ready(qtbot, clicking):
    """The tool is in use, and the picture was looked at."""
    link = clicking.click
    with qtbot.waitSignal(link.controller.seen, timeout=PATIENCE_MS):
        clicking.window.canvas.set_tool("smart")
    return clicking


def ask(qtbot, app, x, y, button=Qt.MouseButton.LeftButton):
    with qtbot.waitSignal(app.click.controller.answered, timeout=PATIENCE_MS):
        click(app, x, y, button)


def test_nothing_is_loaded_before_the_tool_is_in_use(opened):
    assert not opened.click.controller.has_asker


def test_a_click_shows_an_outline_and_enter_adds_it_with_one_undo(qtbot, ready, monkeypatch):
    monkeypatch.setattr(questions, "label", lambda *_: "cell")
    annotations = ready.session.annotations
    ask(qtbot, ready, 40, 40)
    asked = preview(ready).clicks[0]
    assert (asked.x, asked.y) == pytest.approx((40, 40), abs=1)
    assert asked.is_positive
    assert isinstance(preview(ready).regions[0], Mask)
    assert annotations.sample.annotations == ()
    assert "sure" in ready.window.tool_options._state.text()
    with qtbot.waitSignal(annotations.stored, timeout=PATIENCE_MS):
        QTest.keyClick(ready.window.canvas, Qt.Key.Key_Return)
    assert len(annotations.sample.annotations) == 1
    assert annotations.selection == (annotations.sample.annotations[0].id,)
    with qtbot.waitSignal(annotations.history.taken, timeout=PATIENCE_MS):
        ready.desk.editing.undo()
    assert annotations.sample.annotations == ()


def test_the_right_button_takes_away_and_backspace_brings_back(qtbot, ready):
    ask(qtbot, ready, 40, 40)
    first = preview(ready).regions
    ask(qtbot, ready, 80, 60, Qt.MouseButton.RightButton)
    assert [c.is_positive for c in preview(ready).clicks] == [True, False]
    with qtbot.waitSignal(ready.click.controller.answered, timeout=PATIENCE_MS):
        QTest.keyClick(ready.window.canvas, Qt.Key.Key_Backspace)
    assert preview(ready).regions == first
    QTest.keyClick(ready.window.canvas, Qt.Key.Key_Escape)
    assert preview(ready).regions == ()
    assert ready.window.tool_options._state.text() == ""
    assert ready.session.annotations.sample.annotations == ()


def test_what_is_dropped_before_the_answer_is_outlined_no_longer(ready):
    click(ready, 40, 40)
    assert ready.window.tool_options._state.text() == "Outlining…"
    QTest.keyClick(ready.window.canvas, Qt.Key.Key_Escape)
    assert ready.window.tool_options._state.text() == ""


def test_what_is_accepted_early_is_seen_while_its_label_is_asked_for(qtbot, ready, monkeypatch):
    seen = []
    monkeypatch.setattr(questions, "label", lambda *_: seen.append(preview(ready)) or "cell")
    click(ready, 40, 40)
    with qtbot.waitSignal(ready.session.annotations.stored, timeout=PATIENCE_MS):
        QTest.keyClick(ready.window.canvas, Qt.Key.Key_Return)
    assert isinstance(seen[0].regions[0], Mask)


def test_a_picture_that_was_seen_is_not_said_to_be_looked_at(ready):
    ready.click.controller.look(ready.session.frames.frame)
    assert ready.window.tool_options._state.text() == ""


def test_another_picture_forgets_what_was_asked(qtbot, ready):
    ask(qtbot, ready, 40, 40)
    with qtbot.waitSignal(ready.click.controller.seen, timeout=PATIENCE_MS):
        ready.session.frames.step(1)
    qtbot.waitUntil(lambda: ready.session.annotations.sample is not None, timeout=PATIENCE_MS)
    assert preview(ready).regions == ()
    assert ready.window.tool_options._state.text() == ""
    ask(qtbot, ready, 40, 40)
    assert preview(ready).regions


def test_who_is_asked_is_chosen_and_remembered(qtbot, ready, downloaded, click_file):
    (downloaded / "second.safetensors").write_bytes(click_file.read_bytes())
    with qtbot.waitSignal(ready.click.askers.listed, timeout=PATIENCE_MS):
        ready.session.weights.refresh()
    box = ready.window.tool_options._askers
    row = box.findText("second")
    with qtbot.waitSignal(ready.click.controller.seen, timeout=PATIENCE_MS):
        box.setCurrentIndex(row)
        box.activated.emit(row)
    assert ready.store.now.asker == "second"


def test_who_has_come_closer_asks_about_what_is_in_sight(qtbot, ready):
    canvas = ready.window.canvas
    canvas.zoom_to(24.0)
    center = canvas.view.to_frame(*(side / 2 for side in canvas.screen_wh))
    ask(qtbot, ready, *center)
    (mask,) = preview(ready).regions
    height, width = mask.pixels.shape
    assert width < 100  # The picture is 128 pixels wide, and much of it would be the object.
    canvas.fit()
    ask(qtbot, ready, 2, 2)  # Beside what was in sight: everything counts now.
    assert preview(ready).regions[0].pixels.shape > (height, width)


def test_without_weights_the_colors_alone_are_asked(qtbot, opened, monkeypatch):
    monkeypatch.setattr(questions, "label", lambda *_: "cell")
    annotations, canvas = opened.session.annotations, opened.window.canvas
    with qtbot.waitSignal(opened.click.controller.seen, timeout=PATIENCE_MS):
        canvas.set_tool("smart")
    askers = opened.window.tool_options._askers
    assert askers.findData("grab_cut") == askers.count() - 1
    opened.click.askers.choose("grab_cut")
    with qtbot.waitSignal(opened.click.controller.answered, timeout=PATIENCE_MS) as answered:
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(opened, 30, 30))
        QTest.mouseMove(canvas, at(opened, 90, 70))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(opened, 90, 70))
    assert "sure" not in opened.window.tool_options._state.text()
    mask = answered.args[1].mask
    assert preview(opened).regions == ((mask,) if mask is not None else ())
    assert preview(opened).band is not None
    with qtbot.waitSignal(opened.click.controller.answered, timeout=PATIENCE_MS):
        click(opened, 60, 50)
    with qtbot.waitSignal(annotations.stored, timeout=PATIENCE_MS):
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert len(annotations.sample.annotations) == 1
