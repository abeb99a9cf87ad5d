"""Measures a Qt annotation program with a main window and a canvas, whichever Qt it brings.

The program is started by its own `main`, as a person starts it; in place of its event loop runs
what is measured.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from child import median_ms, tell

PATIENCE_S = 60.0
PICTURES = 60
CANVAS_WH = (1280, 900)


class Program(NamedTuple):
    """How this program is asked for what is measured."""

    qt: Any
    """The binding's QtCore, QtGui and QtWidgets as attributes."""
    find_canvas: Callable[[Any], Any]
    open_folder: Callable[[Any, Path], None]
    next_picture: Callable[[Any], None]
    zoom: Callable[[Any, bool], None]


def measure(program: Program, scene: str, files: Path) -> None:
    """Called in place of the event loop, after the main window was shown."""
    window = _main_window(program)
    canvas = program.find_canvas(window)
    if scene == "start":
        tell(scene, {"window.start_at": _painted_at(program, window)})
    _painted_at(program, window)
    if scene == "folder":
        tell(scene, _folder(program, window, canvas, files / "pictures"))
    if scene == "huge":
        seconds = _seconds_to_open(program, window, canvas, files / "huge")
        if canvas.pixmap.width() < 8192:
            raise RuntimeError("the huge picture was refused")
        tell(scene, {"window.open_8192_whole": seconds})
    tell(scene, _polygons(program, window, canvas, files / "crowd"))


def _main_window(program: Program) -> Any:
    widgets = program.qt.QtWidgets.QApplication.topLevelWidgets()
    return next(w for w in widgets if isinstance(w, program.qt.QtWidgets.QMainWindow))


def _painted_at(program: Program, window: Any) -> float:
    """Handle events until the window has been painted; when that was."""
    qt = program.qt
    seen: list[float] = []

    class Filter(qt.QtCore.QObject):  # type: ignore[misc]
        def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802
            if event.type() == qt.QtCore.QEvent.Type.Paint:
                seen.append(time.time())
            return False

    watch = Filter()
    window.installEventFilter(watch)
    end = time.time() + 2
    while not seen and time.time() < end:
        qt.QtWidgets.QApplication.processEvents()
    window.removeEventFilter(watch)
    qt.QtWidgets.QApplication.processEvents()
    return time.time()


def _seconds_to_open(program: Program, window: Any, canvas: Any, folder: Path) -> float:
    start = time.perf_counter()
    program.open_folder(window, folder)
    while canvas.pixmap is None or canvas.pixmap.isNull():
        program.qt.QtWidgets.QApplication.processEvents()
        if time.perf_counter() - start > PATIENCE_S:
            raise RuntimeError("no picture was shown in a minute")
    canvas.repaint()
    return time.perf_counter() - start


def _folder(program: Program, window: Any, canvas: Any, folder: Path) -> dict[str, float]:
    opened = _seconds_to_open(program, window, canvas, folder)
    program.qt.QtWidgets.QApplication.processEvents()
    times = []
    for _ in range(PICTURES):
        start = time.perf_counter()
        program.next_picture(window)
        canvas.repaint()
        times.append(1000 * (time.perf_counter() - start))
    return {"window.open_folder_20000": opened, "window.next_picture": statistics.median(times)}


def _polygons(program: Program, window: Any, canvas: Any, folder: Path) -> dict[str, float]:
    """2,000 polygons beside a picture, in a view as large as ours."""
    core, gui = program.qt.QtCore, program.qt.QtGui
    turn = program.qt.QtWidgets.QApplication.processEvents
    _seconds_to_open(program, window, canvas, folder)
    if len(canvas.shapes) < 2000:
        raise RuntimeError("the polygons were not loaded")
    view = canvas.parentWidget()
    window.showNormal()
    for _ in range(2):  # The first change may move what stands beside the view.
        width, height = (a - b for a, b in zip(CANVAS_WH, _size(view), strict=True))
        window.resize(window.width() + width, window.height() + height)
        turn()
    repaint = median_ms(lambda _: canvas.repaint())

    def hover(number: int) -> None:
        spot = core.QPointF(
            canvas.width() * (0.2 + 0.6 * (number % 8) / 8),
            canvas.height() * (0.3 + 0.4 * (number // 8 % 5) / 5),
        )
        none, kind = core.Qt.MouseButton.NoButton, core.QEvent.Type.MouseMove
        event = gui.QMouseEvent(kind, spot, spot, none, none, core.Qt.KeyboardModifier.NoModifier)
        program.qt.QtWidgets.QApplication.sendEvent(canvas, event)
        turn()

    hovering = median_ms(hover)

    def zoom(number: int) -> None:
        program.zoom(window, number % 2 == 1)
        turn()

    return {
        "canvas.repaint_2000_polygons": repaint,
        "canvas.hover_2000_polygons": hovering,
        "canvas.zoom_2000_polygons": median_ms(zoom),
    }


def _size(widget: Any) -> tuple[int, int]:
    return widget.width(), widget.height()
