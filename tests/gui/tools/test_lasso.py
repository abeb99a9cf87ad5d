import numpy as np

from engine.values import Annotation, Box, FrameId, Mask, Polygon, Sample
from gui.tools.lasso import in_band, in_lasso
from gui.tools.scene import Scene

RNG = np.random.default_rng(3)


def scene_of(count: int) -> Scene:
    """Boxes, triangles and masks here and there."""
    made = []
    for number in range(count):
        x, y = RNG.integers(0, 150, 2).tolist()
        ring = np.array([[x, y], [x + 12, y + 2], [x + 4, y + 14]], np.float32)
        regions = (Box(x, y, x + 9, y + 7), Polygon(ring), Mask(x, y, np.ones((8, 11), np.bool_)))
        made.append(Annotation(regions[number % 3], 1, id=str(number)))
    return Scene((200, 200), Sample(FrameId("a"), (200, 200), tuple(made)))


def test_a_rectangular_lasso_selects_what_the_band_does() -> None:
    scene = scene_of(120)
    for _ in range(20):
        x1, y1 = RNG.uniform(0, 100, 2).tolist()
        x2, y2 = x1 + RNG.uniform(5, 99), y1 + RNG.uniform(5, 99)
        ring = np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32)
        assert in_lasso(ring, scene) == in_band(Box(x1, y1, x2, y2), scene)


def test_a_lasso_leaves_out_what_its_bounds_alone_hold() -> None:
    boxes = (Annotation(Box(10, 10, 20, 20), 1, id="in"), Annotation(Box(70, 70, 80, 80), 1))
    scene = Scene((100, 100), Sample(FrameId("a"), (100, 100), boxes))
    assert in_lasso(np.array([[0, 0], [95, 0], [0, 95]], np.float32), scene) == ("in",)


def test_a_line_without_area_selects_nothing() -> None:
    scene = scene_of(5)
    assert in_lasso(np.array([[0, 5], [50, 5], [99, 5]], np.float32), scene) == ()
    assert in_lasso(np.array([[0, 0], [1, 0], [0, 1]], np.float32), scene) == ()
