"""What clicks and boxes give without learning anything: GrabCut, and superpixels filled.

Rother, Kolmogorov, Blake: "GrabCut", SIGGRAPH 2004, after OpenCV. Both are `Outliner`s, to be
measured beside a network that is asked.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.click.question import Click, Question
from engine.evaluation.clicks import Outline, is_first
from engine.regions.grab_cut import Cut, disc
from engine.regions.superpixels import SuperpixelSettings, superpixels

LONGEST, LONGEST_CLICKED = 256, 160
"""Pixels: a larger picture is cut at this longer side; by clicks at the second, as twenty cuts of
the first take seconds."""
SEED, NEAR = 0.02, 0.05
"""Of the picture's longer side, around a click: what surely is as it says; around the first one,
what is taken for the object to begin with."""
SUPERPIXELS = SuperpixelSettings(count=200)


class GrabCutOutliner:
    """Two mixtures of colours and the cheapest border between them; clicks are sure pixels."""

    def __init__(self) -> None:
        self._whole: NDArray[np.uint8]
        self._pixels: NDArray[np.uint8]
        self._size_hw = (0, 0)
        self._cut: Cut

    def begin(self, pixels: NDArray[np.uint8]) -> None:
        """Keep a picture."""
        self._whole, self._size_hw = pixels, (pixels.shape[0], pixels.shape[1])

    def outline(self, question: Question) -> Outline:
        """Cut anew for a first click or a box; else go on with a click more."""
        is_new = is_first(question)
        if is_new:
            self._shrink(LONGEST_CLICKED if question.clicks else LONGEST)
            self._cut = Cut(self._begun(question))
        for click in question.clicks:
            sure = cv2.GC_FGD if click.is_positive else cv2.GC_BGD
            self._cut.state[self._around(click, SEED)] = sure
        self._cut.improve(self._pixels, is_new=is_new)
        found = self._cut.found.astype(np.float32)
        large = cv2.resize(found, self._size_hw[::-1], interpolation=cv2.INTER_LINEAR)
        return np.asarray(large > 0.5)

    def _shrink(self, longest: int) -> None:
        """Look at the picture no larger than it is cut."""
        height, width = self._size_hw
        scale = min(1.0, longest / max(height, width))
        size_wh = max(1, round(width * scale)), max(1, round(height * scale))
        self._pixels = cv2.resize(self._whole, size_wh, interpolation=cv2.INTER_AREA)

    def _begun(self, question: Question) -> NDArray[np.uint8]:
        """What each pixel is taken for: (h, w) of OpenCV's four values."""
        state = np.full(self._pixels.shape[:2], cv2.GC_PR_BGD, np.uint8)
        if question.box is not None:
            x, y = self._scale()
            left, top, right, bottom = (np.array(question.box.xyxy) * [x, y, x, y]).round()
            state[:] = cv2.GC_BGD
            state[int(top) : int(bottom), int(left) : int(right)] = cv2.GC_PR_FGD
        for click in question.clicks:
            state[self._around(click, NEAR)] = cv2.GC_PR_FGD
        return state

    def _around(self, click: Click, share: float) -> Outline:
        height, width = self._pixels.shape[:2]
        x, y = self._scale()
        return disc((height, width), (click.x * x, click.y * y), share * max(height, width))

    def _scale(self) -> tuple[float, float]:
        height, width = self._pixels.shape[:2]
        return width / self._size_hw[1], height / self._size_hw[0]


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
