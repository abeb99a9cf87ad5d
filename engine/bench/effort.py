"""What drawing costs a person: how many actions, and by a model of the hand how many seconds.

A pointer reaches its target as Fitts' law says, with the constants of a mouse that MacKenzie,
Sellen and Buxton measured: "A comparison of input devices in elemental pointing and dragging
tasks", CHI 1991. A line is followed as the steering law says, which Accot and Zhai derive from
Fitts' law: "Beyond Fitts' law: models for trajectory-based HCI tasks", CHI 1997. A way of length A
and width W has A / (W ln 2) bits, and each takes what a bit of dragging takes. A key, a button, and
a look that decides take what Card, Moran and Newell say of them: "The keystroke-level model for
user performance time with interactive systems", CACM 23, 1980.

A click, a key, a drag of any length and a roll of the wheel are one action each; a key that is only
held is none.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]

POINTING = -0.107, 0.223
DRAGGING = 0.135, 0.249
"""Seconds, and seconds a bit, of Fitts' law."""
QUICKEST_S = 0.1
"""No way is shorter: the law's line for pointing begins below nothing."""
BUTTON_S = 0.1
KEY_S = 0.28
LOOK_S = 1.35
SMALLEST = 2.0
"""A target is at least so wide, in pixels of the screen."""


@dataclass
class Effort:
    """What was done so far; places and widths are in pixels of the screen."""

    actions: int = 0
    seconds: float = 0.0
    at: Point = (0.0, 0.0)

    def point(self, to: Point, width: float) -> None:
        """Move to a target."""
        self._move(POINTING, to, width)

    def click(self, to: Point, width: float) -> None:
        """Move there, press and let go."""
        self.point(to, width)
        self.seconds += 2 * BUTTON_S
        self.actions += 1

    def drag(self, points: Sequence[Point], width: float) -> None:
        """Move to the first point, press, go along the others, let go."""
        self.point(points[0], width)
        for to in points[1:]:
            self._move(DRAGGING, to, width)
        self.seconds += 2 * BUTTON_S
        self.actions += 1

    def trace(self, points: Sequence[Point], width: float) -> None:
        """Move to the first point, press, follow the line to its end within this width, let go."""
        self.point(points[0], width)
        way = sum(math.dist(a, b) for a, b in itertools.pairwise(points))
        bits = way / (max(width, SMALLEST) * math.log(2))
        self.seconds += DRAGGING[0] + DRAGGING[1] * bits + 2 * BUTTON_S
        self.at = points[-1]
        self.actions += 1

    def key(self, times: int = 1) -> None:
        """Press a key."""
        self.seconds += times * KEY_S
        self.actions += times

    def roll(self, notches: int) -> None:
        """Turn the wheel, each notch as long as a key."""
        self.seconds += notches * KEY_S
        self.actions += 1

    def hold(self) -> None:
        """Hold a key while something else is done."""
        self.seconds += KEY_S

    def look(self) -> None:
        """See what came of it, and decide."""
        self.seconds += LOOK_S

    def _move(self, law: tuple[float, float], to: Point, width: float) -> None:
        bits = math.log2(math.dist(self.at, to) / max(width, SMALLEST) + 1)
        self.seconds += max(law[0] + law[1] * bits, QUICKEST_S)
        self.at = to
