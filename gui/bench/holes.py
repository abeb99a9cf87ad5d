"""How the made-up person cuts holes, with the tool for that: by corners, or by a drag each."""

from PySide6.QtCore import Qt

from engine.bench.outlining import GOAL, Corners, corners_of, goal_of_parts, holes_of
from engine.bench.tracing import WIDEST, WIDTH, border_of
from gui.bench.person import Person

LEAST_GAIN = 0.003
"""Of the IoU: what gains less is no help."""


def cut_holes(person: Person, *, by_drags: bool = False) -> None:
    """Those that were drawn over, the largest first, as long as they help and it is not good
    enough. Who drags looks first what there is, and keeps to a way as wide as along the border."""
    holes = holes_of(person.truth)
    goal = goal_of_parts(person.truth, person.place) if holes else GOAL
    for hole in holes:
        now = person.iou(person.drawn)
        if now >= GOAL or person.iou(person.drawn & ~hole) < now + LEAST_GAIN:
            return
        corners = corners_of(hole, person.place, goal)
        if corners is None:
            return
        person.take("hole")
        if by_drags:
            person.effort.look()
            border = border_of(hole, hole)
            person.trace(border.line(0, len(border.points)), way_along(person, corners))
        else:
            click_corners(person, corners)
        if person.iou(person.drawn) < now + LEAST_GAIN:  # So narrow that the hand missed it.
            person.act("undo")
            return


def click_corners(person: Person, corners: Corners) -> None:
    """One after the other, Enter."""
    for point in corners.points:
        person.click(point, max(2 * corners.tolerance, person.exact))
    person.key(Qt.Key.Key_Return)


def way_along(person: Person, corners: Corners | None) -> float:
    """How wide a way along a border may be, of which these corners are good enough."""
    wide = WIDTH * corners.tolerance if corners else 0.0
    return max(min(wide, WIDEST / person.canvas.view.scale), person.exact)
