import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.regions.crops import crop, join, subtract
from engine.values import LabelMap, Mask
from gui.canvas.frame_layer import Buffers
from gui.canvas.items import Item, OverlayContent
from gui.canvas.mask_texture import EDGE, MaskTexture, Slots, mark_edges
from gui.canvas.view import Area
from gui.tools.registry import Stroke

RED, GREEN = (255, 0, 0), (0, 255, 0)
SIZE = (40, 60)


def item(name: str, left: int, top: int, width: int = 10, height: int = 8) -> Item:
    return Item(name, Mask(left, top, np.ones((height, width), np.bool_)), RED)


def fresh(*items: Item) -> MaskTexture:
    texture = MaskTexture(SIZE)
    texture.set_picture(OverlayContent(SIZE, items))
    return texture


def owners(texture: MaskTexture, items: tuple[Item, ...]) -> np.ndarray:
    """Which item, counted from 1, owns each pixel."""
    result = np.zeros(SIZE, np.int64)
    for number, one in enumerate(items, 1):
        result[texture.ids == texture.slots.of_object(one)] = number
    return result


places = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(-5, 55), st.integers(-5, 35)),
    max_size=5,
    unique_by=lambda place: place[0],
)


@given(places, places)
def test_changing_a_picture_gives_what_painting_it_anew_gives(
    before: list[tuple[str, int, int]], after: list[tuple[str, int, int]]
) -> None:
    first = tuple(item(*place) for place in before)
    second = tuple(item(*place) for place in after)
    texture = fresh(*first)
    texture.set_picture(OverlayContent(SIZE, second))
    np.testing.assert_array_equal(owners(texture, second), owners(fresh(*second), second))
    assert np.isin(texture.ids, [0, *(texture.slots.of_object(i) for i in second)]).all()


def test_only_what_changed_is_painted_again() -> None:
    still, moved = item("still", 0, 0), item("moved", 20, 20)
    texture = fresh(still, moved)
    changed = texture.set_picture(OverlayContent(SIZE, (still, item("moved", 25, 20))))
    assert changed == [Area(20, 20, 15, 8)]
    same = OverlayContent(SIZE, (still, moved))
    texture.set_picture(same)
    assert texture.set_picture(same) == []


def test_of_a_mask_with_a_stroke_only_the_stroke_is_painted_again() -> None:
    mask = crop(3, 4, np.tri(30, 40, dtype=np.bool_) | np.eye(30, 40, 20, dtype=np.bool_))
    texture = fresh(Item("a", mask, RED))
    painted = join(mask, crop(30, 8, np.ones((3, 5), np.bool_)))
    assert painted is not None
    changed = texture.set_picture(OverlayContent(SIZE, (Item("a", painted, RED),)))
    assert changed == [Area(30, 8, 5, 3)]
    erased = subtract(painted, crop(6, 20, np.ones((2, 2), np.bool_)))
    assert erased is not None
    items = (Item("a", erased, RED),)
    assert texture.set_picture(OverlayContent(SIZE, items)) == [Area(6, 20, 2, 2)]
    np.testing.assert_array_equal(texture.ids, fresh(*items).ids)


def test_another_order_shows_the_other_one_on_top() -> None:
    a, b = item("a", 0, 0), item("b", 5, 0)
    texture = fresh(a, b)
    assert texture.ids[2, 7] == texture.slots.of_object(b)
    texture.set_picture(OverlayContent(SIZE, (b, a)))
    assert texture.ids[2, 7] == texture.slots.of_object(a)


def test_a_stroke_is_painted_kept_off_others_erased_and_taken_back() -> None:
    other = item("other", 20, 0)
    texture = fresh(other)
    taken = texture.slots.of_object(other)
    area = texture.paint(Stroke(((15.5, 4.5), (25.5, 4.5)), 2.0, keeps_others=True), 0, 9)
    assert (texture.ids[4, 14:20] == 9).all()
    assert (texture.ids[4, 20:28] == taken).all()
    texture.paint(Stroke(((15.5, 4.5),), 1.0, is_erasing=True), 0, 9)
    assert texture.ids[4, 15] == 0
    assert texture.ids[4, 18] == 9
    texture.repaint(area)
    np.testing.assert_array_equal(texture.ids, fresh(other).ids)


def test_a_stroke_outside_changes_nothing() -> None:
    texture = fresh()
    assert texture.paint(Stroke(((500.0, 500.0),), 3.0), 0, 9).is_empty


def test_more_masks_than_numbers_share_them_by_color() -> None:
    slots = Slots()
    numbers = [slots.of_object(Item(str(n), Mask(0, 0, np.ones((1, 1))), RED)) for n in range(400)]
    assert max(numbers) <= 127
    assert len(set(numbers[:100])) == 100
    green = slots.of_object(Item("green", Mask(0, 0, np.ones((1, 1))), GREEN))
    assert slots.colors[green] == (GREEN, False)
    slots.forget([str(n) for n in range(400)])
    assert slots.of_object(Item("next", Mask(0, 0, np.ones((1, 1))), GREEN)) <= 100


def test_a_label_map_lies_below_the_masks() -> None:
    ids = np.zeros(SIZE, np.uint8)
    ids[:, 30:] = 7
    mask = item("a", 35, 0)
    texture = MaskTexture(SIZE)
    texture.set_picture(OverlayContent(SIZE, (mask,), LabelMap(ids), ((7, GREEN),)))
    assert texture.ids[20, 10] == 0
    assert texture.slots.colors[int(texture.ids[20, 40])] == (GREEN, False)
    assert texture.ids[2, 36] == texture.slots.of_object(mask)


def test_edges_are_marked_on_both_sides_and_colors_are_premultiplied() -> None:
    ids = np.zeros((5, 7), np.uint8)
    ids[:, 3:] = 4
    mark_edges(ids, Buffers())
    assert ids[2].tolist() == [0, 0, EDGE, EDGE + 4, 4, 4, 4]
    slots = Slots()
    slots.of_color(RED)
    table = slots.table(0.5).view(np.uint32)
    (slot,) = slots.colors
    assert table[slot] == 0x80800000
    assert table[EDGE + slot] == 0xFFFF0000
    assert table[0] == 0
