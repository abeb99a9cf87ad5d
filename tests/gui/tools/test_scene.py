import numpy as np

from engine.values import Annotation, Box, FrameId, Sample
from gui.tools.scene import Scene

LOW = Annotation(Box(0, 0, 10, 10), 1, z=5, id="high")
TOP = Annotation(Box(5, 5, 20, 30), 2, z=1, id="low")
WAITING = Annotation(Box(1, 1, 3, 3), 1, score=0.5, z=9, id="waiting")
SAMPLE = Sample(FrameId("a"), (50, 50), (LOW, TOP), (WAITING,))


def test_what_is_shown_is_in_drawing_order_proposals_below() -> None:
    assert [a.id for a in Scene((50, 50), SAMPLE).shown] == ["waiting", "low", "high"]


def test_a_changed_scene_keeps_or_renews_what_was_worked_out() -> None:
    scene = Scene((50, 50), SAMPLE)
    before = scene.bounds
    assert scene.changed(selection=("low",)).bounds is before
    fewer = scene.changed(sample=Sample(FrameId("a"), (50, 50), (TOP,)))
    assert fewer.bounds.tolist() == [[5, 5, 20, 30]]
    np.testing.assert_array_equal(scene.bounds, before)


def test_points_are_moved_into_the_frame() -> None:
    assert Scene((50, 60)).clipped((-3, 99)) == (0, 50)
