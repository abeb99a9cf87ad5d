"""Every registered Tool: press, move and release give a valid Edit, or none and no harm."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import pytest

from engine.annotations.edits import Edit
from engine.regions.superpixels import Superpixels
from engine.values import Annotation, Box, FrameId, Mask, Polygon, Polyline, Sample
from gui import icon_font, tools
from gui.tools import registry
from gui.tools.registry import NOTHING, Ability, Tool
from gui.tools.scene import PointerEvent, Scene

tools.load_all()

SQUARE = Polygon(np.array([[60, 10], [90, 10], [90, 40], [60, 40]], np.float32))
SAMPLE = Sample(
    FrameId("a.png"),
    (100, 120),
    annotations=(
        Annotation(Mask(10, 10, np.ones((30, 40), np.bool_)), 1, id="mask"),
        Annotation(SQUARE, 2, id="polygon"),
        Annotation(Box(20, 60, 50, 90), 1, id="box"),
        Annotation(Polyline([[95, 50], [115, 50], [115, 56]]), 2, id="line"),
        Annotation(Polyline([[100, 12]]), 2, id="point"),
    ),
    proposals=(Annotation(Box(70, 60, 110, 95), 2, origin="model", score=0.5, id="waiting"),),
)
PIXELS = np.zeros((100, 120, 3), np.uint8)
PIXELS[:, 60:] = 200
SUPERPIXELS = Superpixels(np.arange(100 * 120, dtype=np.int32).reshape(100, 120) // 1200)
SCENE = Scene((100, 120), SAMPLE, pixels=PIXELS, superpixels=SUPERPIXELS)
OPTIONS = {
    Ability.SIZE: "radius",
    Ability.PAINTS_INSIDE: "paints_inside",
    Ability.SPARES_OTHERS: "keeps_others",
    Ability.TOLERANCE: "tolerance",
    Ability.SUPERPIXELS: "superpixels",
    Ability.FOLLOWS_EDGES: "edge_lines",
}
"""What a Tool with such an ability reads of the Scene, and no other does."""


@dataclass(frozen=True, eq=False)
class WatchedScene(Scene):
    """Notes which options of the person a Tool reads."""

    read: set[str] = field(default_factory=set)

    def __getattribute__(self, name: str) -> Any:
        if name in OPTIONS.values():
            self.read.add(name)
        return super().__getattribute__(name)


def drag(tool: Tool, scene: Scene, *points: tuple[float, float], **keys: bool) -> Edit | None:
    """Press at the first point, move through all, release at the last."""
    edit = tool.press(PointerEvent(*points[0], is_pressed=True, **keys), scene)
    scene = scene if tool.selection is None else scene.changed(selection=tool.selection)
    for point in points:
        assert tool.move(PointerEvent(*point, is_pressed=True, **keys), scene) is None
    return edit or finished(tool, tool.release(PointerEvent(*points[-1], **keys), scene), scene)


def finished(tool: Any, edit: Edit | None, scene: Scene) -> Edit | None:
    """The Edit of a gesture; a Tool that asks is answered, and that is accepted."""
    if Ability.ASKS not in registry.get(tool_name(tool)).abilities:
        return edit
    assert edit is None
    tool.answer(tool.question, Mask(12, 12, np.ones((4, 6), np.bool_)), scene)
    accepted: Edit | None = tool.key("enter", scene)
    return accepted


def tool_name(tool: Tool) -> str:
    return next(name for name in registry.names() if registry.get(name).build is type(tool))


@pytest.mark.parametrize("name", registry.names())
@pytest.mark.parametrize(
    "selection", [(), ("mask",), ("polygon",), ("box",), ("waiting",), ("line",), ("point",)]
)
def test_a_drag_gives_a_valid_edit(name: str, selection: tuple[str, ...]) -> None:
    scene = SCENE.changed(selection=selection)
    tool = registry.get(name).build()
    edit = drag(tool, scene, (15, 15), (30, 22), (42, 30), (16, 33))
    if edit is not None:
        after = edit(SAMPLE)
        assert edit.text
        assert after is SAMPLE or after != SAMPLE
        assert after.size_hw == SAMPLE.size_hw
    elif tool.wants("escape", scene):  # One drag is not all it takes.
        tool.key("escape", scene)
    assert replace(tool.preview, disc=None) == NOTHING
    assert tool.preview.disc is None or Ability.SIZE in registry.get(name).abilities


@pytest.mark.parametrize("name", registry.names())
@pytest.mark.parametrize("point", [(-50.0, -50.0), (500.0, 50.0), (60.0, 500.0)])
def test_a_drag_outside_the_frame_keeps_regions_inside(
    name: str, point: tuple[float, float]
) -> None:
    edit = drag(registry.get(name).build(), SCENE, (40, 40), point, (80, 70))
    for annotation in edit(SAMPLE).annotations if edit else ():
        x1, y1, x2, y2 = replace(SCENE, sample=Sample(SAMPLE.frame_id, (100, 120), (annotation,)))\
            .bounds[0].tolist()  # fmt: skip
        has_size = not isinstance(annotation.region, Polyline)
        assert 0 <= x1 <= x2 <= 120
        assert 0 <= y1 <= y2 <= 100
        assert (x1 < x2 and y1 < y2) or not has_size


@pytest.mark.parametrize("name", registry.names())
def test_a_click_on_nothing_changes_nothing(name: str) -> None:
    tool = registry.get(name).build()
    event = PointerEvent(118, 2)
    edit = tool.press(event, SCENE)
    edit = edit or tool.release(event, SCENE)
    may = {Ability.EXTENDS_MASKS, Ability.PLACES}
    assert edit is None or may & registry.get(name).abilities


@pytest.mark.parametrize("name", registry.names())
def test_escape_gives_up_what_was_begun(name: str) -> None:
    tool = registry.get(name).build()
    tool.press(PointerEvent(15, 15, is_pressed=True), SCENE)
    tool.move(PointerEvent(40, 40, is_pressed=True), SCENE)
    assert tool.key("escape", SCENE) is None
    assert tool.preview == NOTHING
    assert tool.release(PointerEvent(40, 40), SCENE) is None


@pytest.mark.parametrize("name", registry.names())
def test_nothing_to_draw_in_an_empty_sample_does_no_harm(name: str) -> None:
    tool, scene = registry.get(name).build(), Scene((10, 10))
    for key in ("enter", "backspace", "escape", "left", "shift+up"):
        assert tool.key(key, scene) is None
    assert tool.cursor(PointerEvent(5, 5), scene)
    tool.double_click(PointerEvent(5, 5, is_pressed=True), scene)
    tool.release(PointerEvent(5, 5), scene)


@pytest.mark.parametrize("name", registry.names())
def test_it_reads_the_options_that_its_abilities_name(name: str) -> None:
    read: set[str] = set()
    for selection in ((), ("mask",), ("box",)):
        known = {each.name: getattr(SCENE, each.name) for each in fields(SCENE)}
        scene = WatchedScene(**{**known, "selection": selection}, read=read)
        tool = registry.get(name).build()
        for begin in (tool.press, tool.double_click):
            begin(PointerEvent(15, 15, is_pressed=True), scene)
            tool.move(PointerEvent(42, 30, is_pressed=True), scene)
            finished(tool, tool.release(PointerEvent(42, 30), scene), scene)
    can = registry.get(name).abilities
    assert read == {option for ability, option in OPTIONS.items() if ability in can}


@pytest.mark.parametrize("name", registry.names())
def test_only_what_extends_masks_adds_pixels_to_the_selected_one(name: str) -> None:
    scene = SCENE.changed(selection=("mask",))
    edit = drag(registry.get(name).build(), scene, (45, 35), (55, 45), (46, 50))
    before, after = SAMPLE.find("mask"), edit(SAMPLE).find("mask") if edit else None
    assert isinstance(before, Annotation)
    assert isinstance(before.region, Mask)
    grows = after is not None and isinstance(after.region, Mask)
    grows = grows and after.region.pixels.sum() > before.region.pixels.sum()  # type: ignore[union-attr]
    assert grows == (Ability.EXTENDS_MASKS in registry.get(name).abilities)


@pytest.mark.parametrize("name", registry.names())
def test_only_a_selecting_tool_selects_what_is_clicked(name: str) -> None:
    tool = registry.get(name).build()
    tool.press(PointerEvent(35, 75, is_pressed=True), SCENE)
    assert (tool.selection == ("box",)) == (Ability.SELECTS in registry.get(name).abilities)


@pytest.mark.parametrize("name", registry.names())
def test_the_window_can_show_it(name: str) -> None:
    spec = registry.get(name)
    assert spec.text
    assert spec.hint
    assert spec.icon in icon_font.characters()


def test_names_and_shortcuts_are_unique() -> None:
    specs = [registry.get(name) for name in registry.names()]
    keys = [key for spec in specs for key in spec.shortcuts]
    assert len(keys) == len(set(keys))
    assert [spec.place for spec in specs] == sorted(spec.place for spec in specs)
    assert {"select", "box", "polygon", "brush", "eraser"} <= set(registry.names())


def test_an_unknown_tool_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="select"):
        registry.get("lasso")
