"""The objects of a frame as rows of a table."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from engine.formats.open_dataset import ORIGIN as IMPORTED
from engine.tracks.keyframes import INTERPOLATED
from engine.values import PERSON, Annotation, Label, Polyline, Sample, word_for
from gui import icons
from gui.panels.table import NUMBER, Index, TableRows

SHOWN, LOCKED, PLACE, LABEL, KIND, STATE, SCORE, ORIGIN, SIZE = range(9)
COLUMNS = ("shown", "locked", "number", "label", "kind", "state", "score", "origin", "size")
"""How settings call them."""
HOVERED = QColor(77, 163, 255, 56)
"""Behind the row of the object that the mouse is on, in either theme."""
_NUMBERS = (PLACE, SCORE, SIZE)
Role = Qt.ItemDataRole


class ObjectRows(TableRows[Annotation]):
    """Proposals first, since they wait for an answer, then what a person drew or accepted; or in
    the order of a column. What a row says is worked out when it is seen."""

    rename_requested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles = (
            *("", "", self.tr("No.")),
            *(self.tr("Label"), self.tr("Kind"), self.tr("State"), self.tr("Score")),
            *(self.tr("Origin"), self.tr("Pixels")),
        )
        self.names = (self.tr("Shown"), self.tr("Locked"), *self.titles[2:])
        self._proposed = QFont(parent.font()) if parent is not None else QFont()
        self._proposed.setItalic(True)
        self._given: tuple[Annotation, ...] = ()
        self._order: tuple[int, Qt.SortOrder] = (-1, Qt.SortOrder.AscendingOrder)
        self._waiting: frozenset[str] = frozenset()
        self._numbers: dict[str, int] = {}
        self._places: dict[str, int] = {}
        self._sizes: dict[str, tuple[Annotation, float]] = {}
        self._labels: dict[int, Label] = {}
        self._hidden: Collection[str] = frozenset()
        self._locked: Collection[str] = frozenset()
        self._hovered = ""
        self.color_of: Callable[[str], tuple[int, int, int] | None] = lambda _: None

    def set_sample(self, sample: Sample | None, labels: Sequence[Label]) -> None:
        """Show this frame's objects."""
        self._given, self._waiting = (), frozenset()
        if sample is not None:
            self._given = (*sample.proposals, *sample.annotations)
            self._waiting = frozenset(a.id for a in sample.proposals)
        self._numbers = {a.id: number for number, a in enumerate(self._given, start=1)}
        self._sizes = {i: kept for i, kept in self._sizes.items() if i in self._numbers}
        self._labels = {label.id: label for label in labels}
        self._arrange()

    def set_marks(self, hidden: Collection[str], locked: Collection[str]) -> None:
        """Which are hidden, and which locked."""
        self._hidden, self._locked = hidden, locked
        if self.rows:
            last = self.index(len(self.rows) - 1, LOCKED)
            self.dataChanged.emit(self.index(0, SHOWN), last)

    def set_hovered(self, annotation_id: str) -> None:
        """Point this row out; "" for none."""
        both, self._hovered = (self._hovered, annotation_id), annotation_id
        for row in (self._places[i] for i in both if i in self._places):
            self.dataChanged.emit(self.index(row, 0), self.index(row, SIZE), [Role.BackgroundRole])

    def row_of(self, annotation_id: str) -> int | None:
        """The row of an object."""
        return self._places.get(annotation_id)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt: put the rows into the order of a column; -1 as they came."""
        self._order = column, order
        self._arrange()

    def _arrange(self) -> None:
        column, order = self._order
        rows: Sequence[Annotation] = self._given
        if column >= 0:
            is_falling = order == Qt.SortOrder.DescendingOrder
            rows = sorted(rows, key=self._key_of(column), reverse=is_falling)
        self._places = {a.id: row for row, a in enumerate(rows)}
        self.set_rows(rows)

    def _key_of(self, column: int) -> Callable[[Annotation], Any]:
        """What a column is ordered by."""
        keys: dict[int, Callable[[Annotation], Any]] = {
            SHOWN: lambda a: a.id in self._hidden,
            LOCKED: lambda a: a.id not in self._locked,
            LABEL: lambda a: self._name(a).casefold(),
            KIND: self._kind,
            STATE: self._state,
            SCORE: lambda a: -1.0 if a.score is None else a.score,
            ORIGIN: self._source,
            SIZE: self._size,
        }
        return keys.get(column, lambda a: self._numbers[a.id])

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: labels can be edited; what is locked cannot be chosen."""
        flags = super().flags(index)
        if index.isValid() and self.rows[index.row()].id in self._locked:
            return flags & ~Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == LABEL else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Qt: the titles; signs in place of two of them."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Role.DecorationRole and section in (SHOWN, LOCKED):
                return icons.sign("mdi6.eye-outline" if section == SHOWN else "mdi6.lock-outline")
            if role == Role.ToolTipRole:
                hint = self.tr("{0}: click to order, right click for other columns")
                return hint.format(self.names[section])
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Qt: what a cell shows."""
        annotation, column = self.rows[index.row()], index.column()
        if role == Role.DisplayRole:
            return self._text(annotation, column)
        if role == Role.EditRole and column == LABEL:
            return self._name(annotation)
        if role == Role.DecorationRole:
            return self._icon(annotation, column)
        if role == Role.TextAlignmentRole and column in _NUMBERS:
            return NUMBER
        if role == Role.ToolTipRole:
            return self._hint(annotation, column)
        if role == Role.FontRole and annotation.id in self._waiting:
            return self._proposed
        if role == Role.BackgroundRole and annotation.id == self._hovered:
            return HOVERED
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Qt: a label was typed; the controller decides."""
        annotation, name = self.rows[index.row()], str(value).strip()
        if role == Role.EditRole and name not in ("", self._name(annotation)):
            self.rename_requested.emit(annotation.id, name)
            return True
        return False

    def _text(self, annotation: Annotation, column: int) -> str | None:
        if column in (SHOWN, LOCKED):
            return None
        if column == PLACE:
            return str(self._numbers[annotation.id])
        if column == SCORE:
            return "" if annotation.score is None else f"{annotation.score:.2f}"
        if column == SIZE:
            is_line = isinstance(annotation.region, Polyline)
            return "" if is_line else f"{round(self._size(annotation)):,}"
        texts = {LABEL: self._title, KIND: self._kind, STATE: self._state, ORIGIN: self._source}
        return texts[column](annotation)

    def _icon(self, annotation: Annotation, column: int) -> Any:
        if column == SHOWN:
            is_hidden = annotation.id in self._hidden
            return icons.sign("mdi6.eye-off-outline" if is_hidden else "mdi6.eye-outline")
        if column == LOCKED:
            is_locked = annotation.id in self._locked
            return icons.sign("mdi6.lock" if is_locked else "mdi6.lock-open-variant-outline")
        label = self._labels.get(annotation.label_id)
        if column == LABEL and label is not None:
            color = self.color_of(annotation.id) or label.color
            return icons.swatch(color, is_hollow=annotation.id in self._waiting)
        return icons.badge(self._origin(annotation)) if column == STATE else None

    def _hint(self, annotation: Annotation, column: int) -> str:
        if column == SHOWN:
            return self.tr("Click to hide it, or to show it again")
        if column == LOCKED:
            return self.tr("Click to lock it: what is locked is neither chosen nor changed")
        origin = self.tr("From {0}").format(annotation.origin)
        if column == LABEL:
            hint = self.tr("Double-click or F2 for another label")
            return f"{self._name(annotation)}\n{origin}\n{hint}"
        return origin

    def _name(self, annotation: Annotation) -> str:
        label = self._labels.get(annotation.label_id)
        return label.name if label else self.tr("ignored")

    def _title(self, annotation: Annotation) -> str:
        """Its label, and the number of its track."""
        name = self._name(annotation)
        return name if annotation.track is None else f"{name} {annotation.track}"

    def _kind(self, annotation: Annotation) -> str:
        kinds = {
            "box": self.tr("box"),
            "polygon": self.tr("polygon"),
            "mask": self.tr("mask"),
            "line": self.tr("line"),
            "point": self.tr("point"),
        }
        return kinds[word_for(annotation.region)]

    def _size(self, annotation: Annotation) -> float:
        """Its pixels: of a large mask, counting them again would be seen."""
        # With OpenCV, which the window is not to wait for.
        from engine.insight.tables import area_of

        known = self._sizes.get(annotation.id)
        if known is None or known[0].region is not annotation.region:
            known = self._sizes[annotation.id] = annotation, area_of(annotation.region)
        return known[1]

    def _source(self, annotation: Annotation) -> str:
        return self.tr("person") if annotation.origin == PERSON else annotation.origin

    def _state(self, annotation: Annotation) -> str:
        score = f"{annotation.score:.2f}" if annotation.score is not None else ""
        origin = self._origin(annotation)
        alone = {
            "drawn": self.tr("drawn"),
            "read": self.tr("from a file"),
            "interpolated": self.tr("interpolated"),
        }
        if origin in alone:
            return alone[origin]
        text = self.tr("proposed {0}") if origin == "proposed" else self.tr("accepted {0}")
        return text.format(score).strip()

    def _origin(self, annotation: Annotation) -> str:
        if annotation.id in self._waiting:
            return "interpolated" if annotation.origin == INTERPOLATED else "proposed"
        return {PERSON: "drawn", IMPORTED: "read"}.get(annotation.origin, "accepted")
