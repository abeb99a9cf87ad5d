"""Which part of a frame a question is about: a person who has come closer means what is seen."""

import math

from engine.click.question import Question
from gui.canvas.view import View
from gui.click.answering import Part

MARGIN = 0.15
"""Of what is on the screen, on each side: an object may reach a little beyond."""
LARGE = 0.6
"""A part with a larger share of the frame's width or height is no closer look."""


def part_in_sight(view: View, screen_wh: tuple[int, int], size_hw: tuple[int, int]) -> Part | None:
    """What a closer look shows of a frame, and a little around it; None for all of the frame."""
    (x1, y1), (x2, y2) = view.to_frame(0, 0), view.to_frame(*screen_wh)
    wide, high = MARGIN * (x2 - x1), MARGIN * (y2 - y1)
    left, top = max(math.floor(x1 - wide), 0), max(math.floor(y1 - high), 0)
    right, bottom = min(math.ceil(x2 + wide), size_hw[1]), min(math.ceil(y2 + high), size_hw[0])
    if right - left > LARGE * size_hw[1] or bottom - top > LARGE * size_hw[0]:
        return None
    return (left, top, right, bottom) if right > left and bottom > top else None


def holds(part: Part, question: Question) -> bool:
    """Whether all that points at something lies in a part."""
    left, top, right, bottom = part
    points = [(click.x, click.y) for click in question.clicks]
    if question.box is not None:
        points += [question.box.xyxy[:2], question.box.xyxy[2:]]
    return all(left <= x <= right and top <= y <= bottom for x, y in points)
