"""What is dragged over the window and let go there."""

from threading import Event

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel

from gui.main_window import MainWindow
from tests.gui.conftest import PATIENCE_MS


def drop(window: MainWindow, place: QPoint, urls: list[QUrl]) -> None:
    """Drag these over the window and let go, as the window system does it."""
    data = QMimeData()
    data.setUrls(urls)
    keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    action = Qt.DropAction.CopyAction
    handle = window.windowHandle()
    QApplication.sendEvent(handle, QDragEnterEvent(place, action, data, *keys))
    QApplication.sendEvent(handle, QDropEvent(QPointF(place), action, data, *keys))


def test_what_is_dragged_over_the_window_is_told_where_it_opens(app):
    window, data = app.window, QMimeData()
    data.setUrls([QUrl.fromLocalFile("/a/b.png")])
    keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    place, handle = QPoint(500, 300), window.windowHandle()
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, *keys)
    assert not window.drop_hint.isVisible()
    QApplication.sendEvent(handle, enter)
    assert window.drop_hint.isVisible()
    assert window.drop_hint.geometry() == window.pages.rect()
    QApplication.sendEvent(handle, QDragLeaveEvent())
    assert not window.drop_hint.isVisible()
    QApplication.sendEvent(handle, enter)
    drop(window, place, [QUrl.fromLocalFile("/a/gone.png")])
    assert not window.drop_hint.isVisible()


def test_a_text_that_is_dragged_opens_nothing(app):
    data = QMimeData()
    data.setText("only words")
    keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(500, 300), Qt.DropAction.CopyAction, data, *keys)
    QApplication.sendEvent(app.window.windowHandle(), enter)
    assert not app.window.drop_hint.isVisible()


def test_dropped_files_open(qtbot, app, pictures):
    url = QUrl.fromLocalFile(str(pictures / "강아지 2.png"))
    with qtbot.waitSignal(app.session.project.opened, timeout=PATIENCE_MS):
        drop(app.window, app.window.welcome.mapTo(app.window, QPoint(5, 5)), [url])
    assert app.session.frames.index == 1, "a single picture opens among its neighbours"


def test_files_dropped_on_the_canvas_are_the_windows(qtbot, opened, tmp_path):
    window = opened.window
    urls = [QUrl.fromLocalFile(str(tmp_path / "gone.png")), QUrl("http://example.org/b.png")]
    with (
        qtbot.waitSignal(opened.session.failed, timeout=PATIENCE_MS),
        qtbot.waitSignal(window.files_dropped) as dropped,
    ):
        drop(window, window.canvas.mapTo(window, QPoint(5, 5)), urls)
    assert dropped.args[0] == [str(tmp_path / "gone.png")]


def test_what_is_being_done_is_told_whole(qtbot, app):
    window, going = app.window, Event()
    window.device.setText("openvino, a processor with a long name")
    job = app.session.jobs.create(lambda progress, cancel: going.wait(), text="Loading " + 40 * "x")
    app.session.jobs.start(job)
    label = window.jobs_bar.findChild(QLabel)
    qtbot.waitUntil(lambda: label.width() >= label.sizeHint().width(), timeout=PATIENCE_MS)
    assert window.device.isHidden()
    with qtbot.waitSignal(job.ended, timeout=PATIENCE_MS):
        going.set()
    assert not window.device.isHidden()


def test_no_screen_is_too_small_for_the_window(app):
    least, screen = app.window.minimumSize(), app.window.screen().availableSize()
    assert least == least.boundedTo(screen)
