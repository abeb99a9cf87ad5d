"""Measures napari, in its own environment; it needs OpenGL, so a display or Xvfb."""

import time
from typing import Any

import napari
import numpy as np
from child import asked, median_ms, tell
from qtpy.QtCore import QEvent, QObject
from qtpy.QtOpenGLWidgets import QOpenGLWidget
from qtpy.QtWidgets import QApplication, QMainWindow

CANVAS_WH = (1280, 900)


class Paints(QObject):
    """Counts how often a widget was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802
        """Qt: look at every event, and stop none."""
        self.count += event.type() == QEvent.Type.Paint
        return False


def shown_viewer() -> tuple[Any, Any, Any]:
    """The viewer, its window and its canvas, painted."""
    viewer = napari.Viewer(show=True)
    top = QApplication.topLevelWidgets()
    window = next(w for w in top if isinstance(w, QMainWindow) and w.isVisible())
    paints = Paints()
    window.installEventFilter(paints)
    while not paints.count:
        QApplication.processEvents()
    return viewer, window, window.findChild(QOpenGLWidget)


def fit(window: Any, canvas: Any) -> None:
    """A view as large as ours."""
    for _ in range(2):
        width, height = CANVAS_WH[0] - canvas.width(), CANVAS_WH[1] - canvas.height()
        window.resize(window.width() + width, window.height() + height)
        QApplication.processEvents()


def painted(canvas: Any, change: Any) -> None:
    """Change something, and handle events until the canvas has been painted."""
    paints = Paints()
    canvas.installEventFilter(paints)
    change()
    while not paints.count:
        QApplication.processEvents()
    canvas.removeEventFilter(paints)


def polygons(viewer: Any, canvas: Any, crowd: np.ndarray) -> dict[str, float]:
    """2,000 polygons over a picture: painted again, and at another zoom."""
    pixels = np.random.default_rng(7).integers(0, 255, (3000, 4000, 3), dtype=np.uint8)
    viewer.add_image(pixels)
    viewer.add_shapes(list(crowd[..., ::-1]), shape_type="polygon")
    QApplication.processEvents()

    def zoom(number: int) -> None:
        factor = 1.02 if number % 2 else 1 / 1.02
        painted(canvas, lambda: setattr(viewer.camera, "zoom", viewer.camera.zoom * factor))

    return {
        "canvas.repaint_2000_polygons": median_ms(lambda _: painted(canvas, canvas.update)),
        "canvas.zoom_2000_polygons": median_ms(zoom),
    }


def brush(viewer: Any, canvas: Any) -> dict[str, float]:
    """Steps of a stroke of radius 40 on labels that fill an 8192x8192 frame."""
    size = (8192, 8192)
    viewer.add_image(np.full((*size, 3), 90, np.uint8))
    layer = viewer.add_labels(np.tri(*size, dtype=np.uint8))
    layer.brush_size = 80
    QApplication.processEvents()

    def step(number: int) -> None:
        spot = (3000 + 7 * number, 2000 + 20 * number)
        painted(canvas, lambda: layer.paint(spot, 2))

    return {"canvas.brush_8192": median_ms(step, count=40)}


scene, files = asked()
if scene == "start":
    shown_viewer()
    tell(scene, {"window.start_at": time.time()})
viewer, window, canvas = shown_viewer()
fit(window, canvas)
if scene == "polygons":
    tell(scene, polygons(viewer, canvas, np.load(files / "crowd.npy")))
tell(scene, brush(viewer, canvas))
