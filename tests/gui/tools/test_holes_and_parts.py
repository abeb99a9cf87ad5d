"""Every Tool on a polygon with a hole and a mask of two parts: holes stay, and no part goes."""

import numpy as np
import pytest

from engine.annotations.edits import Edit
from engine.regions.masks import region_to_mask
from engine.values import Annotation, FrameId, Mask, Polygon, Region, Sample
from gui import tools
from gui.tools import registry
from gui.tools.cage import cage_of, turn_point
from gui.tools.hits import contains, hits
from gui.tools.registry import Ability
from gui.tools.scene import PointerEvent, Scene
from tests.gui.tools.test_registry import drag

tools.load_all()

SIZE = (100, 200)
OUTER = np.array([[10, 10], [90, 10], [90, 90], [10, 90]], np.float32)
HOLE = np.array([[40, 40], [60, 40], [60, 60], [40, 60]], np.float32)
OVERLAPPING = np.array([[50, 50], [70, 50], [70, 70], [50, 70]], np.float32)
PARTS = np.zeros((80, 80), np.bool_)
PARTS[:30], PARTS[60:] = True, True
SAMPLE = Sample(
    FrameId("a.png"),
    SIZE,
    (
        Annotation(Polygon(OUTER, (HOLE,)), 1, id="holed"),
        Annotation(Mask(110, 10, PARTS), 1, id="parts"),
    ),
)
SCENE = Scene(SIZE, SAMPLE, radius=3.0, pixels=np.zeros((*SIZE, 3), np.uint8))


def pixels_of(region: Region) -> np.ndarray:
    mask, result = region_to_mask(region, SIZE), np.zeros(SIZE, np.bool_)
    if mask is not None:
        height, width = mask.pixels.shape
        result[mask.top : mask.top + height, mask.left : mask.left + width] = mask.pixels
    return result


def after_drag(name: str, selection: str, *points: tuple[float, float]) -> Sample:
    tool = registry.get(name).build()
    edit: Edit | None = drag(tool, SCENE.changed(selection=(selection,)), *points)
    return edit(SAMPLE) if edit is not None else SAMPLE


@pytest.mark.parametrize("name", registry.names())
def test_a_hole_stays_where_nothing_was_drawn(name: str) -> None:
    after = after_drag(name, "holed", (20, 20), (24, 20), (22, 23))
    grows = name in ("fill",)  # A flat picture is filled as a whole.
    found = after.find("holed")
    assert found is not None
    assert pixels_of(found.region)[44:56, 44:56].any() == grows
    assert pixels_of(found.region)[70:85, 70:85].all()


@pytest.mark.parametrize("name", registry.names())
def test_no_part_of_a_mask_goes_where_nothing_was_drawn(name: str) -> None:
    after = after_drag(name, "parts", (120, 20), (124, 20), (122, 23))
    regions = [a.region for a in after.annotations if a.id != "holed"]
    pixels = np.any([pixels_of(region) for region in regions], axis=0)
    assert pixels[75:85, 120:180].all()
    grows = name in ("fill",)
    assert pixels[45:65, 120:180].any() == grows


@pytest.mark.parametrize("name", registry.names())
def test_what_selects_or_erases_takes_nothing_in_a_hole_or_between_parts(name: str) -> None:
    for point in ((50.0, 50.0), (150.0, 55.0)):
        tool = registry.get(name).build()
        edit = drag(tool, SCENE.changed(selection=()), point)
        if Ability.SELECTS in registry.get(name).abilities:
            assert tool.selection in ((), None)
        after = edit(SAMPLE) if edit is not None else SAMPLE
        assert after.annotations[:2] == SAMPLE.annotations


def test_a_click_hits_what_has_a_pixel_there_also_where_holes_overlap() -> None:
    region = Polygon(OUTER, (HOLE, OVERLAPPING))
    pixels = pixels_of(region)
    for y, x in np.ndindex(*SIZE):
        assert contains(region, (x + 0.5, y + 0.5), 0.0) == pixels[y, x]
    assert not hits(PointerEvent(50, 50, tolerance=4), SCENE)
    assert [a.id for a in hits(PointerEvent(50, 38, tolerance=4), SCENE)] == ["holed"]


def test_a_line_through_a_hole_splits_into_two_that_leave_it_empty() -> None:
    after = after_drag("split", "holed", (50, 0), (50, 99))
    regions = [a.region for a in after.annotations if a.id != "parts"]
    assert len(regions) == 2
    both = [pixels_of(region) for region in regions]
    assert not (both[0] & both[1]).any()
    assert np.array_equal(both[0] | both[1], pixels_of(Polygon(OUTER, (HOLE,))))


@pytest.mark.parametrize("name", ["holed", "parts"])
def test_scaled_and_turned_the_hole_and_the_parts_go_along(name: str) -> None:
    scene, reach = SCENE.changed(selection=(name,)), 2.0
    cage = cage_of(scene, reach)
    assert cage is not None
    handle, stem = (cage.x2, cage.y2), turn_point(cage, reach, SIZE)
    shrunk, turned = (cage.x2 - 40, cage.y2 - 40), ((cage.x1 + cage.x2) / 2 + 90, 50.0)
    for start, end, share in ((handle, shrunk, 0.25), (stem, turned, 1.0)):
        tool = registry.get("select").build()
        tool.press(PointerEvent(*start, is_pressed=True, tolerance=reach), scene)
        edit = tool.release(PointerEvent(*end, tolerance=reach), scene)
        assert edit is not None
        before, after = SAMPLE.find(name), edit(SAMPLE).find(name)
        assert before is not None
        assert after is not None
        assert type(after.region) is type(before.region)
        counts = [int(pixels_of(each.region).sum()) for each in (before, after)]
        assert counts[1] == pytest.approx(share * counts[0], rel=0.1)
