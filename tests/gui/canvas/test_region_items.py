from itertools import pairwise
from weakref import ref

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.click.question import Click
from engine.values import Box, Mask, Polygon
from gui.canvas.region_items import TINT, RegionPainter, contours_of
from gui.canvas.view import View
from gui.tools.hits import ring_area
from gui.tools.registry import Preview


@given(arrays(np.bool_, (6, 7)), st.integers(0, 50))
def test_the_outline_of_a_small_mask_follows_its_pixels(pixels: np.ndarray, left: int) -> None:
    rings = contours_of(Mask(left, 3, pixels))
    if pixels.any():
        points = np.concatenate(rings)
        ys, xs = np.nonzero(pixels)
        assert points.min(0).tolist() == [xs.min() + left, ys.min() + 3]
        assert points.max(0).tolist() == [xs.max() + left + 1, ys.max() + 4]
    else:
        assert not rings


def test_the_outline_of_a_large_mask_is_close() -> None:
    yy, xx = np.mgrid[:3000, :3000]
    (ring,) = contours_of(Mask(10, 20, (yy - 1500) ** 2 + (xx - 1500) ** 2 < 1400**2))
    assert abs(ring_area(ring) / (np.pi * 1400**2) - 1) < 0.01
    assert len(ring) < 5000


def test_the_outline_of_a_moved_mask_goes_along() -> None:
    painter, mask = RegionPainter(), Mask(0, 0, np.ones((4, 4), np.bool_))
    (before,) = painter.rings(mask)
    (after,) = painter.rings(Mask(10, 20, mask.pixels))
    np.testing.assert_array_equal(after, before + np.array([10, 20]))


def test_an_outline_that_is_kept_keeps_no_pixels() -> None:
    painter, mask = RegionPainter(), Mask(0, 0, np.ones((4, 4), np.bool_))
    painter.rings(mask)
    pixels = ref(mask.pixels)
    del mask
    assert pixels() is None


def test_the_area_to_paint_again_holds_region_and_handles() -> None:
    area = RegionPainter().bounds(Box(10, 10, 20, 30), View(2, 5, 5))
    assert area.x <= 25 - 6
    assert area.y <= 25 - 6
    assert area.x + area.width >= 45 + 6
    assert area.y + area.height >= 65 + 6


def test_a_mask_in_the_making_is_tinted_but_for_its_holes_and_clicks_are_told_apart(qapp) -> None:
    pixels = np.ones((40, 60), np.bool_)
    pixels[10:30, 20:40] = False
    clicks = Click(10, 10), Click(70, 50, False)
    image = QImage(100, 80, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    preview = Preview(regions=(Mask(5, 5, pixels),), clicks=clicks)
    RegionPainter().preview(painter, preview, (0, 0, 255), View())
    painter.end()
    assert image.pixelColor(50, 30).blue() == TINT
    assert image.pixelColor(35, 25) == QColor(0, 0, 0)  # A hole is none of it.
    assert image.pixelColor(12, 12).green() > image.pixelColor(12, 12).red()
    assert image.pixelColor(72, 52).red() > image.pixelColor(72, 52).green()


def test_a_line_of_thousands_of_points_looks_like_a_short_one(qtbot: QtBot) -> None:
    corners = np.array([[20, 20], [80, 20], [80, 80], [20, 80]], np.float32)
    steps = np.linspace(0, 1, 1000, endpoint=False, dtype=np.float32)[:, None]
    long = np.concatenate([a + steps * (b - a) for a, b in pairwise([*corners, corners[0]])])
    seen = []
    for points in (corners, long):
        image = QImage(100, 100, QImage.Format.Format_RGB32)
        image.fill(0xFF808080)
        painter = QPainter(image)
        RegionPainter().selected(painter, Polygon(points), (255, 0, 0), View())
        painter.end()
        seen.append(np.frombuffer(image.constBits(), np.uint8).reshape(100, 100, 4).astype(int))
    short_line, long_line = seen
    assert np.abs(short_line - long_line).mean() < 16
    assert (np.abs(short_line - long_line)[30:70, 30:70] == 0).all()
    reds = [np.flatnonzero((s[50, :40, 2] > 200) & (s[50, :40, 1] < 80)) for s in seen]
    assert reds[1].size
    assert abs(reds[0].mean() - reds[1].mean()) <= 1
