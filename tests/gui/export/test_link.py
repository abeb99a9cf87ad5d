"""The Export panel in the window: what is asked, written, said, and what a Cancel leaves."""

from functools import partial

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box, SampleState
from gui.controllers import export
from gui.dialogs import ask, choose
from tests.gui.conftest import PATIENCE_MS
from tests.make_labels import add_label


@pytest.fixture
def link(qtbot, app, pictures, tmp_path):
    """The window on three pictures, with a box on each and the panel open."""
    with qtbot.waitSignal(app.session.project.opened, timeout=PATIENCE_MS):
        app.session.open([str(pictures)])
    qtbot.waitUntil(lambda: app.session.annotations.stored_sample is not None, timeout=PATIENCE_MS)
    add_label(app.session.project, "dog")
    project = app.session.project.project
    for frame_id in app.session.frames.ids:
        box = Annotation(Box(1, 1, 9, 9), 1)
        project.apply(frame_id, Edit("Draw", partial(edits.add, annotations=box)))
        app.session.project.note_states({frame_id: SampleState.CORRECTED})
    app.actions["export"].trigger()
    link = app.side("export")
    qtbot.waitUntil(lambda: link.panel._format.count() > 0, timeout=PATIENCE_MS)
    link.panel.set_folder(str(tmp_path / "out"))
    return link


def run(qtbot, link):
    with qtbot.waitSignal(
        link.export.running_changed, timeout=PATIENCE_MS, check_params_cb=lambda on: not on
    ):
        link.panel._start.click()


def test_boxes_are_exported_as_boxes_and_all_is_well(qtbot, app, link, tmp_path):
    qtbot.waitUntil(lambda: link.panel._format.key == "txt_detection", timeout=PATIENCE_MS)
    run(qtbot, link)
    text = link.panel.report.toPlainText()
    assert text.startswith("Wrote 3 pictures as txt list: boxes (YOLO txt)")
    assert "Read again and counted: 3 objects on 3 pictures, as written." in text
    assert link.panel.report.property("kind") == "good"
    assert (tmp_path / "out/classes.txt").read_text() == "dog\n"


@pytest.mark.parametrize("answer", ["", ask.REPLACE, ask.CHANGE])
def test_a_folder_that_holds_something_else_is_asked_about(
    qtbot, app, link, tmp_path, monkeypatch, answer
):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("notes")
    monkeypatch.setattr(ask, "taken_folder", lambda *_: answer)
    monkeypatch.setattr(choose, "folder", lambda *_: str(tmp_path / "other"))
    running = []
    link.export.running_changed.connect(running.append)
    link.panel._start.click()
    wanted = 2 if answer else 1
    qtbot.waitUntil(lambda: running.count(False) == wanted, timeout=PATIENCE_MS)
    mine = tmp_path / ("out-before-1" if answer == ask.REPLACE else "out") / "mine.txt"
    assert mine.read_text() == "notes"
    assert (tmp_path / "other/train.txt").exists() == (answer == ask.CHANGE)
    assert (tmp_path / "out/train.txt").exists() == (answer == ask.REPLACE)
    assert not (mine.parent / "train.txt").exists()


def test_cancel_says_that_nothing_was_written(qtbot, app, link, tmp_path):
    with qtbot.waitSignal(
        link.export.running_changed, timeout=PATIENCE_MS, check_params_cb=lambda on: not on
    ):
        link.panel._start.click()
        link.panel._cancel.click()
    assert "as it was" in link.panel.report.toPlainText()
    assert not (tmp_path / "out").exists()


def test_what_a_cancelled_export_left_can_be_discarded(qtbot, app, link, tmp_path):
    stage = tmp_path / ".out.exporting"
    stage.mkdir()
    (stage / ".journal.jsonl").write_text('{"place": "images/a.png", "from": "x"}\n')
    link._request = link.panel.request
    link._say_cancelled(tmp_path / "out")
    assert "1 picture" in link.panel.report.toPlainText()
    assert not link.panel._discard.isHidden()
    with qtbot.waitSignal(link.export.discarded, timeout=PATIENCE_MS):
        link.panel._discard.click()
    assert not stage.exists()
    assert link.panel._discard.isHidden()


def test_without_a_project_it_says_so(qtbot, app):
    app.actions["export"].trigger()
    link = app.side("export")
    qtbot.waitUntil(lambda: link.panel._format.count() > 0, timeout=PATIENCE_MS)
    link.panel.set_folder("out")
    link.panel._start.click()
    assert "No project is open" in app.window.notice.text


def test_pictures_that_were_left_out_can_be_exported_too(qtbot, app, link, tmp_path):
    panel = link.panel
    panel._format.setCurrentIndex(panel._format.findData("txt_semantic"))
    panel._format.activated.emit(panel._format.currentIndex())
    run(qtbot, link)
    assert "3 pictures left out" in panel.report.toPlainText()
    assert not (tmp_path / "out").exists()
    assert not panel._unheld.isHidden()
    with qtbot.waitSignal(
        link.export.running_changed, timeout=PATIENCE_MS, check_params_cb=lambda on: not on
    ):
        panel._unheld.click()
    assert panel.report.toPlainText().startswith("Wrote 3 pictures")
    assert panel._unheld.isHidden()


def test_another_format_may_hold_what_one_did_not(qtbot, app, link):
    panel = link.panel
    panel._format.setCurrentIndex(panel._format.findData("txt_semantic"))
    panel._format.activated.emit(panel._format.currentIndex())
    run(qtbot, link)
    assert not panel._unheld.isHidden()
    panel._format.setCurrentIndex(panel._format.findData("txt_detection"))
    assert panel._unheld.isHidden()


def test_closing_the_window_meanwhile_is_asked(qtbot, app, link, tmp_path, monkeypatch, hold):
    asked = []
    monkeypatch.setattr(ask, "ends_work", lambda parent, busy, loss: asked.append((busy, loss)))
    may_export = hold(export, "export_project")
    link.panel._start.click()
    app.window.close()
    (busy, loss) = asked[0]
    assert busy == "An export is running."
    assert "goes on from there" in loss
    assert app.window.isVisible()
    may_export.set()
    qtbot.waitUntil(lambda: not link.export.is_running)
    assert (tmp_path / "out/train.txt").exists()
