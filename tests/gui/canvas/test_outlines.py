import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import Box, Polygon, Polyline
from gui.canvas.frame_layer import Buffers
from gui.canvas.items import Item
from gui.canvas.outlines import Outlines, dashes
from gui.canvas.view import Area, View

RED = (255, 0, 0)
AREA = Area(0, 0, 200, 100)


def drawn(outlines: Outlines, view: View) -> np.ndarray:
    """The layer as (h, w, 4): blue, green, red, alpha."""
    layer = np.full((100, 200), 77, np.int32)
    outlines.draw(layer, view, AREA, Buffers())
    return layer.view(np.uint8).reshape(100, 200, 4)


def test_a_box_is_drawn_red_with_a_dark_seam() -> None:
    pixels = drawn(Outlines([Item("a", Box(20, 20, 80, 60), RED)]), View())
    row = pixels[40].tolist()
    assert [0, 0, 255, 255] in row[18:23]
    assert [0, 0, 0, 160] in row[16:24]
    assert row[50] == [0, 0, 0, 0]


def test_crossing_lines_keep_their_colors() -> None:
    items = [Item("a", Box(20, 20, 80, 60), RED), Item("b", Box(50, 30, 120, 90), (0, 255, 0))]
    pixels = drawn(Outlines(items), View()).reshape(-1, 4)
    assert {tuple(p) for p in np.unique(pixels, axis=0).tolist()} == {
        (0, 0, 0, 0), (0, 0, 0, 160), (0, 0, 255, 255), (0, 255, 0, 255)
    }  # fmt: skip


@given(st.floats(0.02, 30), st.floats(-500, 500), st.floats(-500, 500))
def test_every_view_can_be_drawn_and_filled(scale: float, x: float, y: float) -> None:
    angles = np.linspace(0, 6.2, 60)
    ring = np.stack([np.cos(angles), np.sin(angles)], 1) * 40 + 60
    items = [
        Item("a", Polygon(ring), RED),
        Item("b", Box(0, 0, 500, 400), RED, True),
        Item("c", Polygon(ring, (ring / 2 + 30,)), RED),
    ]
    outlines, view = Outlines(items), View(scale, x, y)
    pixels = drawn(outlines, view)
    assert (pixels[..., :3].max(-1) <= pixels[..., 3]).all()  # premultiplied
    ids = np.zeros((100, 200), np.uint8)
    outlines.fill(ids, view, AREA, [1, 0, 3])
    centre_x, centre_y = view.to_screen(22, 60)
    if scale > 0.5 and 0 <= centre_x < 199 and 0 <= centre_y < 99:
        assert ids[int(centre_y), int(centre_x)] in (1, 3)


def test_a_hole_stays_empty() -> None:
    outer = np.array([[10, 10], [90, 10], [90, 90], [10, 90]], np.float32)
    inner = np.array([[40, 40], [60, 40], [60, 60], [40, 60]], np.float32)
    ids = np.zeros((100, 200), np.uint8)
    Outlines([Item("a", Polygon(outer, (inner,)), RED)]).fill(ids, View(), AREA, [5])
    assert ids[50, 50] == 0
    assert ids[20, 50] == 5
    assert ids[50, 95] == 0


def test_dashes_cover_about_half_and_never_jump_between_paths() -> None:
    paths = [
        np.array([[0, 0], [1600, 0], [1600, 1600], [0, 1600]], np.int32),
        np.array([[8000, 0], [9600, 0], [9600, 1600], [8000, 1600]], np.int32),
    ]
    lines = np.array(dashes(paths))
    lengths = np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1)
    assert lengths.max() <= 8 * 16 + 2
    assert 0.4 < lengths.sum() / (8 * 1600) < 0.6


def test_shapes_are_taken_over_when_their_region_did_not_change() -> None:
    kept, gone = Polygon(np.eye(3, 2) * 9), Polygon(np.eye(3, 2) * 5)
    first = Outlines([Item("a", kept, RED), Item("b", gone, RED)])
    second = Outlines([Item("a", kept, RED)], first)
    assert second.known_shapes()[id(kept)] is first.known_shapes()[id(kept)]
    assert len(second) == 1


def test_a_dash_cut_short_at_the_end_of_a_path_stays_on_it() -> None:
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    squares = [(corners * side + at) * 16 for side, at in ((41, 0), (33, 300), (57, 90))]
    lines = np.array(dashes([square.astype(np.int32) for square in squares]))
    assert np.abs(lines[:, 1] - lines[:, 0]).max() <= 9 * 16


def test_dots_show_as_dots_also_at_the_edges() -> None:
    corners = np.array([[0, 0], [3, 0], [3, 3], [0, 3]], np.float32)
    places = ((50, 50), (-1, 20), (198, 98), (100, -2), (120, 30))
    items = [Item(str(n), Polygon(corners + place), RED) for n, place in enumerate(places)]
    items += [Item("large", Box(10, 10, 40, 40), (0, 255, 0))]
    pixels = drawn(Outlines(items), View())
    for x, y in ((51, 51), (0, 21), (199, 99), (101, 0), (121, 31)):
        assert pixels[y, x].tolist() == [0, 0, 255, 255]
    assert pixels[51, 60].tolist() == [0, 0, 0, 0]
    assert [0, 255, 0, 255] in pixels[25, 8:13].tolist()


def test_a_polygon_that_grows_on_the_screen_is_never_lost() -> None:
    corners = np.array([[10, 10], [16, 10], [16, 16], [10, 16]], np.float32)
    outlines = Outlines([Item("a", Polygon(corners), RED)])
    for scale in np.geomspace(0.05, 5, 60):
        assert (drawn(outlines, View(float(scale)))[..., 2] == 255).any(), scale


def test_in_a_great_crowd_larger_ones_are_dots_too_and_none_is_lost() -> None:
    corners = np.array([[0, 0], [6, 0], [6, 6], [0, 6]], np.float32)
    polygon = Polygon(corners + 50)
    alone = drawn(Outlines([Item("a", polygon, RED)]), View())
    crowd = [
        Item(str(n), Polygon(corners + np.array([100, 50])), (0, 255, 0)) for n in range(20_000)
    ]
    among = drawn(Outlines([*crowd, Item("a", polygon, RED)]), View())
    assert alone[53, 53].tolist() != [0, 0, 255, 255]
    assert among[53, 53].tolist() == [0, 0, 255, 255]
    assert among[53, 103].tolist() == [0, 255, 0, 255]


def test_a_line_is_open() -> None:
    pixels = drawn(Outlines([Item("a", Polyline([[20, 20], [80, 20], [80, 60]]), RED)]), View())
    assert (pixels[20, 25:75, 2] == 255).all()
    assert (pixels[40, 20:70] == 0).all(), "nothing closes it, nothing fills it"
    assert (pixels[30:50, 80, 2] == 255).any()


@pytest.mark.parametrize("scale", [0.05, 1, 20])
def test_a_point_is_a_dot_of_the_same_size_at_any_zoom(scale: float) -> None:
    view = View(scale, 50 - 30 * scale, 50 - 30 * scale)
    pixels = drawn(Outlines([Item("a", Polyline([[30, 30]]), RED)]), view)
    ys, xs = np.nonzero(pixels[..., 2] == 255)
    assert len(xs) == (np.ptp(xs) + 1) * (np.ptp(ys) + 1)
    assert 6 <= np.ptp(xs) + 1 <= 9
    assert abs(xs.mean() - 50) < 1.5
    assert abs(ys.mean() - 50) < 1.5
