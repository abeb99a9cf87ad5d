"""What the actions call that give the selected objects another shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject

from engine.values import Polyline, Sample
from gui.actions import QT_TRANSLATE_NOOP
from gui.controllers.large_shapes import LargeShapes
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.simplifying import ask_distance

_T = QT_TRANSLATE_NOOP
FARTHEST = 200
"""Pixels of the picture: more is a slip."""


@dataclass(frozen=True)
class Shape:
    """The text of its Edit, how many objects it needs, and what to say where it changes nothing."""

    text: str
    least: int = 1
    nothing: str = _T("shaping", "There is nothing to change.")


SHAPES = {
    "unite": Shape(_T("shaping", "Unite"), 2),
    "subtract": Shape(
        _T("shaping", "Subtract"),
        2,
        _T("shaping", "They share nothing, or nothing would be left of the first one."),
    ),
    "intersect": Shape(_T("shaping", "Intersect"), 2, _T("shaping", "They share nothing.")),
    "split_parts": Shape(_T("shaping", "Split into parts"), 1, _T("shaping", "It is one part.")),
    "fill_holes": Shape(_T("shaping", "Fill holes"), 1, _T("shaping", "There are no holes.")),
    "keep_largest": Shape(_T("shaping", "Keep largest part"), 1, _T("shaping", "It is one part.")),
    "smooth": Shape(_T("shaping", "Smooth")),
    "to_masks": Shape(_T("shaping", "To mask"), 1, _T("shaping", "It is a mask already.")),
    "to_polygons": Shape(
        _T("shaping", "To polygon"),
        1,
        _T("shaping", "Only a mask of one part becomes a polygon: split it into parts first."),
    ),
}
"""By the name of their function in `engine.annotations.shaping`."""


class Shaping(QObject):
    """One method for each row of the table in `gui.actions` whose call begins with `shaping.`"""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._annotations, self._window = session.annotations, window
        self._large = LargeShapes(session.annotations, session.project, session.large)
        self._last, self._distance = 2, 1.0

    def apply(self, name: str) -> None:
        """Give the selected objects this shape, or say why they have it."""
        # engine.annotations needs OpenCV, which the window must not wait for at its start.
        from engine.annotations import shaping

        shape, ids = SHAPES[name], self._annotations.selection
        if len(ids) < shape.least:
            self._say_select(shape.least)
            return
        if self._says_no_area(ids, shape.least):
            return
        change = partial(getattr(shaping, name), ids=ids)
        is_one = name in ("unite", "intersect")
        then = partial(self._say, _tr(shape.nothing), ids if is_one else ())
        self._large.edit(_tr(shape.text), change, ids, then, is_one=is_one)

    def _say(self, nothing: str, ids: Sequence[str], before: Sample, after: Sample) -> None:
        """What an Edit came to, where that is not to be seen: `ids` are one object now."""
        if after == before:
            self._window.say(nothing)
        elif ids:
            self._say_label(before, ids)

    def _say_label(self, before: Sample, ids: Sequence[str]) -> None:
        """Whose label several objects have as one, where theirs was not the same."""
        found = [a.label_id for i in ids if (a := before.find(i)) is not None]
        name = next((x.name for x in self._annotations.labels if x.id == found[0]), "")
        if len(set(found)) > 1 and name:
            self._window.say(self.tr("It has the label of the first one now: {0}.").format(name))

    def grow(self, *, is_more: bool = True) -> None:
        """Ask by how many pixels, and let the selected objects grow."""
        from engine.annotations import shaping

        ids = self._annotations.selection
        if not ids:
            self._say_select(1)
            return
        if self._says_no_area(ids, 1):
            return
        text = self.tr("Grow") if is_more else self.tr("Shrink")
        by = ask.pixels(self._window, text, self._last, FARTHEST)
        if by is None:
            return
        self._last = by
        nothing = self.tr("Nothing would be left, or there is no room to grow.")
        change = partial(shaping.grow, ids=ids, by=by if is_more else -by)
        self._large.edit(text, change, ids, partial(self._say, nothing, ()))

    def shrink(self) -> None:
        """Ask by how many pixels, and let the selected objects shrink; none vanishes."""
        self.grow(is_more=False)

    def simplify(self) -> None:
        """Ask how far new outlines may be from the old ones, and show them meanwhile."""
        from engine.annotations import shaping

        sample, ids = self._annotations.sample, self._annotations.selection
        chosen = [a for i in ids if sample is not None and (a := sample.find(i)) is not None]
        if not chosen:
            self._say_select(1)
            return
        if self._says_no_area(ids, 1):
            return
        distance = ask_distance(self._window.canvas, chosen, self._distance)
        if distance is None:
            return
        self._distance = distance
        then = partial(self._say, self.tr("There is nothing to change."), ())
        change = partial(shaping.simplify, ids=ids, by=distance)
        self._large.edit(self.tr("Simplify"), change, ids, then)

    def _says_no_area(self, ids: Sequence[str], least: int) -> bool:
        """Whether too few of them cover anything; say that what does not stays as it is."""
        sample = self._annotations.sample
        found = [a for i in ids if sample is not None and (a := sample.find(i)) is not None]
        lines = [a for a in found if isinstance(a.region, Polyline)]
        if not lines:
            return False
        self._window.say(self.tr("Lines and points cover nothing, and stay as they are."))
        return len(found) - len(lines) < least

    def _say_select(self, least: int) -> None:
        one = self.tr("Select an object first.")
        more = self.tr("Select two objects or more first: click them with Ctrl held.")
        self._window.say(one if least == 1 else more)


def _tr(text: str) -> str:
    return QCoreApplication.translate("shaping", text)
