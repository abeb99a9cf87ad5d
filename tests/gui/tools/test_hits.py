from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.regions.masks import polygon_to_mask
from engine.values import Annotation, Box, FrameId, Mask, Polygon, Polyline, Region, Sample
from gui.tools import hits
from gui.tools.scene import PointerEvent, Scene

points = st.tuples(st.floats(0, 60), st.floats(0, 60))
boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    st.floats(0, 30), st.floats(0, 30), st.floats(1, 30), st.floats(1, 30),
)  # fmt: skip


def scene_of(*regions: Region) -> Scene:
    annotations = tuple(Annotation(r, 1, id=str(n)) for n, r in enumerate(regions))
    return Scene((60, 60), Sample(FrameId("a"), (60, 60), annotations))


@given(boxes, points)
def test_a_box_as_polygon_is_hit_where_the_box_is(box: Box, point: tuple[float, float]) -> None:
    x1, y1, x2, y2 = box.xyxy
    polygon = Polygon(np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32))
    is_inside = x1 + 0.01 < point[0] < x2 - 0.01 and y1 + 0.01 < point[1] < y2 - 0.01
    is_outside = not (x1 - 0.01 < point[0] < x2 + 0.01 and y1 - 0.01 < point[1] < y2 + 0.01)
    for region in (box, polygon):
        if is_inside:
            assert hits.contains(region, point, 0)
        if is_outside:
            assert not hits.contains(region, point, 0)


@given(
    st.lists(points, min_size=3, max_size=8, unique=True), st.integers(0, 59), st.integers(0, 59)
)
def test_a_polygon_is_hit_where_its_mask_has_pixels(
    outline: list[tuple[float, float]], x: int, y: int
) -> None:
    polygon = Polygon(np.array(outline, np.float32))
    centre = (x + 0.5, y + 0.5)
    if hits.edge_distances(polygon.points_xy, centre).min() < 0.01:
        return
    mask = polygon_to_mask(polygon, (60, 60))
    assert hits.contains(polygon, centre, 0) == (
        mask is not None and hits.contains(mask, centre, 0)
    )


@given(st.integers(0, 1000), points, st.floats(0, 8))
def test_of_many_edges_those_around_the_point_tell_whether_one_is_near(
    seed: int, point: tuple[float, float], reach: float
) -> None:
    steps = np.random.default_rng(seed).uniform(-4, 4, (hits.MANY, 2))
    ring = (np.cumsum(steps, axis=0) % 60).astype(np.float32)
    is_near = bool(hits.edge_distances(ring, point).min() <= reach)
    assert hits.is_near(ring, point, reach) == is_near


@given(boxes, points, st.floats(0, 10))
def test_more_reach_never_hits_less(box: Box, point: tuple[float, float], reach: float) -> None:
    if hits.contains(box, point, 0):
        assert hits.contains(box, point, reach)


@given(st.lists(boxes, min_size=1, max_size=6), points)
def test_hits_come_smallest_first_and_are_exactly_those_that_contain_the_point(
    regions: list[Box], point: tuple[float, float]
) -> None:
    scene = scene_of(*regions)
    found = hits.hits(PointerEvent(*point, tolerance=0.0), scene)
    areas = [hits.area_of(a.region) for a in found]
    assert areas == sorted(areas)
    expected = {str(n) for n, box in enumerate(regions) if hits.contains(box, point, 0)}
    # Bounds are float32: a point on the very edge may fall either way.
    sure = {str(n) for n, box in enumerate(regions) if hits.contains(box, point, -0.001)}
    assert sure <= {a.id for a in found} <= expected


def test_of_equal_ones_the_topmost_is_first() -> None:
    scene = scene_of(Box(0, 0, 10, 10), Box(0, 0, 10, 10))
    assert [a.id for a in hits.hits(PointerEvent(5, 5), scene)] == ["1", "0"]


def test_a_hole_is_not_hit() -> None:
    outline = np.array([[0, 0], [40, 0], [40, 40], [0, 40]], np.float32)
    hole = np.array([[10, 10], [30, 10], [30, 30], [10, 30]], np.float32)
    polygon = Polygon(outline, (hole,))
    assert not hits.contains(polygon, (20, 20), 2)
    assert hits.contains(polygon, (11, 20), 2)
    assert hits.area_of(polygon) == 1200


def test_a_mask_is_hit_at_its_pixels_and_within_reach() -> None:
    pixels = np.zeros((10, 10), np.bool_)
    pixels[4, 4] = True
    mask = Mask(20, 20, pixels)
    assert hits.contains(mask, (24.9, 24.1), 0)
    assert not hits.contains(mask, (25.1, 24.1), 0)
    assert hits.contains(mask, (27.5, 24.5), 3)
    assert not hits.contains(mask, (0, 0), 3)


def test_hidden_labels_and_annotations_are_not_hit() -> None:
    scene = scene_of(Box(0, 0, 10, 10))
    assert not hits.hits(PointerEvent(5, 5), scene.changed(visible_ids=frozenset({2})))
    assert not hits.hits(PointerEvent(5, 5), scene.changed(hidden_ids=frozenset({"0"})))


def test_a_corner_handle_wins_over_the_middle_of_a_small_box() -> None:
    box = Box(10, 10, 14, 14)
    assert hits.handle_at(box, PointerEvent(10, 10, tolerance=7)) == "nw"
    assert hits.handle_at(Box(10, 10, 50, 50), PointerEvent(30, 50, tolerance=3)) == "s"
    assert hits.handle_at(Box(10, 10, 50, 50), PointerEvent(30, 30, tolerance=3)) is None


@given(st.lists(points, min_size=1, max_size=6), points, st.floats(0.5, 8))
def test_a_line_is_hit_no_farther_than_the_reach(
    line: list[tuple[float, float]], point: tuple[float, float], reach: float
) -> None:
    array = np.array(line, np.float32)
    shares = np.linspace(0, 1, 200)[:, None]
    along = [a + (b - a) * shares for a, b in pairwise(array.astype(np.float64))]
    nearest = np.linalg.norm(np.concatenate([array, *along]) - point, axis=1).min()
    if abs(nearest - reach) > 0.5:
        assert hits.contains(Polyline(array), point, reach) == (nearest < reach)


def test_a_point_in_a_box_is_met_before_the_box() -> None:
    scene = scene_of(Polyline([[20, 20]]), Box(10, 10, 40, 40), Polyline([[10, 30], [50, 30]]))
    assert [a.id for a in hits.hits(PointerEvent(21, 21), scene)] == ["0", "1"]
    assert [a.id for a in hits.hits(PointerEvent(30, 31), scene)] == ["2", "1"]
    assert [a.id for a in hits.hits(PointerEvent(48, 32), scene)] == ["2"]


def test_no_edge_leads_from_the_end_of_a_line_to_its_start() -> None:
    corner = Polyline([[0, 0], [40, 0], [40, 40]])
    assert hits.edge_at(corner, PointerEvent(20, 20)) is None
    assert hits.edge_at(corner, PointerEvent(20, 1)) == (0, 0)
    assert hits.edge_at(corner, PointerEvent(39, 20)) == (0, 1)
    assert hits.vertex_at(corner, PointerEvent(39, 39)) == (0, 2)
