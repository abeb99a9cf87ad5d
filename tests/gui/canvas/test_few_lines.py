import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from engine.values import Box, Polygon, Polyline
from gui.canvas.few_lines import draw_few
from gui.canvas.items import Item
from gui.canvas.view import View

RED = (255, 0, 0)
SQUARE = Polygon(np.array([[20, 20], [80, 20], [80, 60], [20, 60]], np.float32))


def painted(item: Item, density: float) -> np.ndarray:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    draw_few(painter, [item], View(), density)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(100, 100, 4)[..., 2::-1].astype(int)


@pytest.mark.parametrize("density", [1.0, 2.0])
@pytest.mark.parametrize("region", [Box(20, 20, 80, 60), SQUARE])
def test_a_line_is_red_between_dark_seams(region: Box | Polygon, density: float) -> None:
    row = painted(Item("a", region, RED), density)[40]
    is_red = (row[:, 0] > 200) & (row[:, 1] < 60)
    assert is_red[19 : 21 + int(density) - 1].any()
    assert (row[14:20].sum(1) < 300).any()
    assert row[50].tolist() == [255, 255, 255]
    assert row[5].tolist() == [255, 255, 255]


def test_a_proposal_has_gaps() -> None:
    along = painted(Item("a", Box(20, 20, 80, 60), RED, is_dashed=True), 1.0)[19:21, 24:76]
    is_white = (along == 255).all(-1).all(0)
    is_red = ((along[..., 0] > 200) & (along[..., 1] < 60)).any(0)
    assert is_white.sum() > 10
    assert is_red.sum() > 20


def test_a_box_of_hardly_a_pixel_is_still_seen() -> None:
    seen = painted(Item("a", Box(50, 50, 50.3, 50.3), RED), 1.0)
    assert ((seen[..., 0] > 200) & (seen[..., 1] < 60)).any()


def test_a_point_is_a_dot_and_a_line_stays_open() -> None:
    seen = painted(Item("a", Polyline([[50, 50]]), RED), 1.0)
    is_red = (seen[..., 0] > 200) & (seen[..., 1] < 60)
    assert 30 < is_red.sum() < 70
    assert is_red[50, 50]
    line = painted(Item("a", Polyline([[20, 20], [80, 20], [80, 60]]), RED), 1.0)
    assert line[40, 50].tolist() == [255, 255, 255]
    assert line[20, 50, 1] < 100
