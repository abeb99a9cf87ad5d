"""Counts tracked objects where they go over a line or are inside a zone.

What trembles on a border is not counted again and again: an object has changed sides only once it
is past the border by a share of its height. Between two looks it went straight.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from engine.counters import FOOT, Counter, Counting, Place, Tally
from engine.regions.masks import box_of
from engine.tracking.byte_track import PATIENCE
from engine.values import Detection

MARGIN = 0.1
"""So much of its height an object has to be past a border."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """One object at one Counter: where it was seen last, on which side it is for sure, how often it
    went through the line since, forward less back; and looks since it was seen."""

    place: Place
    is_past: bool
    through: int = 0
    lost: int = 0


@dataclass(frozen=True, eq=False)
class _Count:
    """What is known at one Counter after a frame."""

    marks: Mapping[int, _Mark] = field(default_factory=dict)
    totals: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    since: int = 0


@dataclass(frozen=True, eq=False)
class Counts:
    """What is known at all of them, by their points: a name may change. It is counted in this way,
    which another one begins anew."""

    way: tuple[str, int] = ("", 0)
    of: Mapping[tuple[Place, ...], _Count] = field(default_factory=dict)

    def without_tracks(self) -> "Counts":
        """The same numbers, but no object is known any more: a stretch of frames was left out."""
        return replace(self, of={each: replace(c, marks={}) for each, c in self.of.items()})


def count(
    before: Counts, found: Iterable[Detection], counting: Counting, index: int
) -> tuple[Counts, tuple[Tally, ...]]:
    """What is known after the frame of this index, in which these objects were found; and what is
    counted by then. Only what has a track's number counts."""
    seen = [(each.track, each) for each in found if each.track is not None]
    way = counting.at, counting.run
    known = before.of if before.way == way else {}
    after: dict[tuple[Place, ...], _Count] = {}
    tallies = []
    for counter in counting.counters:
        last = known.get(counter.points, _Count(since=index))
        after[counter.points], tally = _look(counter, last, seen, counting.at)
        tallies.append(tally)
    return Counts(way, after), tuple(tallies)


def place_of(detection: Detection, at: str) -> Place:
    """Where an object is."""
    x1, y1, x2, y2 = box_of(detection.region).xyxy
    return (x1 + x2) / 2, y2 if at == FOOT else (y1 + y2) / 2


def _look(
    counter: Counter, before: _Count, seen: list[tuple[int, Detection]], at: str
) -> tuple[_Count, Tally]:
    """One Counter after one frame."""
    step = _step_in_zone if counter.is_zone else _step_at_line
    totals = dict(before.totals)
    inside: dict[int, int] = {}
    marks = {
        track: replace(mark, lost=mark.lost + 1)
        for track, mark in before.marks.items()
        if mark.lost < PATIENCE
    }
    for track, each in seen:
        _, y1, _, y2 = box_of(each.region).xyxy
        mark = step(counter, marks.get(track), place_of(each, at), MARGIN * (y2 - y1))
        marks[track], (first, second) = mark[0], mark[1]
        one, two = totals.get(each.label_id, (0, 0))
        totals[each.label_id] = one + first, two + second
        if counter.is_zone:
            inside[each.label_id] = inside.get(each.label_id, 0) + marks[track].is_past
    rows = [
        (label_id, inside.get(label_id, 0) if counter.is_zone else one, two)
        for label_id, (one, two) in sorted(totals.items())
        if one or two
    ]
    return _Count(marks, totals, before.since), Tally(counter, tuple(rows), before.since)


Step = tuple[_Mark, tuple[int, int]]
"""The mark after a look, and what the two numbers grow by."""


def _step_at_line(counter: Counter, mark: _Mark | None, place: Place, margin: float) -> Step:
    start, end = counter.points
    offset = _offset(start, end, place)
    if mark is None:
        return _Mark(place, offset >= 0), (0, 0)
    through = mark.through + _through(start, end, mark.place, place)
    if abs(offset) <= margin:
        return _Mark(place, mark.is_past, through), (0, 0)
    is_past = offset > 0
    # Who came past the line beside its ends went round it.
    is_over = is_past != mark.is_past and through != 0
    return _Mark(place, is_past), (int(is_over and is_past), int(is_over and not is_past))


def _step_in_zone(counter: Counter, mark: _Mark | None, place: Place, margin: float) -> Step:
    corners = np.array(counter.points, np.float32)
    depth = cv2.pointPolygonTest(corners, place, True)
    is_inside = depth >= 0 if mark is None or abs(depth) > margin else mark.is_past
    has_come = is_inside and (mark is None or not mark.is_past)
    return _Mark(place, is_inside), (0, int(has_come))


def _offset(start: Place, end: Place, place: Place) -> float:
    """How far right of the line it is, for who looks along it; left is negative."""
    x, y = end[0] - start[0], end[1] - start[1]
    return (x * (place[1] - start[1]) - y * (place[0] - start[0])) / math.hypot(x, y)


def _through(start: Place, end: Place, before: Place, now: Place) -> int:
    """1 for a way that leads forward between the ends of the line, -1 for one back, else 0."""
    one, two = _offset(start, end, before), _offset(start, end, now)
    if (one >= 0) == (two >= 0):
        return 0
    share = one / (one - two)
    x, y = (a + share * (b - a) for a, b in zip(before, now, strict=True))
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    along = (x - start[0]) * along_x + (y - start[1]) * along_y
    is_between = 0 <= along < along_x**2 + along_y**2
    return (1 if two >= 0 else -1) if is_between else 0
