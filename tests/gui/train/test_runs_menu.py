"""Deleting a Run and using its weights, asked for in the list of Runs."""

import shutil

import pytest

from engine.errors import TrainingError
from engine.files import locked
from engine.jobs import CancelToken, no_progress
from gui.dialogs import ask
from gui.train import runs_menu
from gui.train.panel.runs import DELETE, USE
from gui.train.runs_menu import move_to_trash
from tests.gui.conftest import PATIENCE_MS


@pytest.fixture
def trash(tmp_path, monkeypatch):
    """The trash of a home of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "Trash" / "files"


@pytest.fixture
def run_folder(opened, tiny_weights):
    """A Run that is done, in the open project."""
    run = opened.session.project.folder / "runs" / "first"
    (run / "weights").mkdir(parents=True)
    (run / "config.yaml").write_text("model: unet32\n")
    shutil.copy(tiny_weights, run / "weights" / "first.safetensors")
    return run


def choose(app, run, what):
    app.side("train").panel.runs.chosen.emit(run, what)


def test_a_run_goes_to_the_trash_when_that_is_agreed(qtbot, opened, run_folder, trash, monkeypatch):
    asked = []
    monkeypatch.setattr(ask, "is_agreed", lambda *given: asked.append(given[1]))
    choose(opened, run_folder, DELETE)
    assert "first" in asked[0]
    assert run_folder.is_dir(), "nobody agreed"
    monkeypatch.setattr(ask, "is_agreed", lambda *_: True)
    with qtbot.waitSignal(opened.side("train").runs.menu.deleted, timeout=PATIENCE_MS):
        choose(opened, run_folder, DELETE)
    assert not run_folder.exists()
    assert (trash / "first" / "weights" / "first.safetensors").is_file()
    qtbot.waitUntil(lambda: not opened.session.jobs.running, timeout=PATIENCE_MS)


def test_a_second_run_goes_to_the_trash_after_the_first(
    qtbot, opened, run_folder, trash, monkeypatch, hold
):
    second = shutil.copytree(run_folder, run_folder.with_name("second"))
    monkeypatch.setattr(ask, "is_agreed", lambda *_: True)
    may_move = hold(runs_menu, "move_to_trash")
    for run in (run_folder, second):
        choose(opened, run, DELETE)
    may_move.set()
    qtbot.waitUntil(lambda: not opened.session.jobs.running)
    assert not run_folder.exists()
    assert not second.exists()


def test_a_run_that_another_process_trains_stays(run_folder):
    with locked(run_folder / "run.lock"), pytest.raises(TrainingError, match="trained now"):
        move_to_trash(run_folder, no_progress, CancelToken())
    assert run_folder.is_dir()


@pytest.mark.slow
def test_the_weights_of_an_older_run_are_used_again(qtbot, opened, run_folder):
    with qtbot.waitSignal(opened.session.weights.loaded_changed, timeout=PATIENCE_MS):
        choose(opened, run_folder, USE)
    assert opened.session.weights.loaded.name == "first"


def test_a_run_without_weights_says_so(opened, run_folder):
    shutil.rmtree(run_folder / "weights")
    choose(opened, run_folder, USE)
    assert "no weights" in opened.window.statusBar().currentMessage()
