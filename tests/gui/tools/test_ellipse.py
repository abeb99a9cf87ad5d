"""Ellipses and circles: polygons that look round, in the box that was dragged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.regions.masks import polygon_to_mask
from engine.values import FrameId, Polygon, Sample
from gui.tools.ellipse import MOST, EllipseTool
from gui.tools.scene import PointerEvent, Scene

BLANK = Sample(FrameId("a"), (400, 600))
SCENE = Scene((400, 600), BLANK, label_id=2)


def drawn(start, end, **keys):
    tool = EllipseTool()
    tool.press(PointerEvent(*start, is_pressed=True, **keys), SCENE)
    tool.move(PointerEvent(*end, is_pressed=True, **keys), SCENE)
    edit = tool.release(PointerEvent(*end, **keys), SCENE)
    return tool, None if edit is None else edit(BLANK).annotations[0]


@pytest.mark.parametrize(("end", "across", "down"), [((110, 60), 50, 25), ((410, 310), 200, 150)])
def test_it_has_the_area_of_an_ellipse(end, across, down):
    tool, ellipse = drawn((10, 10), end)
    assert isinstance(ellipse.region, Polygon)
    assert ellipse.label_id == 2
    assert tool.selection == (ellipse.id,)
    pixels = polygon_to_mask(ellipse.region, (400, 600)).pixels.sum()
    assert pixels == pytest.approx(np.pi * across * down, rel=0.02)


def test_with_shift_it_is_a_circle():
    _, circle = drawn((10, 10), (110, 60), shift=True)
    assert np.ptp(circle.region.points_xy, axis=0) == pytest.approx((100, 100), abs=0.5)


def test_a_small_one_has_few_corners():
    few, many = (drawn((0, 0), (side, side))[1].region.points_xy for side in (12, 390))
    assert len(few) < len(many) <= MOST


def test_too_small_it_says_so():
    tool, nothing = drawn((10, 10), (10.5, 10.5))
    assert nothing is None
    assert "Too small" in tool.message


points = st.tuples(st.floats(-50, 650), st.floats(-50, 450))


@given(points, points, st.booleans())
def test_any_drag_gives_one_in_the_picture_or_nothing(start, end, shift):
    _, ellipse = drawn(start, end, shift=shift)
    if ellipse is not None:
        assert (ellipse.region.points_xy >= 0).all()
        assert (ellipse.region.points_xy <= (600, 400)).all()
