"""How the made-up person finishes what is not good enough yet: with the brush, and where that does
not help either, with corners alone."""

import numpy as np
from PySide6.QtCore import Qt

from engine.bench.outlining import (
    GOAL,
    Corners,
    corners_of,
    correction_of,
    goal_of_parts,
    without_holes,
)
from gui.bench.holes import LEAST_GAIN, click_corners, cut_holes
from gui.bench.person import Person

BRUSH_STEP = 1.15
OTHER_SIZE = 1.5
"""A brush within this factor of the wished size is taken as it is."""


def finished(person: Person) -> tuple[float, bool]:
    """Good enough by itself, or corrected."""
    now = person.iou(person.drawn)
    return (now, True) if now >= GOAL else (correct(person), False)


def correct(person: Person) -> float:
    """With the brush, or all again with corners alone."""
    now = paint(person)
    return now if now >= GOAL else again(person)


def paint(person: Person) -> float:
    """Strokes over the largest error as long as they help."""
    while (now := person.iou(person.drawn)) < GOAL:
        person.effort.look()
        found = correction_of(person.truth, person.drawn, person.place)
        if found is None or found[1] < now + LEAST_GAIN:
            return now
        correction, held = found[0], found[0].is_erasing
        person.take("brush")
        _resize(person, correction.radius)
        points, width = list(correction.points), 2 * correction.radius
        if len(points) == 1:
            person.click(points[0], width / 2, is_held=held)
        else:
            person.drag(points, width, is_held=held)
        if person.iou(person.drawn) < now + LEAST_GAIN:  # Its size was only near the right one.
            person.act("undo")
            return now
    return now


def again(person: Person) -> float:
    """Delete it, and draw it with corners alone."""
    if person.drawn.any():
        person.app.session.annotations.select_all()
        person.act("delete")
    draw_corners(person)
    return paint(person)


def draw_corners(person: Person) -> None:
    """Click the fewest corners that are good enough, Enter; then those of the holes that are too
    large to be left."""
    corners = corners_for(person)
    if corners is None:
        return
    person.take("polygon")
    click_corners(person, corners)
    cut_holes(person)


def corners_for(person: Person) -> Corners | None:
    """The fewest that are good enough; where no outline without holes is, together with those of
    the holes."""
    corners = corners_of(person.truth, person.place)
    if corners is not None:
        return corners
    goal = goal_of_parts(person.truth, person.place)
    return corners_of(without_holes(person.truth), person.place, goal)


def _resize(person: Person, radius: float) -> None:
    """Make the brush larger or smaller, where it is far from the wished size."""
    factor = radius / person.canvas.scene.radius
    if max(factor, 1 / factor) >= OTHER_SIZE:
        steps = max(1, round(abs(float(np.log(factor))) / float(np.log(BRUSH_STEP))))
        person.roll(Qt.Key.Key_BracketRight if factor > 1 else Qt.Key.Key_BracketLeft, steps)
