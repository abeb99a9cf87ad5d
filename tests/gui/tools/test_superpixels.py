"""The tool of superpixels: what the stroke meets, whole."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.regions.superpixels import Superpixels
from engine.values import Annotation, Box, FrameId, Mask, Sample
from gui.tools.registry import NOTHING
from gui.tools.scene import PointerEvent, Scene
from gui.tools.superpixels import SuperpixelTool

IDS = np.repeat(np.repeat(np.arange(24, dtype=np.int32).reshape(4, 6), 10, 0), 10, 1)
BLANK = Sample(FrameId("a"), (40, 60))
SCENE = Scene((40, 60), BLANK, label_id=2, superpixels=Superpixels(IDS))
OLD = Annotation(Mask(0, 0, np.ones((20, 30), np.bool_)), 2, id="old")
WITH_OLD = SCENE.changed(sample=Sample(FrameId("a"), (40, 60), (OLD,)))


def stroke(scene, *points, **keys):
    tool = SuperpixelTool()
    tool.press(PointerEvent(*points[0], is_pressed=True, **keys), scene)
    for point in points[1:]:
        tool.move(PointerEvent(*point, is_pressed=True, **keys), scene)
    edit = tool.release(PointerEvent(*points[-1], **keys), scene)
    assert tool.preview == NOTHING
    return tool, scene.sample if edit is None else edit(scene.sample)


def said_at_press(scene, **keys):
    tool = SuperpixelTool()
    tool.press(PointerEvent(5, 5, is_pressed=True, **keys), scene)
    return tool.message


def test_a_stroke_makes_a_mask_of_whole_superpixels():
    tool, after = stroke(SCENE, (5, 5), (25, 5))
    drawn = after.annotations[0]
    assert drawn.region == Mask(0, 0, np.ones((10, 30), np.bool_))
    assert drawn.label_id == 2
    assert tool.selection == (drawn.id,)


def test_a_fast_stroke_leaves_no_gaps():
    _, after = stroke(SCENE, (5, 5), (55, 5))
    assert after.annotations[0].region == Mask(0, 0, np.ones((10, 60), np.bool_))


def test_it_adds_to_the_selected_mask():
    _, after = stroke(WITH_OLD.changed(selection=("old",)), (35, 5))
    assert [a.id for a in after.annotations] == ["old"]
    assert after.annotations[0].region.pixels.sum() == 700


def test_it_takes_pixels_over_or_spares_them():
    _, after = stroke(WITH_OLD, (5, 5))
    assert after.find("old").region.pixels.sum() == 500
    _, after = stroke(WITH_OLD.changed(keeps_others=True), (25, 5), (35, 5))
    assert after.find("old") == OLD
    assert after.annotations[1].region == Mask(30, 0, np.ones((10, 10), np.bool_))


def test_ctrl_or_alt_takes_away_from_the_mask_under_the_pointer():
    for keys in ({"ctrl": True}, {"alt": True}):
        _, after = stroke(WITH_OLD, (5, 5), **keys)
        assert after.find("old").region.pixels.sum() == 500
    assert stroke(SCENE, (5, 5), ctrl=True)[1] is BLANK
    assert "no mask here" in said_at_press(SCENE, ctrl=True)


def test_hovering_shows_the_one_under_the_pointer_and_its_neighbours():
    tool = SuperpixelTool()
    tool.move(PointerEvent(5, 5), SCENE)
    assert tool.preview.regions == (Mask(0, 0, np.ones((10, 10), np.bool_)),)
    assert len(tool.preview.thin) == 3
    tool.move(PointerEvent(-5, 5), SCENE)
    assert tool.preview == NOTHING


def test_before_the_superpixels_are_there_it_says_so():
    for known in (None, Superpixels(IDS[:20])):
        scene = SCENE.changed(superpixels=known)
        assert stroke(scene, (5, 5))[1] is BLANK
        assert "still being divided" in said_at_press(scene)


def test_outside_the_picture_nothing_is_made_and_it_says_so():
    tool, after = stroke(SCENE, (-30, -30), (-5, -5))
    assert after is BLANK
    assert "outside" in tool.message


points = st.lists(st.tuples(st.floats(-20, 80), st.floats(-20, 60)), min_size=1, max_size=5)


@given(points, st.booleans(), st.booleans(), st.booleans())
def test_any_stroke_gives_whole_superpixels(points, ctrl, alt, is_selected):
    scene = WITH_OLD.changed(selection=("old",) if is_selected else ())
    _, after = stroke(scene, *points, ctrl=ctrl, alt=alt)
    assert not any(isinstance(a.region, Box) for a in after.annotations)
    for annotation in after.annotations:
        region = annotation.region
        whole = np.zeros((40, 60), np.bool_)
        height, width = region.pixels.shape
        whole[region.top : region.top + height, region.left : region.left + width] = region.pixels
        shares = np.bincount(IDS.ravel(), whole.ravel())
        assert set(shares.tolist()) <= {0.0, 100.0}
