"""Which label new objects get."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.labels import same_labels
from engine.values import IGNORE, Label


class DrawingLabel(QObject):
    """The id of the chosen label. One that a model only lends is chosen by its name: the model's
    next answer may give it another id, and it is the project's once something has it."""

    changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.id = 1
        self.lent: Label | None = None
        self._chosen: Label | None = None

    def choose(self, label_id: int, lent: Sequence[Label] = ()) -> None:
        """Draw with this label from now on, which may be one of those that are lent."""
        self.lent = next((label for label in lent if label.id == label_id), None)
        self.id, self._chosen = label_id, self.lent
        self.changed.emit(label_id)

    def follow(self, own: Sequence[Label], lent: Sequence[Label]) -> None:
        """These are the labels now, the project's and those that are lent."""
        if self._chosen is None:
            return
        mine = next((label for label in own if label.id == self.id), None)
        if self.lent is None and mine is not None:
            self._chosen = mine  # It may have another name since.
            return
        found = self._find((*own, *lent))
        is_own = found in own
        if found is None and self.lent is not None:
            found = self._apart({label.id for label in (*own, *lent)})
        was, self._chosen = self.id, found
        self.id = found.id if found is not None else self.id
        self.lent = None if is_own else found
        if was != self.id:
            self.changed.emit(self.id)

    def _find(self, labels: Sequence[Label]) -> Label | None:
        assert self._chosen is not None
        return same_labels((self._chosen,), labels).get(self._chosen.id)

    def _apart(self, taken: set[int]) -> Label:
        """The lent label, which nothing has now, under an id that no other has."""
        assert self.lent is not None
        if self.id not in taken:
            return self.lent
        return replace(self.lent, id=next((i for i in range(1, IGNORE) if i not in taken), self.id))
