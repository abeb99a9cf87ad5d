import math
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.counters import CENTRE, Counter, Counting, Place, Tally
from engine.tracking.byte_track import PATIENCE
from engine.tracking.counting import MARGIN, Counts, count
from engine.values import Box, Detection

HEIGHT = 10.0
WALL = Counter("wall", ((50.0, 1000.0), (50.0, -1000.0)))
"""From below to above: right of it is forward."""
GATE = Counter("gate", ((50.0, 60.0), (50.0, 40.0)))
ROOM = Counter("room", ((20.0, 20.0), (80.0, 20.0), (80.0, 80.0), (20.0, 80.0)))

NUMBERS = st.floats(0, 100, width=32)
PLACES = st.tuples(NUMBERS, NUMBERS)
WAYS = st.lists(PLACES, min_size=1, max_size=12)


def at(place: Place, track: int | None = 1, label_id: int = 1) -> Detection:
    """An object whose box's middle is here."""
    x, y = place
    half = HEIGHT / 2
    return Detection(Box(x - half, y - half, x + half, y + half), label_id, 0.9, track)


def tally(counter: Counter, frames: Sequence[Sequence[Detection]]) -> Tally:
    """What is counted in the end."""
    counting, counts, said = Counting((counter,), CENTRE), Counts(), Tally(counter)
    for index, found in enumerate(frames):
        counts, (said,) = count(counts, found, counting, index)
    return said


def walk(counter: Counter, way: Sequence[Place]) -> tuple[int, int]:
    """One object goes this way."""
    return tally(counter, [[at(place)] for place in way]).totals


def halved(way: Sequence[Place]) -> list[Place]:
    """The same way in twice as many steps."""
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(way)]
    pairs = zip(way, middles, strict=False)
    return [place for pair in pairs for place in pair] + [way[-1]]


def test_a_way_over_the_line_and_back_is_counted_once_each() -> None:
    assert walk(GATE, [(20, 50), (45, 50), (70, 50)]) == (1, 0)
    assert walk(GATE, [(20, 50), (70, 50), (20, 50)]) == (1, 1)


def test_a_way_round_the_end_of_the_line_is_not_counted() -> None:
    assert walk(GATE, [(20, 50), (20, 90), (80, 90), (80, 50)]) == (0, 0)


def test_through_the_line_and_back_round_its_end_is_one_way() -> None:
    assert walk(GATE, [(20, 50), (80, 50), (80, 90), (20, 90)]) == (1, 0)


@given(st.lists(st.floats(-MARGIN * HEIGHT, MARGIN * HEIGHT), max_size=20))
def test_what_trembles_on_the_line_is_not_counted(offsets: list[float]) -> None:
    way = [(20.0, 50.0), *((50 + each, 50.0) for each in offsets)]
    assert walk(GATE, way) == (0, 0)
    assert walk(GATE, [*way, (80.0, 50.0)]) == (1, 0)


@given(WAYS)
def test_the_two_numbers_tell_where_it_ended(way: list[Place]) -> None:
    """Forward less back is whether it changed sides, as no way leads round an endless line."""
    assume(all(abs(x - 50) > MARGIN * HEIGHT + 0.01 for x, _ in (way[0], way[-1])))
    forward, back = walk(WALL, way)
    assert forward - back == int(way[-1][0] > 50) - int(way[0][0] > 50)


@given(WAYS)
def test_a_line_drawn_the_other_way_swaps_the_numbers(way: list[Place]) -> None:
    assume(all(abs(x - 50) > 0.01 for x, _ in way))
    forward, back = walk(WALL, way)
    assert walk(Counter("turned", WALL.points[::-1]), way) == (back, forward)


@given(WAYS)
def test_more_looks_at_the_same_way_count_the_same(way: list[Place]) -> None:
    edges = [abs(abs(x - 50) - MARGIN * HEIGHT) for x, _ in way] + [abs(x - 50) for x, _ in way]
    assume(min(edges) > 0.01)
    assert walk(WALL, halved(way)) == walk(WALL, way)


@given(st.lists(PLACES, max_size=10))
def test_inside_are_those_in_the_zone(places: list[Place]) -> None:
    found = [at(place, track) for track, place in enumerate(places, 1)]
    inside = sum(20 <= x <= 80 and 20 <= y <= 80 for x, y in places)
    assert tally(ROOM, [found]).totals == (inside, inside)


@given(WAYS)
def test_an_object_leaves_a_zone_between_coming_twice(way: list[Place]) -> None:
    inside, entered = walk(ROOM, way)
    assert inside in (0, 1)
    assert inside <= entered <= math.ceil(len(way) / 2)


def test_what_is_out_of_sight_is_not_inside_and_was() -> None:
    assert tally(ROOM, [[at((50, 50))], []]).rows == ((1, 0, 1),)
    assert tally(ROOM, [[at((50, 50))], [], [at((51, 50))]]).rows == ((1, 1, 1),)


def test_every_label_has_its_numbers_and_only_tracks_count() -> None:
    before = [at((20, 50), 1, 1), at((20, 45), 2, 7), at((20, 55), None, 7)]
    after = [at((80, 50), 1, 1), at((80, 45), 2, 7), at((80, 55), None, 7)]
    assert tally(GATE, [before, after]).rows == ((1, 1, 0), (7, 1, 0))
    assert tally(GATE, [before, after]).since == 0


def test_the_foot_of_a_box_may_be_over_while_its_middle_is_not() -> None:
    lawn = Counter("lawn", ((0.0, 50.0), (100.0, 50.0)))
    way = [[at((50, 30))], [at((50, 47))]]
    assert tally(lawn, way).totals == (0, 0)
    counts = Counts()
    for index, found in enumerate(way):
        counts, (said,) = count(counts, found, Counting((lawn,)), index)
    assert said.totals == (1, 0)


def test_another_run_counts_anew_and_a_new_line_leaves_the_others() -> None:
    counting = Counting((GATE,), CENTRE)
    counts, _ = count(Counts(), [at((20, 50))], counting, 3)
    counts, (said,) = count(counts, [at((80, 50))], counting, 4)
    assert said == Tally(GATE, ((1, 1, 0),), 3)
    both = Counting((GATE, ROOM), CENTRE)
    after, (said, room) = count(counts, [at((79, 50))], both, 5)
    assert (said.totals, room.totals, room.since) == ((1, 0), (1, 1), 5)
    _, (said, _) = count(after, [at((79, 50))], Counting((GATE, ROOM), CENTRE, run=1), 6)
    assert said == Tally(GATE, (), 6)


def test_what_is_long_out_of_sight_is_forgotten() -> None:
    counting, counts = Counting((GATE,), CENTRE), Counts()
    counts, _ = count(counts, [at((20, 50))], counting, 0)
    for index in range(PATIENCE + 1):
        counts, _ = count(counts, [], counting, index)
    assert not counts.of[GATE.points].marks


def test_a_new_name_is_no_new_line() -> None:
    counts, _ = count(Counts(), [at((20, 50))], Counting((GATE,), CENTRE), 0)
    named = Counter("door", GATE.points)
    _, (said,) = count(counts, [at((80, 50))], Counting((named,), CENTRE), 1)
    assert said == Tally(named, ((1, 1, 0),))
