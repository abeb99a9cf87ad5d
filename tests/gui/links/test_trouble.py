"""What went wrong is said until it goes right; labels that are opened are offered for import."""

from functools import partial

import pytest

from engine.annotations.edits import Edit, set_state
from engine.errors import AppError, SourceError
from engine.values import SampleState
from gui.controllers import history
from tests.gui.conftest import PATIENCE_MS


def fail(qtbot, app, path):
    with qtbot.waitSignal(app.session.failed, timeout=PATIENCE_MS):
        app.desk.open_paths([str(path)])


def test_a_dropped_label_file_is_imported_by_its_button(qtbot, opened, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    path = folder / "강아지 1.txt"
    path.write_text("0 0.5 0.5 0.25 0.5\n")
    fail(qtbot, opened, path)
    notice = opened.window.notice
    assert "is a file of YOLO labels of one picture" in notice.text
    button = notice._buttons[0]
    assert button.isVisible()
    assert button.text() == "Import these labels…"
    link = opened.side("import")
    with qtbot.waitSignal(link.controller.previewed, timeout=PATIENCE_MS):
        button.click()
    assert notice.isHidden()
    assert opened.window.docks["import"].isVisible()
    assert "1 object on 1 picture." in link.panel.report.toPlainText()
    assert len(opened.session.frames.ids) == 3


def test_without_pictures_the_import_waits_for_them(qtbot, app, pictures, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "강아지 1.txt").write_text("0 0.5 0.5 0.25 0.5\n")
    fail(qtbot, app, folder)
    link = app.side("import")
    app.window.notice._buttons[0].click()
    assert "Open the pictures of these labels first" in app.window.notice.text
    with qtbot.waitSignal(link.controller.previewed, timeout=PATIENCE_MS):
        app.desk.open_paths([str(pictures)])
    assert "1 object on 1 picture." in link.panel.report.toPlainText()


def test_other_trouble_has_no_button(qtbot, app, tmp_path):
    (tmp_path / "notes.md").write_text("# Notes")
    fail(qtbot, app, tmp_path / "notes.md")
    assert "a text with Markdown" in app.window.notice.text
    assert not app.window.notice._buttons[0].isVisible()


def test_being_told_to_wait_ends_with_what_was_waited_for(qtbot, opened, monkeypatch):
    monkeypatch.setattr(history, "LARGE", 0)
    opened.actions["skip"].trigger()
    with qtbot.waitSignal(opened.session.large.ended, timeout=PATIENCE_MS):
        opened.actions["undo"].trigger()
        opened.actions["skip"].trigger()
        assert "Undo: Skip: this is still under way." in opened.window.notice.text
    assert opened.window.notice.isHidden()
    assert opened.session.annotations.history.redo.text == "Skip"


def skip(app):
    """An Edit that goes right."""
    change = partial(set_state, state=SampleState.SKIPPED)
    app.session.annotations.apply(Edit("Skip", change))


def test_an_edit_that_goes_right_takes_the_last_ones_trouble_away(opened):
    opened.session.annotations.failed.emit(AppError("The disk is full."))
    assert not opened.window.notice.isHidden()
    skip(opened)
    assert opened.window.notice.isHidden()


@pytest.mark.slow
def test_weights_that_load_take_the_last_ones_trouble_away(qtbot, opened, tiny_weights, tmp_path):
    opened.desk.predict_here()
    assert "No model is loaded" in opened.window.notice.text
    with qtbot.waitSignal(opened.session.weights.failed, timeout=PATIENCE_MS):
        opened.session.load_weights(str(tmp_path / "gone.safetensors"))
    assert "does not exist" in opened.window.notice.text
    with qtbot.waitSignal(opened.session.weights.loaded_changed, timeout=PATIENCE_MS):
        opened.session.load_weights(str(tiny_weights))
    assert opened.window.notice.isHidden()


def test_a_folder_that_opens_takes_the_last_ones_trouble_away(qtbot, opened, pictures, tmp_path):
    fail(qtbot, opened, tmp_path / "gone")
    with qtbot.waitSignal(opened.session.project.opened, timeout=PATIENCE_MS):
        opened.desk.open_paths([str(pictures)])
    assert opened.window.notice.isHidden()


def test_an_address_that_does_not_answer_is_forgotten_once_a_folder_is_open(
    qtbot, app, pictures, monkeypatch
):
    def opener(what):
        raise SourceError("Cannot open rtsp://nowhere.")

    app.session.live.opener = opener
    with qtbot.waitSignal(app.session.live.failed):
        app.session.open_live("rtsp://nowhere")
    assert "nowhere" in app.window.notice.text
    with qtbot.waitSignal(app.session.project.opened):
        app.desk.open_paths([str(pictures)])
    assert app.window.notice.isHidden()


def test_success_of_something_else_leaves_it(opened, tmp_path):
    opened.session.weights.failed.emit(AppError("These weights are damaged."))
    skip(opened)
    assert "damaged" in opened.window.notice.text


def test_what_is_offered_stays(opened):
    done = []
    opened.window.notice.show_note("Trained.", button="Use", act=lambda: done.append(True))
    skip(opened)
    assert opened.window.notice.text == "Trained."
