import numpy as np
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from gui.canvas.pixel_grid import draw_pixel_grid
from gui.canvas.view import View


def drawn(view: View, shade: int = 128) -> np.ndarray:
    """What changed of an even ground, (60, 80)."""
    image = QImage(80, 60, QImage.Format.Format_RGB32)
    image.fill(0xFF000000 | shade * 0x010101)
    painter = QPainter(image)
    draw_pixel_grid(painter, view, (3, 5), (80, 60))
    painter.end()
    seen = np.frombuffer(image.constBits(), np.uint8).reshape(60, 80, 4)[..., 0]
    return seen != shade


def test_up_to_800_percent_there_is_no_grid(qtbot: QtBot) -> None:
    assert not drawn(View(8.0, 4, 4)).any()


def test_lines_lie_where_pixels_meet(qtbot: QtBot) -> None:
    seen = drawn(View(10.0, 4, 6))
    assert np.flatnonzero(seen[11]).tolist() == [4, 14, 24, 34, 44, 54]
    assert np.flatnonzero(seen[:, 9]).tolist() == [6, 16, 26, 36]
    assert not seen[:6].any()
    assert not seen[37:].any()


def test_the_grid_shows_on_black_and_white(qtbot: QtBot) -> None:
    assert drawn(View(10.0, 4, 6), 0).any()
    assert drawn(View(10.0, 4, 6), 255).any()
