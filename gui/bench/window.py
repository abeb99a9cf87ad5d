"""Measures the window: start, a folder, a project of a million regions, a huge picture.

Each function measures one scene and gives its numbers by the ids of the bench's rows.
"""

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gui.bench.application import opened_app, peak_mb, settle, show, wait_for

if TYPE_CHECKING:
    from gui.app import App

STEPS = 60


def start() -> dict[str, float]:
    """Show the window; the moment (`time.time`) when it was first painted."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    with opened_app() as app:

        class FirstPaint(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() is QEvent.Type.Paint:
                    app.window.removeEventFilter(self)
                    QTimer.singleShot(0, self, self.tell)
                return False

            def tell(self) -> None:
                self.told_at = time.time()

        first = FirstPaint()
        app.window.installEventFilter(first)
        show(app)
        wait_for(lambda: hasattr(first, "told_at"))
        return {"window.start_at": first.told_at}


def open_folder(folder: Path) -> dict[str, float]:
    """A folder of pictures: until the first is shown, and from one to the next."""
    with opened_app() as app:
        show(app)
        settle(app)
        frames = app.session.frames
        begin = time.perf_counter()
        app.desk.open_paths([str(folder)])
        wait_for(lambda: frames.frame is not None)
        app.window.canvas.repaint()
        opened = time.perf_counter() - begin
        wait_for(lambda: app.session.project.project is not None)
        step = _next_picture(app)
    return {"window.open_folder_20000": opened, "window.next_picture": step}


def open_large(folder: Path) -> dict[str, float]:
    """A project of very many pictures and regions: the moments (`time.time`) when the first picture
    is shown and when the project is open, and from one picture to the next.
    """
    with opened_app() as app:
        show(app)
        frames, project = app.session.frames, app.session.project
        app.desk.open_paths([str(folder)])
        wait_for(lambda: frames.frame is not None)
        app.window.canvas.repaint()
        first = time.time()
        wait_for(lambda: project.project is not None)
        opened = time.time()
        settle(app)
        step = _next_picture(app)
    return {
        "large.first_picture_at": first,
        "large.opened_at": opened,
        "large.next_picture": step,
    }


def _next_picture(app: "App") -> float:
    """The median of the milliseconds from one picture to the next."""
    frames, times = app.session.frames, []
    for _ in range(STEPS):
        begin = time.perf_counter()
        frames.step(1)
        wait_for(lambda: frames.frame is not None)
        app.window.canvas.repaint()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def open_giant(path: Path) -> dict[str, float]:
    """A JPEG of 20000x20000: until all of it shows, fitted, and a step of panning at 100 %; and the
    memory of both."""
    from PySide6.QtCore import QPointF

    with opened_app() as app:
        app.window.resize(1440, 900)
        show(app)
        settle(app)
        canvas, frames = app.window.canvas, app.session.frames
        begin = time.perf_counter()
        app.desk.open_paths([str(path)])
        wait_for(lambda: frames.frame is not None)
        canvas.repaint()
        whole = time.perf_counter() - begin
        settle(app)
        canvas.zoom_to(1.0)
        times = []
        for _ in range(STEPS):
            begin = time.perf_counter()
            canvas.pan(QPointF(-160, -90))
            canvas.repaint()
            times.append((time.perf_counter() - begin) * 1000)
        canvas.fit()
        canvas.repaint()
        memory = peak_mb()
    return {
        "canvas.open_20000": whole,
        "canvas.pan_20000_file": statistics.median(times),
        "memory.giant_file": memory,
    }


def open_huge(path: Path) -> dict[str, float]:
    """A JPEG of 8192x8192: until something of it shows, and until all of it does, against what
    OpenCV needs for the pixels alone."""
    import cv2

    with opened_app() as app:
        show(app)
        settle(app)
        canvas, frames = app.window.canvas, app.session.frames
        begin = time.perf_counter()
        app.desk.open_paths([str(path)])
        wait_for(lambda: canvas.scene.size_hw > (1, 1))
        canvas.repaint()
        shown = time.perf_counter() - begin
        wait_for(lambda: frames.frame is not None)
        canvas.repaint()
        whole = time.perf_counter() - begin
        memory = peak_mb()  # Before the decoder alone adds its own.
        decoding = []
        for _ in range(5):
            begin = time.perf_counter()
            cv2.imread(str(path), cv2.IMREAD_COLOR)
            decoding.append(time.perf_counter() - begin)
    return {
        "window.open_8192": shown,
        "window.open_8192_whole": whole,
        "window.open_8192_to_decoder": whole / statistics.median(decoding),
        "memory.huge": memory,
    }
