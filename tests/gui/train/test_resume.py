"""Runs that were stopped: they are listed, gone on with, and never written over unasked."""

import sys

import pytest
from PySide6.QtCore import Qt

from engine import folders
from engine.model_facts import ModelFacts
from engine.training.events import Ended, Started, Stepped, to_line
from engine.training.run_record import RunState, read_run
from gui import unfinished_runs
from gui.dialogs import ask
from gui.train import controller
from gui.train.form import TrainForm
from tests.gui.conftest import PATIENCE_MS
from tests.make_run import of, run

START = Started("run", "m", "cpu", "CPU", 1, "float32", 12, 1, 1, 0, 9)


def look(qtbot, app):
    link = app.side("train")
    with qtbot.waitSignal(link.runs.controller.changed, timeout=PATIENCE_MS):
        link.runs.look()
    return link


def start_something(qtbot, link, path, *events):
    """A child that says these events and goes on until it is stopped."""
    lines = [f"print({to_line(event)!r}, flush=True)" for event in events]
    link.runs.set_current(path)
    with qtbot.waitSignal(link.training.started, timeout=PATIENCE_MS):
        text = "\n".join((*lines, "import time", "time.sleep(600)"))
        link.training.run_command([sys.executable, "-c", text])


def wait_for_its_end(qtbot, link):
    qtbot.waitUntil(lambda: not link.training.is_running, timeout=PATIENCE_MS)


@pytest.fixture
def stopped(qtbot, opened, plain):
    """The window with a project in which a Run was stopped within its second epoch."""
    opened.runs = opened.session.project.folder / folders.RUNS
    run(plain, f"run={opened.runs / 'mine'}", stop_after=3)
    opened.link = look(qtbot, opened)
    return opened


def start(app, name="mine", epochs=2):
    app.link.panel.set_models([ModelFacts("unet32", "semantic")])
    app.link.panel.start_requested.emit(TrainForm("unet32", name, epochs, "list.txt"))


def test_a_stopped_run_is_listed_with_a_button(stopped):
    panel = stopped.link.panel
    assert list(panel.runs.buttons) == [stopped.runs / "mine"]
    assert not panel._runs.isHidden()


def test_a_run_that_is_laid_over_shows_its_curves_until_it_is_taken_away(qtbot, stopped):
    panel = stopped.link.panel
    panel.runs.ticks[stopped.runs / "mine"].click()
    assert not panel.report.curves.isHidden()
    assert "mine" in panel.report.curves.legend.text()
    assert look(qtbot, stopped).panel.runs.ticks[stopped.runs / "mine"].isChecked()
    panel.runs.ticks[stopped.runs / "mine"].click()
    assert panel.report.curves.legend.isHidden()


@pytest.mark.parametrize(("epochs", "more"), [(2, 0), (9, 0)])
def test_a_start_under_its_name_asks_and_giving_up_changes_nothing(
    stopped, monkeypatch, epochs, more
):
    asked = []
    monkeypatch.setattr(ask, "taken_run", lambda parent, name, **more: asked.append((name, more)))
    start(stopped, epochs=epochs)
    assert asked == [("mine", {"more": more})]
    assert not stopped.link.training.is_running
    assert read_run(stopped.runs / "mine").can_resume


def test_one_that_is_done_can_be_trained_on(qtbot, stopped, plain, monkeypatch):
    run(plain, f"run={stopped.runs / 'done'}")
    known = look(qtbot, stopped).runs.controller  # The answer may be that of a look before.
    qtbot.waitUntil(lambda: known.find(stopped.runs / "done") is not None, timeout=PATIENCE_MS)
    asked = []
    monkeypatch.setattr(ask, "taken_run", lambda parent, name, more: asked.append(more))
    start(stopped, "done", epochs=9)
    start(stopped, "done", epochs=2)
    assert asked == [9, None]


def test_another_name_is_one_that_no_run_has(qtbot, stopped, monkeypatch, in_vain):
    (stopped.runs / "mine-2").mkdir()
    monkeypatch.setattr(ask, "taken_run", lambda *_, **__: ask.RENAME)
    start(stopped)
    assert stopped.link.panel.form.name == "mine-3"
    assert stopped.link.runs.current == stopped.runs / "mine-3"
    wait_for_its_end(qtbot, stopped.link)
    assert read_run(stopped.runs / "mine").can_resume
    assert unfinished_runs.noted(stopped.store.folder) == ()


def test_what_is_replaced_is_kept_under_another_name(qtbot, stopped, monkeypatch, in_vain):
    monkeypatch.setattr(ask, "taken_run", lambda *_, **__: ask.REPLACE)
    start(stopped)
    wait_for_its_end(qtbot, stopped.link)
    assert read_run(stopped.runs / "mine-before-1").can_resume
    assert not (stopped.runs / "mine" / "checkpoint.safetensors").exists()


@pytest.mark.slow
def test_the_button_goes_on_where_it_stopped(qtbot, opened, plain, monkeypatch):
    program = [sys.executable, "-m", "tests.make_run"]  # The command line that knows this model.
    monkeypatch.setattr(controller, "engine_command", lambda: program)
    path = opened.session.project.folder / folders.RUNS / "mine"
    first = run(plain, f"run={path}", stop_after=3)
    link = look(qtbot, opened)
    steps, seen = [], []
    link.training.stepped.connect(steps.append)
    link.training.started.connect(seen.append)
    with qtbot.waitSignal(link.training.ended, timeout=PATIENCE_MS):
        qtbot.mouseClick(link.panel.runs.buttons[path], Qt.MouseButton.LeftButton)
        assert unfinished_runs.noted(opened.store.folder) == (path,)
    assert [step.step for step in (*of(first, Stepped), *steps)] == [1, 2, 3, 4]
    assert (seen[0].epochs_done, seen[0].steps_done) == (1, 3)
    wait_for_its_end(qtbot, link)
    assert read_run(path).state is RunState.FINISHED
    assert unfinished_runs.noted(opened.store.folder) == ()
    look(qtbot, opened)
    x, _ = link.panel.report.curves._own["metric"].getData()
    assert x.tolist() == [1, 2]


def test_closing_while_training_asks_and_may_be_given_up(qtbot, stopped, monkeypatch):
    link, path = stopped.link, stopped.runs / "mine"
    asked, answers = [], [False, True]

    def answer(parent, *what):
        asked.append(what)
        return answers.pop(0)

    monkeypatch.setattr(ask, "ends_training", answer)
    start_something(qtbot, link, path, START)
    assert not stopped.window.close()
    assert link.training.is_running
    assert stopped.window.close()
    assert not link.training.is_running
    assert asked == [("mine", 0, 12)] * 2


def test_a_run_that_is_over_asks_nothing_while_its_process_still_exits(qtbot, stopped):
    link, path = stopped.link, stopped.runs / "mine"
    with qtbot.waitSignal(link.training.ended, timeout=PATIENCE_MS):
        start_something(qtbot, link, path, START, Ended(None, "c"))
    assert link.training.is_running
    assert stopped.window.close()  # A question here would fail the test.


def test_the_next_start_tells_what_became_of_it_and_goes_on(qtbot, stopped, in_vain):
    path, folder = stopped.runs / "mine", stopped.store.folder
    unfinished_runs.note(folder, stopped.runs / "gone")
    unfinished_runs.note(folder, path)
    stopped._unfinished.look()
    said = "The training mine stopped with the window, after epoch 1 of 2."
    qtbot.waitUntil(lambda: said in stopped.window.notice.text, timeout=PATIENCE_MS)
    assert unfinished_runs.noted(folder) == ()
    button = stopped.window.notice._buttons[0]
    assert button.text() == "Resume"
    button.click()
    assert stopped.link.runs.current == path
    wait_for_its_end(qtbot, stopped.link)
    assert stopped.window.docks["train"].isVisible()


def test_who_goes_on_in_the_panel_is_offered_it_no_longer(qtbot, stopped):
    path, notice = stopped.runs / "mine", stopped.window.notice
    unfinished_runs.note(stopped.store.folder, path)
    stopped._unfinished.look()
    qtbot.waitUntil(lambda: notice.has_offer and not notice.isHidden(), timeout=PATIENCE_MS)
    stopped.link._follow(path)
    assert notice.isHidden()


def test_a_run_that_was_done_as_the_window_closed_is_told_of(qtbot, opened, plain):
    run(plain, f"run={plain.parent / 'mine'}")
    unfinished_runs.note(opened.store.folder, plain.parent / "mine")
    opened._unfinished.look()
    said = "mine was done when the window closed"
    qtbot.waitUntil(lambda: said in opened.window.notice.text, timeout=PATIENCE_MS)


def test_a_run_that_kept_nothing_is_told_of(qtbot, opened, plain):
    run(plain, f"run={plain.parent / 'mine'}", stop_after=1)
    (plain.parent / "mine" / "checkpoint.safetensors").unlink()
    unfinished_runs.note(opened.store.folder, plain.parent / "mine")
    opened._unfinished.look()
    said = "before its first checkpoint"
    qtbot.waitUntil(lambda: said in opened.window.notice.text, timeout=PATIENCE_MS)
