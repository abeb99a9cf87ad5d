"""Split: what a line cuts, and what is said where it cuts nothing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.values import Annotation, Box, FrameId, Mask, Sample
from gui.tools.registry import NOTHING
from gui.tools.scene import PointerEvent, Scene
from gui.tools.split import SplitTool

OLD = Annotation(Mask(10, 10, np.ones((20, 20), np.bool_)), 2, id="old")
OTHER = Annotation(Mask(35, 10, np.ones((20, 20), np.bool_)), 1, id="other")
BOX = Annotation(Box(5, 32, 30, 39), 1, id="box")
SAMPLE = Sample(FrameId("a"), (40, 60), (OLD, OTHER, BOX))
SCENE = Scene((40, 60), SAMPLE)


def line(scene, start, end, **keys):
    tool = SplitTool()
    tool.press(PointerEvent(*start, is_pressed=True, **keys), scene)
    tool.move(PointerEvent(*end, is_pressed=True, **keys), scene)
    assert tool.preview.line[0] == start
    edit = tool.release(PointerEvent(*end, **keys), scene)
    assert tool.preview == NOTHING
    return tool, scene.sample if edit is None else edit(scene.sample)


def test_the_object_under_the_line_becomes_two_of_its_label():
    _, after = line(SCENE, (8, 19), (32, 19))
    assert len(after.annotations) == 4
    new = after.annotations[-1]
    assert new.label_id == 2
    assert new.region.pixels.sum() + after.find("old").region.pixels.sum() == 400
    assert after.find("other") == OTHER


def test_what_is_selected_is_cut_and_nothing_else():
    _, after = line(SCENE.changed(selection=("other",)), (0, 19), (59, 19))
    assert after.find("old") == OLD
    assert len(after.annotations) == 4
    _, after = line(SCENE.changed(selection=("old", "other")), (0, 19), (59, 19))
    assert len(after.annotations) == 5


def test_with_shift_the_line_is_level():
    _, after = line(SCENE, (8, 19), (32, 21), shift=True)
    assert after.find("old").region.pixels.shape[1] == 20
    assert after.annotations[-1].region.pixels.all()


def test_it_says_why_nothing_is_cut():
    for start, end, text in (
        ((8, 19), (20, 19), "from side to side"),
        ((1, 1), (8, 1), "on no object"),
        ((10, 31), (12, 40), "box cannot be split"),
        ((8, 19), (9, 19), "Drag a line"),
    ):
        tool, after = line(SCENE, start, end)
        assert after is SAMPLE
        assert text in tool.message


points = st.tuples(st.floats(-10, 70, width=16), st.floats(-10, 50, width=16))


@given(points, points, st.sampled_from([(), ("old",), ("box",), ("old", "other")]))
def test_any_line_keeps_every_pixel(start, end, selection):
    _, after = line(SCENE.changed(selection=selection), start, end)
    masks = [a.region.pixels.sum() for a in after.annotations if isinstance(a.region, Mask)]
    assert sum(masks) == 800
    assert after.find("box") == BOX
