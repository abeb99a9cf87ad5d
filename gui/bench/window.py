"""Measures the window: start, a folder of 20,000 pictures, the next one, a huge picture.

Each function measures one scene and gives its numbers by the ids of the bench's rows.
"""

import statistics
import time
from pathlib import Path

from gui.bench.application import opened_app, peak_mb, settle, show, wait_for

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
        times = []
        for _ in range(STEPS):
            begin = time.perf_counter()
            frames.step(1)
            wait_for(lambda: frames.frame is not None)
            app.window.canvas.repaint()
            times.append((time.perf_counter() - begin) * 1000)
    return {"window.open_folder_20000": opened, "window.next_picture": statistics.median(times)}


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
