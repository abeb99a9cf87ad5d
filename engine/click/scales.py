"""The scales at which a question about a very large frame is asked first.

At its own scale a network sees nothing of what is small in it: an object of 300 pixels in 20,000 is
seven wide, and the answer is some large area around it. Which scale is right depends on the object,
so it is asked at several, and the surest answer counts.
"""

import numpy as np

from engine.click.outline import Rect
from engine.click.question import Question

MANY = 10.0
"""A frame of more times the network's input, along its longer side, is a very large one."""
STEP = 3.0
"""How much closer each look is than the one before."""
CLOSEST = 1.5
"""Pixels of the frame for one of the input, in the last of them: what comes then, every answer of a
small object has anyway."""


def closer_looks(
    question: Question, size_hw: tuple[int, ...], input_hw: tuple[int, int]
) -> list[Rect]:
    """Parts of a frame around clicks, each closer than the last; none of a frame that is not very
    large, and where a box tells how large the object is."""
    times = max(size_hw[0] / input_hw[0], size_hw[1] / input_hw[1])
    if times <= MANY or question.box is not None:
        return []
    points = np.array([(click.x, click.y) for click in question.clicks if click.is_positive])
    center, frame_xy = points.mean(axis=0), np.array(size_hw[::-1])
    found: list[Rect] = []
    while (times := times / STEP) > CLOSEST:
        sides = np.minimum(np.array(input_hw[::-1]) * times, frame_xy).astype(int)
        left, top = np.clip(center - sides / 2, 0, frame_xy - sides).astype(int).tolist()
        found.append((left, top, left + int(sides[0]), top + int(sides[1])))
    return found
