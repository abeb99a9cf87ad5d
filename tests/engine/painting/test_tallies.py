import math

import numpy as np

from engine.counters import Counter, Tally
from engine.painting.tallies import COLOR, arrow, outline, paint_tallies, text_of

GATE = Counter("문", ((60.0, 150.0), (60.0, 50.0)))
ROOM = Counter("room", ((10.0, 10.0), (90.0, 10.0), (90.0, 40.0)))


def test_the_numbers_are_told_with_the_name() -> None:
    assert text_of(Tally(GATE, ((1, 3, 1), (2, 1, 0)))) == "문  → 4  ← 1"
    assert text_of(Tally(ROOM, ((1, 2, 5),))) == "room  2 (5)"


def test_the_arrow_points_forward() -> None:
    """To the right of who looks from the first point to the second: up, here."""
    (x, y), tip, *_ = arrow(GATE, 10)
    assert (x, y) == (60, 100)
    assert math.dist(tip, (70, 100)) < 1e-6
    assert not arrow(ROOM, 10)


def test_a_zone_is_closed() -> None:
    assert outline(ROOM)[-1] == ROOM.points[0]
    assert outline(GATE) == GATE.points


def test_both_are_painted_inside_the_frame() -> None:
    pixels = np.zeros((160, 200, 3), np.uint8)
    paint_tallies(pixels, [Tally(GATE), Tally(ROOM)], 2, 12)
    assert pixels[80, 60].tolist() == list(COLOR)
    assert pixels[10, 80].tolist() == list(COLOR)
    outside = Tally(Counter("far", ((-50.0, 500.0), (900.0, 500.0))))
    paint_tallies(pixels, [outside], 2, 12)
