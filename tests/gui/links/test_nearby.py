"""Who opens the folder above, or a folder in it, is led to where the labels are."""

from tests.gui.conftest import PATIENCE_MS, open_pictures
from tests.gui.test_loop import draw_box
from tests.make import write_picture
from tests.make_labels import add_label


def test_labels_in_the_project_of_a_folder_below_are_found(qtbot, opened, pictures):
    session, notice = opened.session, opened.window.notice
    session.annotations.choose_label(add_label(session.project, "dog"))
    opened.window.canvas.set_tool("box")
    with qtbot.waitSignal(session.annotations.stored):
        draw_box(qtbot, opened, 16, 12, 80, 60)
    open_pictures(qtbot, opened, pictures.parent)
    qtbot.waitUntil(lambda: "The labels of 1 picture are in" in notice.text, timeout=PATIENCE_MS)
    assert str(pictures) in notice.text
    assert session.annotations.sample.annotations == ()
    with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
        notice._buttons[0].click()
    qtbot.waitUntil(lambda: session.annotations.sample is not None, timeout=PATIENCE_MS)
    assert len(session.annotations.sample.annotations) == 1
    assert not (pictures.parent / ".maskloop").exists()
    open_pictures(qtbot, opened, pictures)
    qtbot.waitUntil(lambda: not session.jobs.running, timeout=PATIENCE_MS)
    assert notice.text == ""


def test_labels_in_files_of_the_folder_above_are_found(qtbot, app, tmp_path):
    write_picture(tmp_path / "data/images/a.png")
    (tmp_path / "data/labels").mkdir()
    (tmp_path / "data/labels/a.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    open_pictures(qtbot, app, tmp_path / "data/images")
    session, notice = app.session, app.window.notice
    qtbot.waitUntil(lambda: "YOLO labels of 1 picture" in notice.text, timeout=PATIENCE_MS)
    with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
        notice._buttons[0].click()
    qtbot.waitUntil(lambda: session.annotations.sample is not None, timeout=PATIENCE_MS)
    assert len(session.annotations.sample.annotations) == 1
    qtbot.waitUntil(lambda: not session.jobs.running, timeout=PATIENCE_MS)
    assert notice.text == ""
