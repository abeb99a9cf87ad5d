"""The made-up person redraws: the whole outline by one drag, or what a model got wrong of it.

It clicks as long as that helps, and redraws the wrong stretch once that is not too long.
"""

import math
from dataclasses import dataclass

from PySide6.QtCore import Qt

from engine.bench.outlining import GOAL
from engine.bench.tracing import (
    GAIN,
    SDS_IN_WIDTH,
    SHARE,
    SURE,
    border_of,
    wrong_stretches,
)
from engine.values import Region
from gui.bench.asking import choose_proposal, click_error, drag_box, take_smart
from gui.bench.finishing import corners_for, finished
from gui.bench.holes import LEAST_GAIN, cut_holes, way_along
from gui.bench.person import RIGHT, Person, Point
from gui.tools.scene import PointerEvent
from gui.tools.stretch import outline_of, place_at, redrawn_along

MOST_STEPS = 20
PATIENCE = 2
"""After so many steps that made nothing better, drags no longer help."""


@dataclass(frozen=True)
class Stretch:
    """A line along the true border, which share of it that is, and the IoU with it."""

    line: list[Point]
    share: float
    iou: float

    @property
    def is_easy(self) -> bool:
        """Whether it is enough, and not long."""
        return self.iou >= SURE and self.share <= SHARE


def width_of(person: Person) -> float:
    """How wide a way along the border may be."""
    return way_along(person, corners_for(person))


def stretch_of(person: Person, region: Region | None, width: float) -> Stretch | None:
    """The shortest that is enough, else the one that helps most; None where none helps."""
    if region is None:
        return None
    found = person.outline_of(region)
    border = border_of(person.truth, found)
    stretches = []
    for start, count in wrong_stretches(border, width / SDS_IN_WIDTH):
        line = border.line(start, count)
        made = redrawn_along(region, line, person.size_hw)
        share = count / len(border.points)
        iou = person.iou(person.outline_of(made))
        if iou > person.iou(found) + LEAST_GAIN:
            stretches.append(Stretch(line, share, iou))
    enough = [each for each in stretches if each.iou >= SURE]
    if enough:
        return min(enough, key=lambda each: each.share)
    return max(stretches, key=lambda each: each.iou, default=None)


def freehand(person: Person) -> tuple[float, bool]:
    """The whole outline by one drag, without a model; what is not good enough of it is redrawn."""
    border = border_of(person.truth, person.truth)
    person.take("polygon")
    person.trace(border.line(0, len(border.points)), width_of(person))
    cut_holes(person, by_drags=True)
    drawn = person.last
    if drawn is not None and person.iou(person.drawn) < GOAL:
        person.effort.look()
        person.take("select")
        _redraw_selected(person, drawn)
    return _finished(person)


def smart_redraw(person: Person) -> tuple[float, bool]:
    """The network: clicks at the largest error, and drags along the true border."""
    return _ask_and_redraw(person, with_box=False)


def box_redraw(person: Person) -> tuple[float, bool]:
    """The same after a box."""
    return _ask_and_redraw(person, with_box=True)


def proposal_redraw(person: Person) -> tuple[float, bool]:
    """What the model proposes, accepted or redrawn, which accepts it; where it proposes nothing
    like it, a box and Smart click."""
    chosen = choose_proposal(person)
    if chosen is None:
        return box_redraw(person)
    is_good = person.iou(person.outline_of(chosen.region)) >= GOAL
    if is_good or not _redraw_selected(person, chosen.region):
        person.act("accept")
    return _finished(person)


def _ask_and_redraw(person: Person, *, with_box: bool) -> tuple[float, bool]:
    """Clicks until one drag does it that is not long, or a click gains little; then drags."""
    take_smart(person, "click_lite0")
    width, now, gain, waited = width_of(person), 0.0, 1.0, 0
    for number in range(MOST_STEPS):
        stretch = stretch_of(person, person.shown, width)
        if number == 0 and with_box:
            drag_box(person)
        elif stretch is not None and (gain < GAIN or stretch.is_easy):
            person.trace(stretch.line, width, button=RIGHT)
        elif not click_error(person):
            break
        person.effort.look()
        before, now = now, person.iou(person.answered)
        gain = now - before
        waited = 0 if gain > LEAST_GAIN else waited + 1
        if now >= GOAL or waited >= PATIENCE:
            break
    person.key(Qt.Key.Key_Return)
    return _finished(person)


def _redraw_selected(person: Person, region: Region) -> bool:
    """Drags along the true border, each begun on the outline that is there, as long as they help;
    False where none does."""
    width, now, waited = width_of(person), person.iou(person.outline_of(region)), 0
    for number in range(MOST_STEPS):
        stretch = stretch_of(person, region, width)
        if stretch is None:
            return number > 0
        person.trace([_on(region, stretch.line[0]), *stretch.line], width, is_held=True)
        person.effort.look()
        before, now, region = now, person.iou(person.drawn), person.last or region
        waited = 0 if now > before + LEAST_GAIN else waited + 1
        if now >= GOAL or waited >= PATIENCE:
            break
    return True


def _finished(person: Person) -> tuple[float, bool]:
    """The holes that lack are cut by drags, too; then as with any other help."""
    cut_holes(person, by_drags=True)
    return finished(person)


def _on(region: Region, point: Point) -> Point:
    """The nearest point of an outline."""
    outline = outline_of(region)
    assert outline is not None
    place = place_at(outline, PointerEvent(*point, tolerance=math.inf))
    assert place is not None
    return place.point
