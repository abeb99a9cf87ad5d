"""Measures the Canvas: repaint, hover, brush, and what lies over a live frame."""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

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
from gui.canvas.canvas import Canvas
from gui.canvas.items import picture_of_prediction
from gui.canvas.overlay import Overlay
from gui.canvas.view import View
from gui.tools.scene import PointerEvent

LABELS = tuple(
    Label(n, f"label {n}", (37 * n % 200 + 40, 91 * n % 200 + 40, 151 * n % 200 + 40))
    for n in range(1, 13)
)


def rows() -> list[dict[str, Any]]:
    """One row for each measurement, as `maskloop bench` prints them. Times are medians in ms."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    tools.load_all()
    try:
        return [
            _row("canvas.repaint_2000_polygons", repaint_polygons(), 20.0, ("labelme", 1360.0)),
            _row("canvas.zoom_2000_polygons", zoom_polygons(), 40.0, ("napari 0.9", 86.0)),
            _row("canvas.hover_2000_polygons", hover_polygons(), 4.0, ("napari 0.9", 97.0)),
            _row("canvas.brush_8192", brush_stroke(), 8.0, ("napari", 12.6)),
            _row("live.overlay_12_objects_1080p", live_overlay(), 5.0, ("supervision", 38.0)),
            _row("live.canvas_1080p", live_frame(), 16.0, None),
        ]
    finally:
        app.processEvents()


def _row(
    row_id: str, milliseconds: float, budget: float, rival: tuple[str, float] | None
) -> dict[str, Any]:
    name, value = rival or (None, None)
    return {
        "id": row_id,
        "value": round(milliseconds, 2),
        "unit": "ms",
        "rival": name,
        "rival_value": value,
        "ratio": None if value is None else round(value / milliseconds, 1),
        "budget": budget,
        "ok": milliseconds <= budget,
    }


def _median_ms(step: Callable[[int], None], *, count: int = 15) -> float:
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


class _Window:
    """A shown Canvas and the picture it is painted into, so that each paint is counted whole."""

    def __init__(self, width: int, height: int) -> None:
        self.canvas = Canvas()
        self.canvas.resize(width, height)
        self.canvas.show()
        QApplication.processEvents()

    def __enter__(self) -> "_Window":
        return self

    def __exit__(self, *_: object) -> None:
        self.canvas.close()
        self.canvas.deleteLater()
        QApplication.sendPostedEvents(self.canvas, QEvent.Type.DeferredDelete)

    def settle(self) -> None:
        """Handle all that waits, painting included."""
        QApplication.processEvents()


def _polygon_window() -> _Window:
    """2,000 polygons of 50 points over 4000x3000 pixels, fitted to 1280x900."""
    random = np.random.default_rng(7)
    angles = np.linspace(0, 2 * np.pi, 50, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (50, 2)
    annotations = []
    for number in range(2000):
        center = random.uniform((80, 80), (3920, 2920))
        radii = random.uniform(20, 60) * random.uniform(0.9, 1.1, (50, 1))
        label = LABELS[number % len(LABELS)].id
        annotations.append(
            Annotation(Polygon((center + circle * radii).astype(np.float32)), label, id=str(number))
        )
    window = _Window(1280, 900)
    pixels = random.integers(0, 255, (3000, 4000, 3), dtype=np.uint8)
    window.canvas.set_frame(pixels)
    sample = Sample(FrameId("bench"), (3000, 4000), tuple(annotations))
    window.canvas.set_tool("select")
    window.canvas.set_sample(sample, LABELS)
    window.settle()
    return window


def repaint_polygons() -> float:
    """The whole canvas painted again, as when another window uncovers it."""
    with _polygon_window() as window:
        return _median_ms(lambda _: window.canvas.repaint())


def zoom_polygons() -> float:
    """The whole canvas at a view not seen before: every layer is made anew."""
    with _polygon_window() as window:

        def step(number: int) -> None:
            window.canvas.zoom_at(1.02 if number % 2 else 1 / 1.02, QPointF(300 + number, 200))
            window.canvas.repaint()

        return _median_ms(step)


def hover_polygons() -> float:
    """The mouse goes from polygon to polygon: found, lit up and painted."""
    with _polygon_window() as window:
        canvas = window.canvas
        shown = canvas.scene.bounds[::40]
        centers = ((shown[:, :2] + shown[:, 2:]) / 2).tolist()

        def step(number: int) -> None:
            x, y = centers[number % len(centers)]
            canvas.hand.hover(PointerEvent(x, y, tolerance=canvas.reach(7)))
            window.settle()

        return _median_ms(step, count=40)


def brush_stroke() -> float:
    """One step of a stroke of radius 40 on a mask that fills an 8192x8192 frame."""
    with _Window(1280, 900) as window:
        canvas = window.canvas
        size = (8192, 8192)
        canvas.set_frame(np.full((*size, 3), 90, np.uint8))
        mask = Annotation(Mask(0, 0, np.tri(*size, dtype=np.bool_)), 1, id="mask")
        canvas.set_sample(Sample(FrameId("bench"), size, (mask,)), LABELS, None, ("mask",))
        canvas.set_tool("brush")
        canvas.set_brush(40.0)
        window.settle()
        canvas.hand.use("press", PointerEvent(2000, 3000, is_pressed=True))

        def step(number: int) -> None:
            canvas.hand.use("move", PointerEvent(2000 + 20 * number, 3000 + 7 * number, True))
            window.settle()

        return _median_ms(step, count=40)


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


def live_overlay() -> float:
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
        painter = QPainter(image)
        overlay.draw(painter, View(), (1920, 1080), QRect(0, 0, 1920, 1080))
        painter.end()

    return _median_ms(step, count=30)


def live_frame() -> float:
    """A new 1080p frame with its twelve objects, shown in a canvas of 1280x720."""
    random = np.random.default_rng(3)
    frames = [random.integers(0, 255, (1080, 1920, 3), dtype=np.uint8) for _ in range(3)]
    predictions = [_prediction(n) for n in range(16)]
    with _Window(1280, 720) as window:

        def step(number: int) -> None:
            window.canvas.set_live(frames[number % 3], predictions[number % 16])
            window.settle()

        return _median_ms(step, count=30)
