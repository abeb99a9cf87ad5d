"""Measures the Canvas where it is hardest: very many objects, very long lines, huge frames."""

from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QPointF

from engine.values import FrameId, Sample
from gui.bench.canvas import (
    LABELS,
    Window,
    crowded_window,
    measure_brush,
    measure_moves,
    median_ms,
    offscreen,
)
from gui.bench.scenes import coast, crowd

GIANT = 20_000
POINTS = 100_000
WIDTHS = (5, 50, 500)
"""Of brushes, in pixels of the frame."""


def crowd_10000() -> Iterator[tuple[str, float]]:
    """10,000 polygons of 50 points on one screen."""
    yield from _measure_crowd(10_000)


def crowd_100000() -> Iterator[tuple[str, float]]:
    """100,000 of them."""
    yield from _measure_crowd(100_000)


def _measure_crowd(count: int) -> Iterator[tuple[str, float]]:
    with crowded_window(crowd(count)) as window:
        for key, value in measure_moves(window):
            yield f"canvas.{key}_{count}_polygons", value
        yield f"canvas.rest_{count}_polygons", _rest(window)


def _rest(window: Window) -> float:
    """What was stretched while the view moved, drawn exactly."""
    canvas = window.canvas

    def step(number: int) -> None:
        canvas.zoom_at(1.02 if number % 2 else 1 / 1.02, QPointF(300, 200))
        canvas.settle()
        canvas.repaint()

    return median_ms(step, count=5)


def long_line() -> Iterator[tuple[str, float]]:
    """One polygon of 100,000 points."""
    with crowded_window([coast(POINTS)]) as window:
        for key, value in measure_moves(window):
            yield f"canvas.{key}_{POINTS}_points", value


def giant() -> Iterator[tuple[str, float]]:
    """A frame of 20,000x20,000 pixels: shown whole, then closer and closer, and moved."""
    pixels = np.zeros((GIANT, GIANT, 3), np.uint8)
    ramp = (np.arange(GIANT) // 80).astype(np.uint8)
    pixels[:, :, 0], pixels[:, :, 1] = ramp, ramp[:, None]
    with Window(1280, 900) as window:
        canvas = window.canvas

        def show(_: int) -> None:
            canvas.set_frame(pixels)
            canvas.set_sample(Sample(FrameId("giant"), (GIANT, GIANT)), LABELS)
            canvas.fit()
            canvas.repaint()

        yield "canvas.show_20000", median_ms(show, count=1)
        times = []
        for scale in (0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.6, 0.9, 1.0):
            canvas.zoom_to(scale)
            canvas.repaint()
            times.append(_pan(window))
        yield "canvas.pan_20000", max(times)


def _pan(window: Window) -> float:
    """The frame moved a little."""

    def step(number: int) -> None:
        window.canvas.pan(QPointF(7 if number % 2 else -7, 3))
        window.canvas.repaint()

    return median_ms(step, count=5)


def brushes() -> Iterator[tuple[str, float]]:
    """Thin and wide brushes on a mask of 8192x8192."""
    for width in WIDTHS:
        step, release = measure_brush(width / 2)
        yield f"canvas.brush_{width}px_8192", step
        yield f"canvas.brush_{width}px_release_8192", release


SCENES: dict[str, Callable[[], Iterator[tuple[str, float]]]] = {
    "crowd_10000": crowd_10000,
    "crowd_100000": crowd_100000,
    "long_line": long_line,
    "giant": giant,
    "brushes": brushes,
}


def measure(scene: str) -> dict[str, float]:
    """The numbers of one scene by the ids of the bench's rows. Times are medians in ms."""
    with offscreen():
        return dict(SCENES[scene]())
