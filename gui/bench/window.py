"""Measures the window: start, a folder of 20,000 pictures, the next one, a huge picture."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from engine.bench.registry import Row
from gui.bench.application import opened_app, show, wait_for

STARTS = 3
PICTURES = 20_000
STEPS = 60
HUGE = 8192


def start_rows() -> list[Row]:
    """From the command to the first painted window, each time in a new process."""
    code = "from gui.bench.window import paint_once; paint_once()"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    seconds = []
    for _ in range(STARTS):
        start = time.time()
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        seconds.append(float(done.stdout.split()[-1]) - start)
    rival = "labelme, measured earlier"
    return [Row("window.start", statistics.median(seconds), "s", rival, 0.67, 1.0)]


def paint_once() -> None:
    """In a process of its own: show the window, print the time of its first paint, and end."""
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
        sys.stdout.write(f"{first.told_at}\n")


def folder_rows() -> list[Row]:
    """A folder of 20,000 pictures: until the first is shown, and from one to the next."""
    from gui.bench.scenes import fill_folder

    with tempfile.TemporaryDirectory() as name, opened_app() as app:
        folder = fill_folder(Path(name) / "pictures", PICTURES, (640, 480))
        show(app)
        frames = app.session.frames
        start = time.perf_counter()
        app.desk.open_paths([str(folder)])
        wait_for(lambda: frames.frame is not None)
        app.window.canvas.repaint()
        opened = time.perf_counter() - start
        wait_for(lambda: len(frames.ids) == PICTURES)
        times = []
        for _ in range(STEPS):
            start = time.perf_counter()
            frames.step(1)
            wait_for(lambda: frames.frame is not None)
            app.window.canvas.repaint()
            times.append((time.perf_counter() - start) * 1000)
    rival = "labelme, measured earlier"
    return [
        Row("window.open_folder_20000", opened, "s", rival, 1.16, 0.5),
        Row("window.next_picture", statistics.median(times), "ms", rival, 25.9, 10.0),
    ]


def huge_rows() -> list[Row]:
    """A JPEG of 8192x8192: until something of it shows, and until all of it does."""
    import cv2

    from gui.bench.scenes import soft_picture

    with tempfile.TemporaryDirectory() as name, opened_app() as app:
        path = Path(name) / "huge.jpg"
        cv2.imwrite(str(path), soft_picture((HUGE, HUGE), blot=16))
        show(app)
        canvas, frames = app.window.canvas, app.session.frames
        start = time.perf_counter()
        app.desk.open_paths([str(path)])
        wait_for(lambda: canvas.scene.size_hw == (HUGE, HUGE))
        canvas.repaint()
        shown = time.perf_counter() - start
        wait_for(lambda: frames.frame is not None)
        canvas.repaint()
        whole = time.perf_counter() - start
    rows = (("window.open_8192", shown, 0.3), ("window.open_8192_whole", whole, 1.2))
    return [Row(name, seconds, "s", budget=budget) for name, seconds, budget in rows]
