import json
import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget

from engine.annotations.edits import Edit, set_state
from engine.errors import AppError
from engine.project.project import Project
from engine.values import SampleState
from gui import app as app_module
from gui.app import FOREIGN, App, drop_foreign_qt
from gui.controllers.frames import FrameDraft
from gui.dialogs import ask
from gui.session.mode import CanvasMode
from tests.gui.conftest import PATIENCE_MS, open_pictures
from tests.make import write_picture

ROOT = Path(__file__).resolve().parents[2]
# OpenCV is no part of this list: the canvas paints with it.
HEAVY = (
    "torch",
    "torchvision",
    "openvino",
    "av",
    "skimage",
    "scipy",
    "pyqtgraph",
    "qtawesome",
    "email",
)

START = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui import app as module

def look():
    window = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "main_window")
    heavy = [name for name in {heavy!r} if name in sys.modules]
    print(json.dumps([window.isVisible(), QApplication.platformName(), heavy]), flush=True)

show = module.App.show
def show_and_look(self, opening):
    show(self, opening)
    look()
    QTimer.singleShot(0, self.window.close)
module.App.show = show_and_look
sys.exit(module.run(module.Opening()))
"""


def start_window(code=START, **environment):
    """Run the window in a process of its own; what it prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code.replace("{heavy!r}", repr(HEAVY))],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.slow
def test_the_window_shows_before_anything_heavy_is_imported():
    is_visible, _, heavy = start_window()
    assert is_visible
    assert heavy == []


@pytest.fixture
def x_server(tmp_path):
    """A display of its own."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed: no test under a real X server")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as numbers:
        number = numbers.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.mark.slow
@pytest.mark.xserver
def test_opencv_does_not_break_a_real_x_window(x_server):
    code = "import cv2\n" + START
    environment = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": x_server}
    plugins = str(Path("site-packages") / "cv2" / "qt" / "plugins")
    is_visible, platform, _ = start_window(
        code, **environment, QT_QPA_PLATFORM_PLUGIN_PATH=plugins, QT_QPA_FONTDIR="cv2/qt/fonts"
    )
    assert is_visible
    assert platform == "xcb"


@pytest.mark.slow
def test_child_processes_get_nothing_of_the_qt_of_opencv():
    code = START.replace(
        "print(json.dumps([", "import os, cv2; print(json.dumps([dict(os.environ), "
    )
    environment, *_ = start_window(code)
    assert not [name for name in FOREIGN if "cv2" in environment.get(name, "")]


def test_only_the_foreign_paths_are_dropped(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "lib/cv2/qt/plugins")
    monkeypatch.setenv("QT_QPA_FONTDIR", "my/own/fonts")
    drop_foreign_qt()
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert os.environ["QT_QPA_FONTDIR"] == "my/own/fonts"


def test_a_folder_with_korean_names_opens_in_natural_order(qtbot, opened):
    names = [Path(frame_id.path).name for frame_id in opened.session.frames.ids]
    assert names == ["강아지 1.png", "강아지 2.png", "강아지 10.png"]
    assert opened.window.pages.currentWidget() is opened.window.canvas
    assert "강아지 1.png" in opened.window.windowTitle()
    assert opened.session.mode is CanvasMode.PICTURES


def test_keys_step_through_the_pictures(qtbot, opened):
    frames = opened.session.frames
    opened.window.activateWindow()
    with qtbot.waitSignal(opened.session.frames.frame_shown, timeout=PATIENCE_MS):
        qtbot.keyClick(opened.window.canvas, Qt.Key.Key_D)
    assert frames.index == 1
    with qtbot.waitSignal(opened.session.frames.frame_shown, timeout=PATIENCE_MS):
        qtbot.keyClick(opened.window.canvas, Qt.Key.Key_A)
    assert frames.index == 0


def test_an_unreadable_picture_says_so_and_the_next_one_works(qtbot, app, pictures):
    (pictures / "강아지 1.png").write_bytes(b"")
    with qtbot.waitSignal(app.session.frames.frame_failed, timeout=PATIENCE_MS):
        app.desk.open_paths([str(pictures)])
    assert app.window.pages.currentWidget() is app.window.trouble
    assert "empty" in app.window.trouble.text
    with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
        app.actions["next"].trigger()
    assert app.window.pages.currentWidget() is app.window.canvas


def test_a_missing_folder_leaves_what_was_open(qtbot, opened, tmp_path):
    with qtbot.waitSignal(opened.session.failed, timeout=PATIENCE_MS):
        opened.desk.open_paths([str(tmp_path / "gone")])
    assert "does not exist" in opened.window.notice.text
    assert len(opened.session.frames.ids) == 3
    assert opened.session.annotations.sample is not None


@pytest.mark.slow
def test_broken_weights_leave_the_loaded_ones(qtbot, opened, tiny_weights, tmp_path):
    with qtbot.waitSignal(opened.session.weights.loaded_changed, timeout=PATIENCE_MS):
        opened.desk.open_paths([str(tiny_weights)])
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"no tensors")
    with qtbot.waitSignal(opened.session.weights.failed, timeout=PATIENCE_MS):
        opened.desk.open_paths([str(broken)])
    assert "broken.safetensors" in opened.window.notice.text
    assert opened.session.weights.loaded.name == "tiny"


def test_weights_of_other_programs_are_no_pictures(qtbot, opened, tmp_path):
    foreign = tmp_path / "yolo.pth"
    foreign.write_bytes(b"not ours")
    with qtbot.waitSignal(opened.session.weights.failed, timeout=PATIENCE_MS):
        opened.desk.open_paths([str(foreign)])
    assert "yolo.pth" in opened.window.notice.text
    assert len(opened.session.frames.ids) == 3


def test_closing_while_everything_runs_leaves_nothing(qtbot, opened, pictures):
    opened.desk.open_paths([str(pictures)])
    opened.session.weights.refresh()
    opened.desk.sources.open_camera()
    opened.window.close()
    assert not opened.session.jobs.running
    assert opened.session.project.project is None


def test_verifying_marks_the_picture_and_unreviewed_skips_it(qtbot, opened, monkeypatch):
    monkeypatch.setattr(ask, "is_empty", lambda parent, proposals: True)
    opened.actions["verify"].trigger()
    first = opened.session.frames.ids[0]
    assert opened.session.project.state_of(first) is SampleState.VERIFIED
    with qtbot.waitSignal(opened.session.frames.frame_shown, timeout=PATIENCE_MS):
        opened.actions["next"].trigger()
    opened.actions["previous_unreviewed"].trigger()
    assert opened.session.frames.index == 1
    assert opened.window.statusBar().currentMessage()


def test_the_theme_changes_at_once(qtbot, app):
    dark = app.window.palette().window().color().lightness()
    app.store.change(theme="light")
    assert app.window.palette().window().color().lightness() > dark


def test_the_sliders_change_the_settings(qtbot, app):
    app.window.model.settings_requested.emit({"opacity": 0.8})
    assert app.store.now.opacity == 0.8


def test_a_setting_asks_the_database_nothing_and_an_edit_asks_once_for_undo(qtbot, opened):
    opened.actions["skip"].trigger()  # The first Edit moves the database to its place.
    statements: list[str] = []
    connection = opened.session.project.project._store.connection
    connection.set_trace_callback(statements.append)
    for value in (0.3, 0.6):
        opened.store.change(conf=value, iou=value, opacity=value, live=value > 0.5)
    assert statements == []
    opened.actions["empty"].trigger()
    connection.set_trace_callback(None)
    assert len([x for x in statements if x.lstrip().startswith("WITH done")]) == 1
    assert opened.actions["undo"].text() == "Undo: Mark as empty"


def test_what_a_job_stored_for_another_frame_can_be_undone_there(qtbot, opened):
    other = opened.session.frames.ids[1]
    with Project.open(opened.session.project.place) as project:
        change = partial(set_state, state=SampleState.PREDICTED)
        project.apply(other, Edit("Run net", change))
    opened.session.predictions.batch_stored.emit({other: SampleState.PREDICTED})
    assert not opened.actions["undo"].isEnabled()
    with qtbot.waitSignal(opened.session.annotations.history.changed):
        opened.session.go_to(other)
    assert opened.actions["undo"].text() == "Undo: Run net"
    assert opened.actions["undo"].isEnabled()


def test_a_bug_reaches_the_dialog_and_the_window_goes_on(qtbot, app, caplog):
    def work(progress, cancel):
        raise KeyError("oops")

    job = app.session.jobs.create(work, text="Trying")
    with qtbot.waitSignal(job.ended):
        app.session.jobs.start(job)
    assert app.crash.isVisible()
    assert "KeyError: 'oops'" in app.crash.report.toPlainText()
    app.crash.close()
    assert app.window.isVisible()


def test_a_label_is_added_by_name(qtbot, opened):
    opened.window.labels.add_requested.emit("고양이")
    assert [label.name for label in opened.session.annotations.labels] == ["고양이"]
    assert opened.session.annotations.label_id == opened.session.annotations.labels[0].id


def test_expected_trouble_is_shown_without_a_dialog(qtbot, app):
    app.session.failed.emit(AppError("The disk is full.", hint="Free some space."))
    assert app.window.notice.text == "The disk is full. Free some space."
    assert QApplication.activeModalWidget() is None


def test_help_settings_and_about_open_and_close(qtbot, app):
    for name in ("help", "settings", "about"):
        app.actions[name].trigger()
        dialog = QApplication.activeModalWidget()
        assert dialog is not None, name
        dialog.close()


def test_thousands_of_names_are_listed_quickly(qtbot, app, tmp_path):
    folder = tmp_path / "many"
    first = write_picture(folder / "0.png", (24, 32))
    for number in range(1, 2000):
        os.link(first, folder / f"{number}.png")
    start = time.monotonic()
    open_pictures(qtbot, app, folder)
    assert time.monotonic() - start < 20, "this is no measurement, only a guard"
    assert len(app.session.frames.ids) == 2000


def test_nothing_is_drawn_on_a_preview_and_the_whole_picture_takes_its_place(qtbot, opened):
    canvas, frame = opened.window.canvas, opened.session.frames.frame
    preview = FrameDraft(frame.id, frame.pixels[::2, ::2], frame.size_hw)
    opened.session.frames.preview_shown.emit(preview)
    assert not canvas.is_editable
    assert "preview" in opened.window.statusBar().currentMessage()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton)
    assert "still being read" in opened.window.statusBar().currentMessage()
    view = canvas.view
    opened.session.frames.frame_shown.emit(frame)
    assert canvas.is_editable
    assert canvas.view == view, "the picture stays where it was"
    assert opened.window.statusBar().currentMessage() == ""


def test_the_first_window_fits_a_small_screen(qtbot, store):
    app = App(store)
    room = app.window.screen().availableSize()
    assert app.window.width() <= room.width() or app.window.width() == app.window.minimumWidth()
    assert app.window.height() <= room.height() - app_module.FRAME.height(), "its title bar too"
    app.window.close()
    app.window.deleteLater()


def test_the_strip_is_no_taller_once_its_fields_are_gone(qtbot, app):
    dock = app.window.findChild(QDockWidget, "filmstrip")
    before = dock.height()
    for action in ("order", "search"):
        app.actions[action].trigger()
    qtbot.waitUntil(lambda: dock.height() > before, timeout=PATIENCE_MS)
    app.window.order.hide()
    app.window.search.give_up()
    qtbot.waitUntil(lambda: dock.height() == before, timeout=PATIENCE_MS)
