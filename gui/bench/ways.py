"""The ways to outline an object that are measured: each gives the IoU, and whether it was enough
without the brush and without falling back to corners alone."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt

from engine.bench.outlining import (
    GOAL,
    farthest_from,
    largest_part,
    middle_line,
    mostly_inside,
    outline_ring,
)
from gui.bench.asking import choose_proposal, click_error, drag_box, take_smart
from gui.bench.finishing import again, corners_for, draw_corners, finished, paint
from gui.bench.holes import LEAST_GAIN
from gui.bench.person import Person
from gui.bench.redrawing import box_redraw, freehand, proposal_redraw, smart_redraw

MOST_CLICKS = 20
PATIENCE = 2
"""After so many clicks that made nothing better, a tool no longer helps."""
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
    """Corners alone: click them, Enter, and those of holes that are too large to be left."""
    draw_corners(person)
    now = person.iou(person.drawn)
    return (now, True) if now >= GOAL else (paint(person), False)


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
    take_smart(person, asker)
    best, waited = 0.0, 0
    for number in range(MOST_CLICKS):
        if number == 0 and with_box:
            drag_box(person)
        elif not click_error(person):
            break
        person.effort.look()
        now = person.iou(person.answered)
        waited = 0 if now > best + LEAST_GAIN else waited + 1
        best = max(best, now)
        if now >= GOAL or waited >= PATIENCE:
            break
    person.key(Qt.Key.Key_Return)
    return finished(person)


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
    return finished(person) if person.drawn.any() else (again(person), False)


def scissors(person: Person) -> tuple[float, bool]:
    """Clicks along the outline, each as far on as the line still follows it."""
    corners = corners_for(person)
    if corners is None:
        return 0.0, False
    ring, near = outline_ring(person.truth), max(corners.tolerance / 2, 1.5)
    person.take("scissors")
    width, done = max(2 * near, person.exact), 0
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
    return finished(person) if person.drawn.any() else (again(person), False)


def proposal(person: Person) -> tuple[float, bool]:
    """What the model proposes, accepted and corrected; corners alone where it proposes nothing."""
    if choose_proposal(person) is None:
        return again(person), False
    person.act("accept")
    return finished(person)


WAYS = (
    Way("polygon", polygon),
    Way("grab_cut", grab_cut),
    Way("scissors", scissors),
    Way("superpixels", superpixels),
    Way("smart", smart),
    Way("smart_box", smart_box),
    Way("freehand", freehand),
    Way("smart_redraw", smart_redraw),
    Way("box_redraw", box_redraw),
    Way("proposal", proposal, needs_weights=True),
    Way("proposal_redraw", proposal_redraw, needs_weights=True),
)
