"""The list of steps: lazy, faint where undone, and taking any step after asking."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.project.history import StepKind, StepRow
from engine.values import Annotation, Box, FrameId
from gui.dialogs import ask
from gui.history.panel import HistoryPanel
from gui.history.rows import TEXT, WHEN, WHERE, StepRows, time_of
from tests.gui.conftest import PATIENCE_MS
from tests.make_labels import add_label

DISPLAY, FONT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.FontRole


def step(number, *, is_undone=False, frames=1, made_at=0):
    frame_id = FrameId("/pictures/a.png") if frames else None
    kind = StepKind.EDIT if frames else StepKind.LABELS
    return StepRow(number, f"Step {number}", made_at, "", kind, is_undone, frames, frame_id)


@pytest.fixture
def panel(qtbot):
    panel = HistoryPanel()
    qtbot.addWidget(panel)
    panel.resize(340, 400)
    panel.show()
    return panel


def test_a_hundred_thousand_steps_are_read_only_where_they_are_looked_at(panel):
    asked = []

    def read(offset, limit):
        asked.append(offset)
        return [step(100_000 - n) for n in range(offset, offset + limit)]

    panel.show_steps(100_000, read)
    panel.grab()
    panel._view.scrollToBottom()
    panel.grab()
    assert asked == [0, 99_800]
    assert panel.rows.data(panel.rows.index(99_999, TEXT)) == "Step 1"


def test_a_row_says_what_where_and_when():
    rows = StepRows()
    shown = [step(3), step(2, frames=120, is_undone=True), step(1, frames=0)]
    rows.show_steps(3, lambda offset, limit: shown[offset : offset + limit])
    texts = [[rows.data(rows.index(row, column)) for column in (TEXT, WHERE)] for row in range(3)]
    assert texts == [["Step 3", "a.png"], ["Step 2", "120 pictures"], ["Step 1", "labels"]]
    assert rows.data(rows.index(0, WHEN)) == ""
    assert [rows.data(rows.index(row, TEXT), FONT) is None for row in range(3)] == [
        True,
        False,
        True,
    ]


def test_a_step_of_another_day_says_the_day():
    assert len(time_of(step(1, made_at=10**9))) > len("00:00 AM")
    assert not time_of(step(1))


def test_the_chosen_step_stays_chosen_when_another_is_made(qtbot, panel):
    shown = [step(2), step(1)]
    panel.show_steps(2, lambda offset, limit: shown)
    panel._view.selectRow(1)
    assert panel._picture.isEnabled()
    shown.insert(0, step(3))
    panel.show_steps(3, lambda offset, limit: shown)
    assert panel.chosen.id == 1
    with qtbot.waitSignal(panel.take_requested) as asked:
        QTest.mouseClick(panel._take, Qt.MouseButton.LeftButton)
    assert asked.args[0].id == 1


def test_an_undone_step_is_offered_to_be_done_again(panel):
    panel.show_steps(1, lambda offset, limit: [step(1, is_undone=True, frames=0)])
    panel._view.selectRow(0)
    assert panel._take.text() == "Redo"
    assert not panel._picture.isEnabled()


def draw(app, name):
    box = Annotation(Box(2, 3, 20, 30), 1, id=name)
    app.session.annotations.apply(Edit(f"Draw {name}", partial(edits.add, annotations=box)))


@pytest.fixture
def agreed(monkeypatch):
    """What was asked; the answer is yes."""
    questions = []
    monkeypatch.setattr(ask, "is_agreed", lambda parent, text, button: not questions.append(text))
    return questions


def test_any_step_of_the_list_is_taken_after_asking(qtbot, opened, agreed):
    app = opened
    add_label(app.session.project, "cat")
    app.actions["history"].trigger()
    panel, history = app.side("history").panel, app.session.annotations.history
    draw(app, "first")
    draw(app, "second")
    texts = [row.text for row in history.rows(0, 9)]
    assert texts[:2] == ["Draw second", "Draw first"]
    panel._view.selectRow(1)
    panel._take.click()
    assert "Draw second" in agreed[0]
    assert not app.session.annotations.sample.annotations
    panel._view.selectRow(1)
    panel._take.click()  # done again, which nothing else has to follow
    assert [a.id for a in app.session.annotations.sample.annotations] == ["first"]
    assert len(agreed) == 1


def test_a_step_elsewhere_asks_and_shows_its_picture(qtbot, opened, agreed):
    app = opened
    add_label(app.session.project, "cat")
    draw(app, "there")
    first = app.session.frames.frame_id
    with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
        app.actions["next"].trigger()
    assert not app.actions["undo"].isEnabled(), "undo is of the picture on screen"
    app.actions["history"].trigger()
    panel = app.side("history").panel
    panel._view.selectRow(0)
    with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
        panel._take.click()
    assert len(agreed) == 1
    assert app.session.frames.frame_id == first
    assert not app.session.annotations.sample.annotations
