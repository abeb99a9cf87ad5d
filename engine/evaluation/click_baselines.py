"""What clicks and boxes give without learning anything: superpixels filled.

An `Outliner`, to be measured beside what is asked: a network, or GrabCut.
"""

import numpy as np
from numpy.typing import NDArray

from engine.click.question import Question
from engine.evaluation.clicks import Outline
from engine.regions.superpixels import SuperpixelSettings, superpixels

SUPERPIXELS = SuperpixelSettings(count=200)


class SuperpixelOutliner:
    """Fills the superpixels under positive clicks, or those that lie mostly in a box."""

    def __init__(self, settings: SuperpixelSettings = SUPERPIXELS) -> None:
        self._settings = settings
        self._ids: NDArray[np.int64]

    def begin(self, pixels: NDArray[np.uint8]) -> None:
        """Divide a picture."""
        self._ids = superpixels(pixels, self._settings)

    def outline(self, question: Question) -> Outline:
        """The last click on a superpixel decides."""
        is_filled = np.zeros(int(self._ids.max()) + 1, np.bool_)
        if question.box is not None:
            left, top, right, bottom = (round(side) for side in question.box.xyxy)
            inside = self._ids[top:bottom, left:right]
            whole, within = (
                np.bincount(ids.ravel(), minlength=len(is_filled)) for ids in (self._ids, inside)
            )
            is_filled = 2 * within > whole
        for click in question.clicks:
            is_filled[self._ids[int(click.y), int(click.x)]] = click.is_positive
        return np.asarray(is_filled[self._ids])
