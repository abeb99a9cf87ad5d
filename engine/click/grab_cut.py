"""GrabCut, asked as a network is: it needs no weights, and knows nothing but the colours it sees.

A box is cut with what lies around it, clicks without a box from the whole frame; clicks are strokes
of a brush that say what surely belongs to the object, and what does not.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.click.question import Click, Question
from engine.regions.crops import crop, tight
from engine.regions.grab_cut import Cut, disc
from engine.values import Mask

KEY = "grab_cut"
LONGEST = 256
"""Pixels: a part of a frame with a longer side is cut at this size."""
AROUND = 0.35
"""How much of a box's sides is seen beyond each: there are the colours of what is around."""
SEED, NEAR = 0.015, 0.06
"""Of the longer side of what is cut, around a click: what surely is as it says; around a first one
without a box, what is taken for the object to begin with."""

Rect = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Seen:
    """A frame: there is nothing to work out before somebody asks."""

    size_hw: tuple[int, int]


@dataclass(frozen=True, eq=False)
class CutAnswer:
    """The outline; how sure it is, nobody knows. With what the next answer begins from."""

    mask: Mask | None
    rect: Rect
    cut: Cut
    score: float = 0.0


class GrabCut:
    """Answers by colours alone. Any thread may call it, one at a time."""

    origin = "GrabCut"
    device_text = "CPU"

    def see(self, pixels: NDArray[np.uint8], /) -> Seen:
        """Note its size."""
        return Seen((pixels.shape[0], pixels.shape[1]))

    def ask(
        self,
        pixels: NDArray[np.uint8],
        whole: Seen,
        question: Question,
        before: CutAnswer | None = None,
        /,
    ) -> CutAnswer:
        """Cut anew for a first click or a box, and where the last cut found nothing; else go on."""
        rect = part_of(question, whole.size_hw)
        shown = _shrunk(pixels, rect)
        is_new = before is None or before.mask is None or before.rect != rect
        cut = _begun(question, rect, shown) if is_new or before is None else before.cut.copy()
        size_hw = shown.shape[0], shown.shape[1]
        for click in question.clicks:
            sure = cv2.GC_FGD if click.is_positive else cv2.GC_BGD
            cut.state[disc(size_hw, _within(click, rect, size_hw), SEED * max(size_hw))] = sure
        cut.improve(shown, is_new=is_new)
        return CutAnswer(_outline(cut, question, rect), rect, cut)


def part_of(question: Question, size_hw: tuple[int, int]) -> Rect:
    """What is cut: a box with its surroundings and all clicks, else the frame."""
    height, width = size_hw
    if question.box is None:
        return 0, 0, width, height
    x1, y1, x2, y2 = question.box.xyxy
    more_x, more_y = AROUND * (x2 - x1) + 2, AROUND * (y2 - y1) + 2
    xs = [x1 - more_x, x2 + more_x, *(click.x for click in question.clicks)]
    ys = [y1 - more_y, y2 + more_y, *(click.y for click in question.clicks)]
    left, top = max(int(min(xs)), 0), max(int(min(ys)), 0)
    return left, top, min(int(max(xs)) + 1, width), min(int(max(ys)) + 1, height)


def _shrunk(pixels: NDArray[np.uint8], rect: Rect) -> NDArray[np.uint8]:
    part = pixels[rect[1] : rect[3], rect[0] : rect[2]]
    height, width = part.shape[:2]
    scale = min(1.0, LONGEST / max(height, width))
    size_wh = max(1, round(width * scale)), max(1, round(height * scale))
    # A copy, as OpenCV wants to be allowed to write.
    return np.array(cv2.resize(part, size_wh, interpolation=cv2.INTER_AREA), np.uint8)


def _begun(question: Question, rect: Rect, shown: NDArray[np.uint8]) -> Cut:
    """What each pixel is taken for before anything is known of colours."""
    size_hw = shown.shape[0], shown.shape[1]
    state = np.full(size_hw, cv2.GC_PR_BGD, np.uint8)
    if question.box is not None:
        x1, y1, x2, y2 = question.box.xyxy
        left, top = _within(Click(x1, y1), rect, size_hw)
        right, bottom = _within(Click(x2, y2), rect, size_hw)
        state[:] = cv2.GC_BGD
        rows = slice(round(top), max(round(bottom), round(top) + 1))
        state[rows, round(left) : max(round(right), round(left) + 1)] = cv2.GC_PR_FGD
    else:
        for click in question.clicks:
            if click.is_positive:
                near = disc(size_hw, _within(click, rect, size_hw), NEAR * max(size_hw))
                state[near] = cv2.GC_PR_FGD
    return Cut(state)


def _within(click: Click, rect: Rect, size_hw: tuple[int, int]) -> tuple[float, float]:
    """A point of the frame in pixels of what is cut."""
    x = (click.x - rect[0]) * size_hw[1] / (rect[2] - rect[0])
    y = (click.y - rect[1]) * size_hw[0] / (rect[3] - rect[1])
    return x, y


def _outline(cut: Cut, question: Question, rect: Rect) -> Mask | None:
    """The object in pixels of the frame; by clicks alone, only what hangs together with one."""
    found = cut.found.astype(np.uint8)
    if question.box is None:
        _, parts = cv2.connectedComponents(found)
        height, width = found.shape
        clicked = [_within(c, rect, (height, width)) for c in question.clicks if c.is_positive]
        numbers = {
            int(parts[min(int(y), height - 1), min(int(x), width - 1)]) for x, y in clicked
        } - {0}
        found = np.isin(parts, list(numbers)).astype(np.uint8)
    if not found.any() or found.all():
        return None
    size_wh = rect[2] - rect[0], rect[3] - rect[1]
    large = cv2.resize(found.astype(np.float32), size_wh, interpolation=cv2.INTER_LINEAR)
    return tight(crop(rect[0], rect[1], large > 0.5))
