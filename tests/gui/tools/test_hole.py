import numpy as np
import pytest

from engine.annotations.edits import Edit
from engine.regions.masks import region_to_mask
from engine.values import Annotation, Box, FrameId, Mask, Polygon, Sample
from gui.tools.hole import HoleTool
from gui.tools.scene import Point, PointerEvent, Scene

SQUARE = np.array([[10, 10], [60, 10], [60, 60], [10, 60]], np.float32)
HOLE = [(20.0, 20.0), (40.0, 20.0), (40.0, 40.0)]
SAMPLE = Sample(
    FrameId("a"),
    (100, 200),
    (
        Annotation(Polygon(SQUARE), 1, id="polygon"),
        Annotation(Mask(80, 10, np.ones((50, 50), np.bool_)), 1, id="mask"),
        Annotation(Box(140, 10, 190, 60), 1, id="box"),
    ),
)
SCENE = Scene((100, 200), SAMPLE)


def drawn(tool: HoleTool, *points: Point, scene: Scene = SCENE) -> Edit | None:
    for point in points:
        assert tool.press(PointerEvent(*point, is_pressed=True), scene) is None
        assert tool.release(PointerEvent(*point), scene) is None
    return tool.key("enter", scene)


def area(sample: Sample, name: str) -> int:
    found = sample.find(name)
    assert found is not None
    mask = region_to_mask(found.region, (100, 200))
    assert mask is not None
    return int(mask.pixels.sum())


def test_a_polygon_gets_the_very_corners_and_stays_selected() -> None:
    tool = HoleTool()
    edit = drawn(tool, *HOLE)
    assert edit is not None
    region = edit(SAMPLE).find("polygon").region  # type: ignore[union-attr]
    assert region == Polygon(SQUARE, (np.array(HOLE, np.float32),))
    assert tool.selection == ("polygon",)


def test_the_pixels_of_a_mask_go() -> None:
    edit = drawn(HoleTool(), *((x + 70, y) for x, y in HOLE))
    assert edit is not None
    assert area(SAMPLE, "mask") - area(edit(SAMPLE), "mask") == pytest.approx(200, abs=12)
    assert edit(SAMPLE).find("polygon") == SAMPLE.find("polygon")


def test_the_selected_one_is_meant_wherever_it_begins() -> None:
    scene = SCENE.changed(selection=("polygon",))
    edit = drawn(HoleTool(), (5, 20), (30, 20), (30, 40), (5, 40), scene=scene)
    assert edit is not None
    region = edit(SAMPLE).find("polygon").region  # type: ignore[union-attr]
    assert isinstance(region, Polygon)
    assert not region.holes, "a bight has no hole"
    assert area(edit(SAMPLE), "polygon") == 2500 - 400


def test_where_there_can_be_no_hole_it_says_why() -> None:
    for points, said in (
        ([(70.0, 90.0)], "no object"),
        ([(150.0, 20.0)], "box"),
        ([(5.0, 5.0), (65.0, 5.0), (65.0, 65.0), (5.0, 65.0)], "left"),
        ([(80.0, 80.0), (90.0, 80.0), (90.0, 90.0)], "must be in"),
    ):
        tool, chosen = HoleTool(), ("polygon",) if len(points) > 1 else ()
        scene = SCENE.changed(selection=chosen)
        for point in points:
            tool.press(PointerEvent(*point, is_pressed=True), scene)
            if len(points) > 1:
                tool.release(PointerEvent(*point), scene)
        if len(points) > 1:
            assert tool.key("enter", scene) is None
        assert said in tool.message
