"""GrabCut: two mixtures of colours, and the cheapest border between them.

Rother, Kolmogorov, Blake: "GrabCut", SIGGRAPH 2004, after OpenCV.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

CLUSTERS = 5
"""Of colours that are told apart on each side of a border: fewer pixels are refused."""
ROUNDS, MORE_ROUNDS = 5, 1
"""Of learning the colours and cutting: at first, and after each further word of the person."""


def _no_colors() -> NDArray[np.float64]:
    return np.zeros((1, 65))


@dataclass(eq=False, slots=True)
class Cut:
    """What each pixel is taken for, (h, w) of OpenCV's four values, and the colours of both sides.

    OpenCV changes them where they are: who goes on from a Cut copies it.
    """

    state: NDArray[np.uint8]
    beside: NDArray[np.float64] = field(default_factory=_no_colors)
    inside: NDArray[np.float64] = field(default_factory=_no_colors)

    @property
    def found(self) -> NDArray[np.bool_]:
        """The pixels of the object: (h, w)."""
        return np.asarray((self.state & 1).astype(np.bool_))  # Odd values are the object.

    def copy(self) -> "Cut":
        """The same, to be changed."""
        return Cut(self.state.copy(), self.beside.copy(), self.inside.copy())

    def improve(self, pixels: NDArray[np.uint8], *, is_new: bool) -> None:
        """Cut anew, or go on; where there is nothing to tell apart, it stays as it is."""
        count = int(self.found.sum())
        if min(count, self.state.size - count) < CLUSTERS:
            return
        is_new = is_new or not self.beside.any()
        rounds, mode = (ROUNDS, cv2.GC_INIT_WITH_MASK) if is_new else (MORE_ROUNDS, cv2.GC_EVAL)
        cv2.setRNGSeed(0)  # The colours' clusters are begun by chance.
        cv2.grabCut(pixels, self.state, None, self.beside, self.inside, rounds, mode)


def disc(
    size_hw: tuple[int, int], center_xy: tuple[float, float], radius: float
) -> NDArray[np.bool_]:
    """The pixels around a point: (h, w)."""
    rows, columns = np.ogrid[: size_hw[0], : size_hw[1]]
    far = (rows + 0.5 - center_xy[1]) ** 2 + (columns + 0.5 - center_xy[0]) ** 2
    return np.asarray(far <= max(1.0, radius) ** 2)
