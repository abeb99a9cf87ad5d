"""A picture that has been replaced by one of another size is said to be."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from tests.gui.conftest import PATIENCE_MS
from tests.gui.test_loop import draw_box
from tests.make import write_picture
from tests.make_labels import add_label


def show(qtbot, app, action):
    with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
        app.actions[action].trigger()


def test_it_is_said_until_an_edit_stores_the_size_of_now(qtbot, opened):
    session, notice = opened.session, opened.window.notice
    session.annotations.choose_label(add_label(session.project, "dog"))
    opened.window.canvas.set_tool("box")
    with qtbot.waitSignal(session.annotations.stored):
        draw_box(qtbot, opened, 16, 12, 80, 60)
    path = Path(session.frames.frame_id.path)
    write_picture(path, (120, 160))
    QGuiApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: "128x96, and is 160x120 now" in notice.text, timeout=PATIENCE_MS)
    show(qtbot, opened, "next")
    assert notice.text == ""
    show(qtbot, opened, "previous")
    assert "128x96, and is 160x120 now" in notice.text
    with qtbot.waitSignal(session.annotations.stored):
        draw_box(qtbot, opened, 100, 90, 150, 110)
    assert notice.text == ""
    assert session.annotations.stored_sample.size_hw == (120, 160)
