"""What follows a training in the window: use the new weights, compare them with the old."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from engine.model_facts import ModelFacts
from engine.training.events import Ended, EpochEnded, Fitted, Progressed, Started
from engine.values import SampleState
from tests.gui.conftest import PATIENCE_MS


def load(qtbot, app, path):
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.session.load_weights(str(path))


@pytest.fixture
def trained(qtbot, opened, tiny_weights, tmp_path):
    """Weights are loaded, and a training has just ended with others."""
    load(qtbot, opened, tiny_weights)
    opened.new = shutil.copy(tiny_weights, tmp_path / "second.safetensors")
    opened.side("train").training.ended.emit(Ended(str(opened.new), "checkpoint"))
    opened.desk.toggle_panel("train")
    return opened


def compare_with_the_button(qtbot, app):
    with qtbot.waitSignal(app.session.compare.shown, timeout=PATIENCE_MS):
        qtbot.mouseClick(app.side("train").panel.report.compare, Qt.MouseButton.LeftButton)


@pytest.mark.slow
def test_using_the_new_weights_in_the_panel_closes_the_notice(qtbot, trained):
    assert "training is done" in trained.window.notice.text
    with qtbot.waitSignal(trained.session.weights.loaded_changed, timeout=PATIENCE_MS):
        qtbot.mouseClick(trained.side("train").panel.report.use, Qt.MouseButton.LeftButton)
    assert trained.window.notice.text == ""
    assert trained.session.weights.loaded.key == str(trained.new)
    assert trained.side("train").panel.report.use.isHidden(), "they are in use"
    assert not trained.side("train").panel.report.compare.isHidden()


@pytest.mark.slow
def test_the_compare_button_says_that_it_is_on_and_ends_it(qtbot, trained):
    button = trained.side("train").panel.report.compare
    compare_with_the_button(qtbot, trained)
    assert trained.window.canvas.is_comparing
    assert button.isChecked()
    assert "End" in button.text()
    assert trained.actions["side_by_side"].isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not trained.window.canvas.is_comparing
    assert not button.isChecked()
    assert not trained.actions["side_by_side"].isChecked()


@pytest.mark.slow
def test_esc_ends_the_comparison(qtbot, trained):
    compare_with_the_button(qtbot, trained)
    trained.window.activateWindow()
    qtbot.keyClick(trained.window.canvas, Qt.Key.Key_Escape)
    assert not trained.session.compare.is_on
    assert not trained.window.canvas.is_comparing


@pytest.mark.slow
def test_weights_written_anew_under_the_same_name_are_new_weights(qtbot, trained):
    load(qtbot, trained, trained.new)
    before = trained.session.weights.loaded
    trained.new.write_bytes(trained.new.read_bytes())
    trained.side("train").training.ended.emit(Ended(str(trained.new), "checkpoint"))
    compare_with_the_button(qtbot, trained)
    assert trained.session.weights.loaded is not before
    assert trained.session.weights.previous is before


def test_without_older_weights_nothing_is_compared(qtbot, opened):
    opened.actions["side_by_side"].trigger()
    assert "no older weights" in opened.window.notice.text
    assert not opened.actions["side_by_side"].isChecked()


def test_after_a_first_training_there_is_nothing_to_compare_with(app):
    app.side("train").training.ended.emit(Ended("first.safetensors", "checkpoint"))
    report = app.side("train").panel.report
    assert not report.use.isHidden()
    assert report.compare.isHidden()


def test_the_trouble_of_one_training_is_not_told_beside_the_next(opened, tmp_path):
    link, notice = opened.side("train"), opened.window.notice
    link.panel.set_models([ModelFacts("unet32", "semantic")])
    link.panel.start_requested.emit(link.panel.form)
    assert "nothing to train on" in notice.text
    form = replace(link.panel.form, train_list=str(tmp_path / "no list.txt"))
    link.panel.start_requested.emit(form)
    assert notice.text == ""
    link.training.close()


def test_a_dataset_that_was_opened_is_trained_on_though_nobody_has_reviewed_it(qtbot, opened):
    link, project = opened.side("train"), opened.session.project
    project.note_states(dict.fromkeys(opened.session.frames.ids, SampleState.LABELLED))
    assert project.reviewed == 0
    link.panel.set_models([ModelFacts("unet32", "semantic")])
    link.panel.start_requested.emit(link.panel.form)
    assert link.export.is_running
    assert opened.window.notice.text == ""
    qtbot.waitUntil(lambda: not link.export.is_running)


def test_training_on_nothing_says_what_to_do_first(opened):
    panel = opened.side("train").panel
    panel.set_models([ModelFacts("unet32", "semantic")])
    panel.start_requested.emit(panel.form)
    assert "nothing to train on" in opened.window.notice.text
    assert "Label or verify" in opened.window.notice.text
    assert not opened.side("train").training.is_running


def test_a_preview_without_samples_says_what_to_do_first(qtbot, opened):
    panel = opened.side("train").panel
    panel.set_models([ModelFacts("unet32", "semantic")])
    grid = panel.augment.preview
    grid.button.click()
    assert not grid.button.isEnabled()
    qtbot.waitUntil(grid.button.isEnabled, timeout=PATIENCE_MS)
    assert "no samples" in grid._hint.text()


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Ended(None, "checkpoint", stopped=True), "Stopped"),
        (Ended(None, "checkpoint", stopped_early=True), "no better"),
        (Ended(None, "checkpoint"), "Done."),
    ],
)
def test_the_panel_says_how_a_training_ended(app, event, said):
    app.side("train").training.ended.emit(event)
    assert said in app.side("train").panel.report.status.text()


def test_how_a_training_goes_is_brought_into_sight(qtbot, app):
    app.actions["train"].trigger()
    link = app.side("train")
    link.training.running_changed.emit(True)
    qtbot.waitUntil(
        lambda: not link.panel.report.bar.visibleRegion().isEmpty(), timeout=PATIENCE_MS
    )
    assert not link.panel.report.status.visibleRegion().isEmpty()
    link.training.running_changed.emit(False)


def test_the_panel_follows_what_a_run_says(app):
    training, report = app.side("train").training, app.side("train").panel.report
    training.progressed.emit(Progressed(3, 9, "Hard negatives"))
    assert report.status.text() == "Hard negatives: 3 of 9 pictures"
    started = Started("run", "m", "cpu", "CPU", 1, "float32", 1, 1, 1, 0, 9)
    training.started.emit(replace(started, encoder="ImageNet (a package)"))
    assert report.encoder.text() == "Encoder: ImageNet (a package)"
    assert not report.encoder.isHidden()
    training.started.emit(replace(started, features="each picture in 2 augmented versions"))
    assert report.encoder.text() == "Encoder: each picture in 2 augmented versions"
    training.started.emit(started)
    assert report.encoder.isHidden()
    val = {"miou": 0.5}
    report.curves.clear()
    training.epoch_ended.emit(EpochEnded(2, 1, 1.0, 8.0, 0.9, val, "miou", 0.5, best=0.5))
    assert "90 %" in report.busy.text()
    assert "mIoU 0.500" in report.status.text()
    training.fitted.emit(Fitted({"miou": 0.625}, "miou", 0.625))
    assert "mIoU 0.625" in report.status.text()
    training.ended.emit(Ended(None, "checkpoint", best=0.625))
    assert "Done. The new weights reach mIoU 0.625" in report.status.text()


def test_a_dataset_that_was_cancelled_trains_nothing(app):
    app.side("train")._form = SimpleNamespace(train_list="")
    app.side("train").export.running_changed.emit(False)
    assert app.side("train")._form is None
    assert "not written" in app.side("train").panel.report.status.text()
