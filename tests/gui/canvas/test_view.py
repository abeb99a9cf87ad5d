import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.canvas.view import Area, View, fitted

coordinates = st.floats(-2000, 2000)
views = st.builds(View, st.floats(0.05, 20), coordinates, coordinates)
sizes = st.integers(1, 5000)


@given(views, coordinates, coordinates)
def test_to_the_screen_and_back(view: View, x: float, y: float) -> None:
    assert view.to_frame(*view.to_screen(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(views, st.floats(0.3, 3), coordinates, coordinates)
def test_zooming_keeps_the_point_under_the_mouse(
    view: View, factor: float, x: float, y: float
) -> None:
    zoomed = view.zoomed(factor, x, y)
    slack = 1.0 if zoomed.scale % 1 == 0 else 1e-3
    assert zoomed.to_screen(*view.to_frame(x, y)) == pytest.approx((x, y), abs=slack)


@given(sizes, sizes, st.integers(100, 3000), st.integers(100, 3000))
def test_a_fitted_frame_is_on_the_screen(height: int, width: int, w: int, h: int) -> None:
    view = fitted((height, width), (w, h))
    x1, y1 = view.to_screen(0, 0)
    x2, y2 = view.to_screen(width, height)
    if view.scale > 1 / 256:
        assert x1 >= 7
        assert y1 >= 7
        assert x2 <= w - 7
        assert y2 <= h - 7


@given(views, sizes, sizes)
def test_a_kept_frame_stays_on_the_screen_and_keeping_twice_is_keeping_once(
    view: View, height: int, width: int
) -> None:
    kept = view.kept_visible((height, width), (800, 600))
    assert kept.kept_visible((height, width), (800, 600)) == kept
    assert kept.x < 800
    assert kept.y < 600
    assert kept.x + width * kept.scale > 0


def test_areas() -> None:
    area = Area(2, 3, 10, 10)
    assert area.clipped((8, 5)) == Area(2, 3, 3, 5)
    assert area.clipped((2, 2)).is_empty
    assert area.joined(Area(0, 0, 1, 1)) == Area(0, 0, 12, 13)
    assert area.joined(None) == area
    assert View(0.5, 1, 1).area_on_screen(area, margin=1) == Area(1, 1, 7, 8)
