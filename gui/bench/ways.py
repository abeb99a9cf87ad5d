"""The ways to outline an object that are measured: each gives the IoU, and whether it was enough
without the brush and without falling back to corners alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt

from engine.bench.outlining import (
    GOAL,
    corners_of,
    correction_of,
    farthest_from,
    largest_part,
    middle_line,
    mostly_inside,
    outline_ring,
)
from engine.evaluation.clicks import next_click
from gui.bench.person import LEFT, RIGHT, Person, Point

MOST_CLICKS = 20
PATIENCE = 2
"""After so many clicks that made nothing better, a tool no longer helps."""
LEAST_GAIN = 0.003
"""Of the IoU: what gains less is no help."""
MATCH = 0.5
"""A proposal with this IoU is worth accepting."""
BRUSH_STEP = 1.15
OTHER_SIZE = 1.5
"""A brush within this factor of the wished size is taken as it is."""
EXACT = 3.0
"""Pixels of the screen: nobody points more exactly."""
NEARER = 0.7
"""When a line leaves the outline, the next click is tried at so much of the way."""

Draw = Callable[[Person], tuple[float, bool]]


@dataclass(frozen=True)
class Way:
    """A way by its name; some need a model that proposes something."""

    name: str
    draw: Draw
    needs_weights: bool = False


def polygon(person: Person) -> tuple[float, bool]:
    """Corners alone: click them, Enter."""
    corners = corners_of(person.truth, person.place)
    if corners is None:
        return 0.0, False
    person.take("polygon")
    for point in corners.points:
        person.click(point, max(2 * corners.tolerance, _exact(person)))
    person.key(Qt.Key.Key_Return)
    return finished(person)


def finished(person: Person) -> tuple[float, bool]:
    """Good enough by itself, or corrected."""
    now = person.iou(person.drawn)
    return (now, True) if now >= GOAL else (correct(person), False)


def correct(person: Person) -> float:
    """Strokes over the largest error as long as they help; then all again, with corners alone."""
    while (now := person.iou(person.drawn)) < GOAL:
        person.effort.look()
        found = correction_of(person.truth, person.drawn, person.place)
        if found is None or found[1] < now + LEAST_GAIN:
            return _again(person)
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
            return _again(person)
    return now


def _again(person: Person) -> float:
    corners = corners_of(person.truth, person.place)
    if corners is None:
        return person.iou(person.drawn)
    if person.drawn.any():
        person.app.session.annotations.select_all()
        person.act("delete")
    person.take("polygon")
    for point in corners.points:
        person.click(point, max(2 * corners.tolerance, _exact(person)))
    person.key(Qt.Key.Key_Return)
    return person.iou(person.drawn)


def _resize(person: Person, radius: float) -> None:
    """Make the brush larger or smaller, where it is far from the wished size."""
    factor = radius / person.canvas.scene.radius
    if max(factor, 1 / factor) >= OTHER_SIZE:
        steps = max(1, round(abs(float(np.log(factor))) / float(np.log(BRUSH_STEP))))
        person.roll(Qt.Key.Key_BracketRight if factor > 1 else Qt.Key.Key_BracketLeft, steps)


def grab_cut(person: Person) -> tuple[float, bool]:
    """Colors alone: a box, then clicks at the largest error."""
    return _ask(person, "grab_cut", with_box=True)


def smart(person: Person) -> tuple[float, bool]:
    """The network: clicks at the largest error."""
    return _ask(person, "click_lite0", with_box=False)


def smart_box(person: Person) -> tuple[float, bool]:
    """The network: a box, then clicks at the largest error."""
    return _ask(person, "click_lite0", with_box=True)


def _ask(person: Person, asker: str, *, with_box: bool) -> tuple[float, bool]:
    person.use_asker(asker)
    best, waited, before = 0.0, 0, person.answers
    for number in range(MOST_CLICKS):
        before = person.answers
        if number == 0 and with_box:
            person.drag(_box(person), EXACT)
        else:
            click = next_click(person.truth, person.answered)
            if click is None:
                break
            wrong = person.truth ^ person.answered
            button = LEFT if click.is_positive else RIGHT
            at = click.x, click.y
            person.click(at, person.room(at, wrong), button=button)
        person.wait_for_answer(before)
        person.effort.look()
        now = person.iou(person.answered)
        waited = 0 if now > best + LEAST_GAIN else waited + 1
        best = max(best, now)
        if now >= GOAL or waited >= PATIENCE:
            break
    person.key(Qt.Key.Key_Return)
    return finished(person)


def _box(person: Person) -> list[Point]:
    rows, columns = np.nonzero(person.truth)
    return [
        (float(columns.min()), float(rows.min())),
        (float(columns.max() + 1), float(rows.max() + 1)),
    ]


def superpixels(person: Person) -> tuple[float, bool]:
    """Strokes through the middle of what lacks of those superpixels that lie mostly in the object;
    one that makes nothing better was the last."""
    person.take("superpixels")
    divided = person.canvas.scene.superpixels
    assert divided is not None
    target = mostly_inside(divided.ids, person.truth)
    for number in range(MOST_CLICKS):
        now, left = person.iou(person.drawn), largest_part(target & ~person.drawn)
        if now >= GOAL or not left.any():
            break
        if number:
            person.effort.look()
        line = middle_line(left)
        person.drag(line, person.room(line[len(line) // 2], left))
        if person.iou(person.drawn) < now + LEAST_GAIN:
            break
    return finished(person) if person.drawn.any() else (_again(person), False)


def scissors(person: Person) -> tuple[float, bool]:
    """Clicks along the outline, each as far on as the line still follows it."""
    corners = corners_of(person.truth, person.place)
    if corners is None:
        return 0.0, False
    ring, near = outline_ring(person.truth), max(corners.tolerance / 2, 1.5)
    person.take("scissors")
    width, done = max(2 * near, _exact(person)), 0
    person.click(ring[0], width)
    for _ in range(2 * len(corners.points) + 3):
        person.wait_for_lines()
        step = min(len(ring) - done, len(ring) // 3)
        while step > 3:
            person.move(ring[(done + step) % len(ring)], width)
            part = [ring[n % len(ring)] for n in range(done, done + step + 1)]
            if farthest_from(person.line, part) <= near:
                break
            step = int(step * NEARER)
        done += max(step, 1)
        if done >= len(ring) - 2:
            break
        person.click(ring[done], width)
    person.key(Qt.Key.Key_Return)
    return finished(person) if person.drawn.any() else (_again(person), False)


def proposal(person: Person) -> tuple[float, bool]:
    """What the model proposes, accepted and corrected; corners alone where it proposes nothing."""
    person.effort.look()
    sample = person.app.session.annotations.sample
    waiting = sample.proposals if sample is not None else ()
    scored = [(person.iou(person.outline_of(each.region)), each) for each in waiting]
    best, chosen = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if chosen is None or best < MATCH:
        person.app.session.annotations.drop_draft()
        return _again(person), False
    click = next_click(person.truth & person.outline_of(chosen.region), person.truth & False)
    assert click is not None
    at = click.x, click.y
    person.select(chosen.id, at, person.room(at, person.truth))
    person.act("accept")
    return finished(person)


def _exact(person: Person) -> float:
    return EXACT / person.canvas.view.scale


WAYS = (
    Way("polygon", polygon),
    Way("grab_cut", grab_cut),
    Way("scissors", scissors),
    Way("superpixels", superpixels),
    Way("smart", smart),
    Way("smart_box", smart_box),
    Way("proposal", proposal, needs_weights=True),
)
