import numpy as np

from engine.values import Annotation, FrameId, Mask, Sample
from gui.tools.fill import FillTool
from gui.tools.scene import PointerEvent, Scene

PIXELS = np.zeros((40, 60, 3), np.uint8)
PIXELS[10:20, 10:30] = 100
PIXELS[10:20, 30:40] = 130
PIXELS.flags.writeable = False  # as those of every Frame
BLANK = Sample(FrameId("a"), (40, 60))
SCENE = Scene((40, 60), BLANK, label_id=2, pixels=PIXELS)


def filled(scene: Scene, x: float, to_x: float | None = None) -> tuple[FillTool, Sample]:
    tool = FillTool()
    end = PointerEvent(x if to_x is None else to_x, 15, is_pressed=True, tolerance=7)
    tool.press(PointerEvent(x, 15, is_pressed=True, tolerance=7), scene)
    tool.move(end, scene)
    edit = tool.release(end, scene)
    return tool, scene.sample if edit is None else edit(scene.sample)


def test_a_click_fills_what_has_one_color() -> None:
    tool, after = filled(SCENE, 15)
    annotation = after.annotations[0]
    assert annotation.region == Mask(10, 10, np.ones((10, 20), np.bool_))
    assert annotation.label_id == 2
    assert tool.selection == (annotation.id,)


def test_dragging_to_the_right_takes_in_more() -> None:
    _, after = filled(SCENE, 15, 15 + 40)
    assert after.annotations[0].region == Mask(10, 10, np.ones((10, 30), np.bool_))


def test_a_fill_goes_into_the_selected_mask() -> None:
    old = Annotation(Mask(12, 0, np.ones((10, 5), np.bool_)), 1, id="old")
    scene = SCENE.changed(sample=Sample(FrameId("a"), (40, 60), (old,)), selection=("old",))
    _, after = filled(scene, 15)
    assert [a.id for a in after.annotations] == ["old"]
    assert after.annotations[0].region.pixels.shape == (20, 20)  # type: ignore[union-attr]


def test_a_fill_spares_what_lies_in_it() -> None:
    inner = Annotation(Mask(12, 12, np.ones((3, 3), np.bool_)), 1, id="inner")
    scene = SCENE.changed(sample=Sample(FrameId("a"), (40, 60), (inner,)))
    _, after = filled(scene, 25)
    assert after.find("inner") == inner
    assert np.count_nonzero(after.annotations[1].region.pixels) == 200 - 9  # type: ignore[union-attr]


def test_without_pixels_or_outside_nothing_is_filled_and_it_says_so() -> None:
    for tool, after in (filled(SCENE.changed(pixels=None), 15), filled(SCENE, 500)):
        assert after is BLANK
        assert tool.message
