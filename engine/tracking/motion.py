"""Where boxes will be: a Kalman filter of constant velocity for many of them at once.

What is measured of a box is (x, y, a, h): its centre, width over height, and height, as SORT and
ByteTrack have it. Nothing ties these four together, so each is a filter of two numbers, place and
velocity, and no matrix is inverted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

PLACE, VELOCITY = 1 / 20, 1 / 160
"""How far a box strays in a frame, and how much its velocity changes, as shares of its height."""
_SMALLEST = 1e-3


@dataclass(frozen=True, eq=False)
class Motion:
    """(N, 4) each: place, velocity, and the variances of both with what they share."""

    place: Numbers
    velocity: Numbers
    place_variance: Numbers
    shared_variance: Numbers
    velocity_variance: Numbers

    @property
    def boxes(self) -> NDArray[np.float32]:
        """Where they are thought to be: (N, 4) xyxy."""
        x, y, aspect, height = self.place.T
        width = aspect * height
        corners = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        return np.stack(corners, axis=1).astype(np.float32)

    def of(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> "Motion":
        """Those of these rows."""
        return Motion(*(values[chosen] for values in self._parts()))

    def with_rows(self, rows: NDArray[np.intp], other: "Motion") -> "Motion":
        """These, but the given rows as the other says."""
        copies = [values.copy() for values in self._parts()]
        for values, new in zip(copies, other._parts(), strict=True):
            values[rows] = new
        return Motion(*copies)

    def and_also(self, other: "Motion") -> "Motion":
        """These, then the other ones."""
        pairs = zip(self._parts(), other._parts(), strict=True)
        return Motion(*(np.concatenate(pair) for pair in pairs))

    def _parts(self) -> tuple[Numbers, ...]:
        return (
            self.place,
            self.velocity,
            self.place_variance,
            self.shared_variance,
            self.velocity_variance,
        )


def begin(boxes: NDArray[np.float32]) -> Motion:
    """Boxes (N, 4) seen for the first time: they rest, as far as anybody knows."""
    place = _measured(boxes)
    zero = np.zeros_like(place)
    spread = _spread(place, 2 * PLACE, 1e-2)
    return Motion(place, zero, spread**2, zero.copy(), _spread(place, 10 * VELOCITY, 1e-5) ** 2)


def ahead(motion: Motion, steps: int, *, growing: NDArray[np.bool_]) -> Motion:
    """So many frames later. Only the `growing` (N,) change their height: what is out of sight would
    grow or shrink without end."""
    velocity = motion.velocity.copy()
    velocity[~growing, 3] = 0
    place, at = motion.place.copy(), motion.place_variance
    shared, speed = motion.shared_variance, motion.velocity_variance
    for _ in range(steps):
        place += velocity
        place[:, 2:] = np.maximum(place[:, 2:], _SMALLEST)
        at = at + 2 * shared + speed + _spread(place, PLACE, 1e-2) ** 2
        shared = shared + speed
        speed = speed + _spread(place, VELOCITY, 1e-5) ** 2
    return Motion(place, velocity, at, shared, speed)


def seen(motion: Motion, boxes: NDArray[np.float32]) -> Motion:
    """Each was seen at its box of (N, 4)."""
    miss = _measured(boxes) - motion.place
    total = motion.place_variance + _spread(motion.place, PLACE, 1e-1) ** 2
    gain, speed_gain = motion.place_variance / total, motion.shared_variance / total
    place = motion.place + gain * miss
    place[:, 2:] = np.maximum(place[:, 2:], _SMALLEST)
    return Motion(
        place,
        motion.velocity + speed_gain * miss,
        (1 - gain) * motion.place_variance,
        (1 - gain) * motion.shared_variance,
        motion.velocity_variance - speed_gain * motion.shared_variance,
    )


def _measured(boxes: NDArray[np.float32]) -> Numbers:
    x1, y1, x2, y2 = np.asarray(boxes, np.float64).reshape(-1, 4).T
    height = np.maximum(y2 - y1, _SMALLEST)
    return np.stack([(x1 + x2) / 2, (y1 + y2) / 2, (x2 - x1) / height, height], axis=1)


def _spread(place: Numbers, share: float, of_aspect: float) -> Numbers:
    """Standard deviations (N, 4): a share of the height, and a fixed one of the aspect."""
    spread = np.repeat(share * place[:, 3:], 4, axis=1)
    spread[:, 2] = of_aspect
    return spread
