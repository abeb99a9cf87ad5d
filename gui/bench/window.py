"""Measures the window: start, a folder of 20,000 pictures, the next one, and the live rate."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.bench.registry import Row
from engine.errors import ProjectError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.pipeline.live import LiveResult
    from engine.pipeline.pipeline import Pipeline
    from gui.app import App

STARTS = 3
PICTURES = 20_000
STEPS = 60
HUGE = 8192
LIVE_SECONDS = 5.0
ROUNDS = 3
PATIENCE_S = 60.0


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

    with _app() as app:

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
        _show(app)
        _wait(lambda: hasattr(first, "told_at"))
        sys.stdout.write(f"{first.told_at}\n")


def folder_rows() -> list[Row]:
    """A folder of 20,000 pictures: until the first is shown, and from one to the next."""
    with tempfile.TemporaryDirectory() as name, _app() as app:
        folder = Path(name) / "pictures"
        _fill(folder)
        _show(app)
        frames = app.session.frames
        start = time.perf_counter()
        app.desk.open_paths([str(folder)])
        _wait(lambda: frames.frame is not None)
        app.window.canvas.repaint()
        opened = time.perf_counter() - start
        _wait(lambda: len(frames.ids) == PICTURES)
        times = []
        for _ in range(STEPS):
            start = time.perf_counter()
            frames.step(1)
            _wait(lambda: frames.frame is not None)
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
    import numpy as np

    small = np.random.default_rng(0).integers(0, 255, (HUGE // 16, HUGE // 16, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as name, _app() as app:
        path = Path(name) / "huge.jpg"
        cv2.imwrite(str(path), cv2.resize(small, (HUGE, HUGE), interpolation=cv2.INTER_CUBIC))
        _show(app)
        canvas, frames = app.window.canvas, app.session.frames
        start = time.perf_counter()
        app.desk.open_paths([str(path)])
        _wait(lambda: canvas.scene.size_hw == (HUGE, HUGE))
        canvas.repaint()
        shown = time.perf_counter() - start
        _wait(lambda: frames.frame is not None)
        canvas.repaint()
        whole = time.perf_counter() - start
    rows = (("window.open_8192", shown, 0.3), ("window.open_8192_whole", whole, 1.2))
    return [Row(name, seconds, "s", budget=budget) for name, seconds, budget in rows]


def live_rows() -> list[Row]:
    """Predicted frames a second in the window, against the pipeline alone on the same frames."""
    with tempfile.TemporaryDirectory() as name, _app() as app:
        video, weights = _write_video(Path(name) / "v.mp4"), _write_weights(Path(name))
        _show(app)
        session = app.session
        session.load_weights(str(weights))
        _wait(lambda: session.weights.loaded is not None)
        loaded = session.weights.loaded
        assert loaded is not None
        frames = _read(video)
        pairs = []
        for _ in range(ROUNDS):
            # Before and after, as the machine's own speed drifts.
            before = _bare_rate(loaded.pipeline, frames)
            counter = _Counter()
            session.live.shown.connect(counter.note)
            session.open_live(str(video))
            _wait(lambda c=counter: c.seconds > LIVE_SECONDS)  # type: ignore[misc]
            session.live.close()
            pairs.append((counter.rate, (before + _bare_rate(loaded.pipeline, frames)) / 2))
    live, bare = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    rival = "the pipeline alone in a loop on the same frames"
    return [
        Row("live.window_rate", live, "frames/s", rival, bare, more_is_better=True),
        Row("live.window_to_backend_rate", ratio, "", rival, 1.0, 0.95, more_is_better=True),
    ]


def _bare_rate(pipeline: "Pipeline", frames: "list[NDArray[np.uint8]]") -> float:
    """Frames a second of the pipeline alone."""
    pipeline.warm_up()
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < LIVE_SECONDS:
        pipeline.infer(frames[count % len(frames)])
        count += 1
    return count / (time.perf_counter() - start)


class _Counter:
    """When each predicted frame was shown."""

    def __init__(self) -> None:
        self._times: list[float] = []

    def note(self, shot: "LiveResult") -> None:
        """One frame more."""
        if shot.prediction is not None:
            self._times.append(time.perf_counter())

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return self._times[-1] - self._times[0] if self._times else 0.0

    @property
    def rate(self) -> float:
        """Frames a second."""
        return (len(self._times) - 1) / self.seconds


@contextmanager
def _app() -> Iterator["App"]:
    """The whole application, with settings of its own, closed at the end."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from gui.app import App, drop_foreign_qt
    from gui.settings import SettingsStore

    drop_foreign_qt()
    qt = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as settings:
        app = App(SettingsStore(Path(settings)))
        yield app
        app.window.close()
        qt.processEvents()


def _show(app: "App") -> None:
    from gui.app import Opening

    app.show(Opening())
    _turn()


def _turn() -> None:
    from PySide6.QtCore import QCoreApplication, QEventLoop

    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def _wait(is_there: Callable[[], bool]) -> None:
    """Handle events until something is there; asleep in between, as the real event loop is."""
    from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

    kinds = QEventLoop.ProcessEventsFlag
    heartbeat = QTimer()
    heartbeat.start(50)  # so that the time limit is looked at even when nothing happens
    end = time.perf_counter() + PATIENCE_S
    while not is_there():
        QCoreApplication.processEvents(kinds.AllEvents | kinds.WaitForMoreEvents)
        if time.perf_counter() > end:
            raise ProjectError("The window did not answer in a minute.", hint="Measure again.")


def _fill(folder: Path) -> None:
    """PICTURES names for a few files of 640x480."""
    import cv2
    import numpy as np

    folder.mkdir()
    rng = np.random.default_rng(0)
    originals = []
    for number in range(8):
        small = rng.integers(0, 255, (48, 64, 3), dtype=np.uint8)
        path = folder.parent / f"{number}.jpg"
        cv2.imwrite(str(path), cv2.resize(small, (640, 480), interpolation=cv2.INTER_CUBIC))
        originals.append(path)
    for number in range(PICTURES):
        os.link(originals[number % len(originals)], folder / f"{number:06d}.jpg")


def _write_video(path: Path) -> Path:
    """Twelve seconds at 30 frames a second, as a camera gives them."""
    import cv2
    import numpy as np

    from engine.sources.video_writer import VideoWriter

    small = np.random.default_rng(0).integers(0, 255, (36, 80, 3), dtype=np.uint8)
    wide = cv2.resize(small, (1280, 360), interpolation=cv2.INTER_CUBIC)
    writer = VideoWriter(path, 30.0, (360, 640))
    for number in range(30 * 12):
        left = number % 640
        writer.write(np.ascontiguousarray(wide[:, left : left + 640]))
    writer.close()
    return path


def _read(video: Path) -> list["NDArray[np.uint8]"]:
    """Every tenth frame."""
    from engine.open import open_source

    source = open_source(video)
    frames = [source.read(index).pixels for index in range(0, 300, 10)]
    source.close()
    return frames


def _write_weights(folder: Path) -> Path:
    """A U-Net 32 for 256x256: the bundled one, whose masks are as smooth as masks are, or else one
    of random numbers, which is as fast."""
    from dataclasses import replace

    from engine.preprocess import Preprocessing
    from engine.values import Label
    from engine.weights.build import build
    from engine.weights.card import Card
    from engine.weights.library import bundled
    from engine.weights.load import load
    from engine.weights.weights import save
    from models.task import Task

    found = [path for path in bundled() if "unet32" in path.stem]
    if found:
        weights = load(found[0])
        module, card = weights.module, weights.card
        card = replace(card, preprocessing=replace(card.preprocessing, size_hw=(256, 256)))
    else:
        labels = (Label(0, "background", (0, 0, 0)), Label(1, "object", (255, 90, 0)))
        card = Card("unet32", Task.SEMANTIC, labels, Preprocessing((256, 256)))
        module = build(card)
    path = folder / "bench-unet32.safetensors"
    save(path, module.state_dict(), card)
    return path
