import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.values import Box, Polyline
from gui.canvas.captions import CROWD, Captions, _free_place, text_color
from gui.canvas.few_lines import DOT
from gui.canvas.items import Item
from gui.canvas.view import Area, View
from gui.tools.scene import bounds_of

RED = (255, 0, 0)


def painted(items: list[Item], view: View) -> np.ndarray:
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    bounds = np.array([bounds_of(item.region) for item in items], np.float32)
    Captions().draw(painter, items, bounds, view, Area(0, 0, 200, 100))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(100, 200, 4)[..., 2] > 200


def test_a_caption_stands_above_its_region(qtbot: QtBot) -> None:
    seen = painted([Item("a", Box(50, 50, 150, 90), RED, caption="세포")], View())
    rows, columns = np.nonzero(seen)
    assert rows.max() < 50
    assert columns.min() >= 50


@pytest.mark.parametrize("top", [0, -40])
def test_without_room_above_it_stands_inside_the_screen(top: int, qtbot: QtBot) -> None:
    seen = painted([Item("a", Box(50, top, 150, 90), RED, caption="cell")], View())
    assert seen.any()
    assert np.nonzero(seen)[0].min() >= 0


def test_small_and_far_regions_have_none(qtbot: QtBot) -> None:
    item = Item("a", Box(50, 50, 150, 90), RED, caption="cell")
    assert not painted([item], View(0.1)).any()
    assert not painted([item], View(1, 500, 0)).any()


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
def test_a_point_has_one_above_its_dot_at_any_zoom(scale: float, qtbot: QtBot) -> None:
    point = Item("a", Polyline(np.array([[4, 4]], np.float32)), RED, caption="eye")
    seen = painted([point], View(scale, 60 - 4 * scale, 60 - 4 * scale))  # The dot is at 60, 60.
    rows, columns = np.nonzero(seen)
    assert 30 < rows.min() < rows.max() < 60 - DOT
    assert columns.min() >= 60 - 2 * DOT
    assert not painted([point], View(scale, 500, 0)).any()


@pytest.mark.parametrize(("count", "shown"), [(CROWD, True), (CROWD + 1, False)])
def test_captions_do_not_bury_a_crowd(count: int, shown: bool, qtbot: QtBot) -> None:
    small = [Item(str(n), Box(2, 60, 18, 76), RED, caption="cell") for n in range(count)]
    assert painted(small, View()).any() is np.bool_(shown)


def test_captions_never_cover_each_other() -> None:
    placed: list[QRect] = []
    for _ in range(12):
        rect = _free_place(QSize(40, 12), [10.0, 30.0, 90.0, 80.0], placed)
        if rect is not None:
            assert not any(rect.intersects(other) for other in placed)
            placed.append(rect)
    assert 2 <= len(placed) < 12


def test_text_can_be_read_on_any_color() -> None:
    assert text_color((255, 255, 0)).lightness() == 0
    assert text_color((0, 0, 120)).lightness() == 255


def test_what_was_accepted_has_a_tick_and_room_for_it(qtbot: QtBot) -> None:
    captions = Captions()
    plain, ticked = captions.plate("cell", RED), captions.plate("cell", RED, has_tick=True)
    assert ticked.width() > plain.width()
    assert ticked.height() == plain.height()
