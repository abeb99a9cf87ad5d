from engine.values import Box, FrameId, Sample
from gui.tools.box import BoxTool
from gui.tools.scene import PointerEvent, Scene

SCENE = Scene((100, 200), Sample(FrameId("a"), (100, 200)), label_id=3)


def drawn(tool: BoxTool, start: PointerEvent, end: PointerEvent) -> Box | None:
    tool.press(start, SCENE)
    tool.move(end, SCENE)
    shown = tool.preview.regions
    edit = tool.release(end, SCENE)
    if edit is None:
        return None
    annotation = edit(SCENE.sample).annotations[0]
    assert annotation.label_id == 3
    assert tool.selection == (annotation.id,)
    assert shown == (annotation.region,)
    assert isinstance(annotation.region, Box)
    return annotation.region


def test_a_box_is_drawn_in_any_direction() -> None:
    box = drawn(BoxTool(), PointerEvent(60, 50), PointerEvent(20, 10))
    assert box == Box(20, 10, 60, 50)


def test_shift_draws_a_square_that_stays_inside() -> None:
    box = drawn(BoxTool(), PointerEvent(20, 60), PointerEvent(120, 70, shift=True))
    assert box == Box(20, 60, 60, 100)


def test_a_box_is_cut_to_the_frame() -> None:
    box = drawn(BoxTool(), PointerEvent(150, 80), PointerEvent(900, 900))
    assert box == Box(150, 80, 200, 100)


def test_a_click_makes_no_box_and_says_why() -> None:
    tool = BoxTool()
    assert drawn(tool, PointerEvent(10, 10), PointerEvent(10.5, 10.5)) is None
    assert "small" in tool.message
    assert tool.selection is None


def test_escape_is_wanted_only_while_dragging() -> None:
    tool = BoxTool()
    assert not tool.wants("escape", SCENE)
    tool.press(PointerEvent(10, 10), SCENE)
    assert tool.wants("escape", SCENE)
