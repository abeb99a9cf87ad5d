"""What becomes of an Edit that a Tool made: which label it draws with, and what comes after."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, Signal, Slot

from engine.values import Annotation, Sample
from gui.editing import Editing
from gui.kept_drawing import KeptDrawing
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.settings import ALWAYS, FIRST
from gui.tools import registry
from gui.tools.registry import Ability

if TYPE_CHECKING:
    from engine.annotations.edits import Edit

GOING_ON = frozenset({Ability.EXTENDS_MASKS, Ability.SELECTS})
"""Tools whose object is not done with its first Edit, or that draw none."""


class Drawing(QObject):
    """Asks for the label of a new object where the settings say so."""

    object_done = Signal()
    """An object is there, and the settings say that the tool has done its work."""

    def __init__(self, session: Session, window: MainWindow, editing: Editing) -> None:
        super().__init__(window)
        self._session, self._window, self._editing = session, window, editing
        self._asked: set[str] = set()
        self._kept = KeptDrawing(session, window)
        self._kept.wished.connect(self.apply)
        session.project.opened.connect(self._on_opened)

    @Slot()
    def _on_opened(self) -> None:
        self._asked.clear()

    @Slot(object)
    def apply(self, edit: "Edit") -> None:
        """Do it; what is new has the chosen label, or the one that the person now says."""
        from engine.annotations.labelled import drawn, with_label

        annotations = self._session.annotations
        sample = annotations.sample
        new = drawn(edit, sample) if sample is not None and self._looks else ()
        if Ability.DIVIDES in self._abilities:
            new = ()
        label = None
        if new and self._is_label_there and self._asks():
            label = self._editing.ask_label(self._place_of(new[-1]))
        self._kept.begin(edit)
        if label is not None:
            annotations.apply(with_label(edit, label.id, ()), (label,))
            self._editing.choose_named(label)
        else:
            self._editing.apply_drawn(edit)
        self._kept.end()
        if new and self._is_done(new[-1], annotations.sample):
            self.object_done.emit()

    @property
    def _abilities(self) -> frozenset[Ability]:
        return registry.get(self._window.canvas.tool_name).abilities

    @property
    def _looks(self) -> bool:
        now = self._session.store.now
        return now.asks_label in (FIRST, ALWAYS) or not now.keeps_tool

    @property
    def _is_label_there(self) -> bool:
        """Where it is not, one is asked for in any case."""
        annotations = self._session.annotations
        ids = {label.id for label in annotations.labels}
        return annotations.drawing.lent is not None or annotations.label_id in ids

    def _asks(self) -> bool:
        """Whether to ask now; the first time is that of each tool since these were opened."""
        wish, tool = self._session.store.now.asks_label, self._window.canvas.tool_name
        is_first = tool not in self._asked
        self._asked.add(tool)
        return wish == ALWAYS or (wish == FIRST and is_first)

    def _is_done(self, new: Annotation, sample: Sample | None) -> bool:
        """Whether it was stored, and its tool has no more to do on it."""
        if self._session.store.now.keeps_tool or sample is None or sample.find(new.id) is None:
            return False
        return not self._abilities & GOING_ON

    def _place_of(self, new: Annotation) -> QPoint:
        """The right upper corner of the object, as far as it is on the canvas."""
        from engine.regions.masks import box_of

        canvas = self._window.canvas
        box = box_of(new.region)
        x, y = canvas.view.to_screen(box.x2, box.y1)
        place = (QPointF(x, y) / canvas.devicePixelRatioF()).toPoint()
        room = canvas.rect()
        inside = QPoint(min(max(place.x(), 0), room.right()), min(max(place.y(), 0), room.bottom()))
        return canvas.mapToGlobal(inside)
