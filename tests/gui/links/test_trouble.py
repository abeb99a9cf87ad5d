"""Labels that are opened like pictures are offered for import."""

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
