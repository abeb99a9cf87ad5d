"""Measures the Canvas: repaint, hover, brush, and what lies over a live frame."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from engine.annotations.edits import Edit
from engine.values import (
    Annotation,
    Box,
    Detection,
    FrameId,
    Label,
    Mask,
    Polygon,
    Prediction,
    Sample,
)
from gui import tools
from gui.bench.scenes import CROWD_WH, crowd
from gui.canvas.canvas import Canvas
from gui.canvas.items import picture_of_prediction
from gui.canvas.overlay import Overlay
from gui.canvas.view import View
from gui.tools.scene import PointerEvent

LABELS = tuple(
    Label(n, f"label {n}", (37 * n % 200 + 40, 91 * n % 200 + 40, 151 * n % 200 + 40))
    for n in range(1, 13)
)
STROKES = 6


def measure(scene: str) -> dict[str, float]:
    """The numbers of one scene by the ids of the bench's rows. Times are medians in ms."""
    with offscreen():
        return {row: value for measure in _SCENES[scene] for row, value in measure().items()}


@contextmanager
def offscreen() -> Iterator[None]:
    """An application without a display, and the tools."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    tools.load_all()
    try:
        yield
    finally:
        app.processEvents()


def median_ms(step: Callable[[int], None], *, count: int = 15) -> float:
    """The median time of a step; the best of three rounds, as other programs share the machine."""
    step(0)
    medians = []
    for first in (1, 1 + count, 1 + 2 * count):
        times = []
        for number in range(first, first + count):
            start = time.perf_counter()
            step(number)
            times.append(time.perf_counter() - start)
        medians.append(statistics.median(times))
    return min(medians) * 1000


class Window:
    """A shown Canvas and the picture it is painted into, so that each paint is counted whole."""

    def __init__(self, width: int, height: int) -> None:
        self.canvas = Canvas()
        self.canvas.resize(width, height)
        self.canvas.show()
        QApplication.processEvents()

    def __enter__(self) -> "Window":
        return self

    def __exit__(self, *_: object) -> None:
        self.canvas.close()
        self.canvas.deleteLater()
        QApplication.sendPostedEvents(self.canvas, QEvent.Type.DeferredDelete)

    def settle(self) -> None:
        """Handle all that waits, painting included."""
        QApplication.processEvents()


def crowded_window(polygons: Sequence[NDArray[np.float32]]) -> Window:
    """These polygons over 4000x3000 pixels, fitted to 1280x900."""
    annotations = tuple(
        Annotation(Polygon(points), LABELS[number % len(LABELS)].id, id=str(number))
        for number, points in enumerate(polygons)
    )
    width, height = CROWD_WH
    window = Window(1280, 900)
    pixels = np.random.default_rng(7).integers(0, 255, (height, width, 3), dtype=np.uint8)
    window.canvas.set_frame(pixels)
    sample = Sample(FrameId("bench"), (height, width), annotations)
    window.canvas.set_tool("select")
    window.canvas.set_sample(sample, LABELS)
    window.settle()
    return window


def polygons() -> dict[str, float]:
    """2,000 polygons of 50 points."""
    with crowded_window(crowd()) as window:
        return {f"canvas.{key}_2000_polygons": value for key, value in measure_moves(window)}


def measure_moves(window: Window) -> Iterator[tuple[str, float]]:
    """Repaint, hover and zoom of what is shown."""
    canvas = window.canvas
    yield "repaint", median_ms(lambda _: canvas.repaint())
    shown = canvas.scene.bounds[:: max(len(canvas.scene.bounds) // 50, 1)]
    centers = ((shown[:, :2] + shown[:, 2:]) / 2).tolist()

    def hover(number: int) -> None:
        # One polygon alone would be lit up once and for all: every other place is beside it.
        x, y = centers[number % len(centers)] if len(centers) > 1 or number % 2 else (-50, -50)
        canvas.hand.hover(PointerEvent(x, y, tolerance=canvas.reach(7)))
        window.settle()

    def zoom(number: int) -> None:
        canvas.zoom_at(1.02 if number % 2 else 1 / 1.02, QPointF(300 + number, 200))
        canvas.repaint()

    yield "hover", median_ms(hover, count=40)
    canvas.hand.hover(None)
    yield "zoom", median_ms(zoom)


def brush_stroke() -> dict[str, float]:
    """A brush of radius 40."""
    step, release = measure_brush(40.0)
    return {"canvas.brush_8192": step, "canvas.brush_release_8192": release}


def measure_brush(radius: float) -> tuple[float, float]:
    """Steps of strokes on a mask that fills an 8192x8192 frame, and their release, until the new
    mask is painted."""
    with Window(1280, 900) as window:
        canvas = window.canvas
        size = (8192, 8192)
        canvas.set_frame(np.full((*size, 3), 90, np.uint8))
        mask = Annotation(Mask(0, 0, np.tri(*size, dtype=np.bool_)), 1, id="mask")
        canvas.set_sample(Sample(FrameId("bench"), size, (mask,)), LABELS, None, ("mask",))
        canvas.set_tool("brush")
        canvas.set_brush(radius)

        def show(edit: Edit) -> None:
            canvas.set_sample(edit(canvas.scene.sample), LABELS, None, ("mask",))

        canvas.edit_made.connect(show)
        window.settle()
        steps, releases = zip(*(_stroke(window, number) for number in range(STROKES)), strict=True)
    return min(steps), statistics.median(releases[1:])


def _stroke(window: Window, number: int) -> tuple[float, float]:
    """The median of a stroke's steps, and its release, in ms."""
    hand, x, y = window.canvas.hand, 2000, 3000 + 200 * number
    hand.use("press", PointerEvent(x, y, is_pressed=True))
    times = []
    for step in range(1, 41):
        start = time.perf_counter()
        hand.use("move", PointerEvent(x + 20 * step, y + 7 * step, True))
        window.settle()
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    hand.use("release", PointerEvent(x + 800, y + 280))
    window.settle()
    return 1000 * statistics.median(times), 1000 * (time.perf_counter() - start)


def _prediction(number: int) -> Prediction:
    """Twelve objects on a 1080p frame, each with mask, box and score, moving with `number`."""
    yy, xx = np.mgrid[:240, :260]
    disc = Mask(0, 0, ((yy - 120) / 118) ** 2 + ((xx - 130) / 128) ** 2 < 1).pixels
    detections = []
    for n in range(12):
        left, top = 40 + n % 4 * 460 + number % 20, 60 + n // 4 * 330
        score = 0.5 + (n * 7 + number) % 50 / 100
        box = Box(left, top, left + 260, top + 240)
        detections.append(Detection(Mask(left, top, disc), n + 1, score))
        detections.append(Detection(box, n + 1, score, track=n))
    return Prediction(FrameId("bench", number), (1080, 1920), LABELS, tuple(detections))


def live_overlay() -> dict[str, float]:
    """Masks, boxes and captions of twelve objects painted over a 1080p frame at 100 %."""

    overlay = Overlay()
    predictions = [_prediction(n) for n in range(16)]
    image = QImage(1920, 1080, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGray)

    def step(number: int) -> None:
        picture = picture_of_prediction(predictions[number % 16])
        # One caption for mask and box together.
        items = (replace(i, caption="") if isinstance(i.region, Mask) else i for i in picture.items)
        overlay.set_picture(replace(picture, items=tuple(items)))
        with QPainter(image) as painter:
            overlay.draw(painter, View(), (1920, 1080), QRect(0, 0, 1920, 1080))

    return {"canvas.overlay_12_objects_1080p": median_ms(step, count=30)}


def live_frame() -> dict[str, float]:
    """A new 1080p frame with its twelve objects, shown in a canvas of 1280x720."""
    random = np.random.default_rng(3)
    frames = [random.integers(0, 255, (1080, 1920, 3), dtype=np.uint8) for _ in range(3)]
    predictions = [_prediction(n) for n in range(16)]
    with Window(1280, 720) as window:

        def step(number: int) -> None:
            window.canvas.set_live(frames[number % 3], predictions[number % 16])
            window.settle()

        return {"canvas.canvas_1080p": median_ms(step, count=30)}


_SCENES = {
    "polygons": (polygons,),
    "brush": (brush_stroke,),
    "overlay": (live_overlay, live_frame),
}
