"""What is counted in frames that follow each other: lines and zones, as plain values."""

import math
from dataclasses import dataclass

Place = tuple[float, float]
FOOT, CENTRE = "foot", "centre"
PLACES = (FOOT, CENTRE)
"""Where an object is: in the middle of its box's lower edge, as what stands on a road is, or in the
middle of the box."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A named line of two points, or a zone of three corners and more, in pixels of the frame."""

    name: str
    points: tuple[Place, ...]

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("A line or zone needs a name.")
        if len(self.points) < 2 or not all(
            math.isfinite(v) for point in self.points for v in point
        ):
            raise ValueError("A line needs two finite points, a zone three or more.")
        if not self.is_zone and self.points[0] == self.points[1]:
            raise ValueError("A line needs two points that differ.")

    @property
    def is_zone(self) -> bool:
        """Whether objects are counted inside it, and not when they cross it."""
        return len(self.points) > 2


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted, and where an object is. Another `run` counts anew."""

    counters: tuple[Counter, ...] = ()
    at: str = FOOT
    run: int = 0

    def __post_init__(self) -> None:
        if self.at not in PLACES:
            raise ValueError(f"An object is at one of {', '.join(PLACES)}, not {self.at}.")
        if len({counter.name for counter in self.counters}) < len(self.counters):
            raise ValueError("Two lines or zones have the same name.")


NOTHING = Counting()


@dataclass(frozen=True, slots=True)
class Tally:
    """What one Counter has counted: label ids, each with two numbers.

    Of a line these are how many went over it forward, that is to the right of who looks from its
    first point to its second, and how many back. Of a zone how many are inside, and how many came
    in or were there from the start. `since` is the index of the first frame that counts.
    """

    counter: Counter
    rows: tuple[tuple[int, int, int], ...] = ()
    since: int = 0

    @property
    def totals(self) -> tuple[int, int]:
        """Both numbers, of all labels together."""
        return sum(row[1] for row in self.rows), sum(row[2] for row in self.rows)


WORDS = {False: ("forward", "back"), True: ("inside", "entered")}
"""What the two numbers of a Tally are called where they are told: of a line, of a zone."""
