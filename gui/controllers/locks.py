"""What is locked: it cannot be selected, changed or deleted until it is unlocked again."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.values import Sample

if TYPE_CHECKING:
    from engine.annotations.edits import Edit


class LocksController(QObject):
    """Locks last as long as the project is open; they are not stored. `held` says how many locked
    objects an Edit would have changed."""

    changed = Signal()
    held = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids: frozenset[str] = frozenset()
        self._held = 0

    def set_locked(self, ids: Collection[str], is_locked: bool) -> None:
        """Lock these objects, or unlock them."""
        chosen = frozenset(ids)
        after = self.ids | chosen if is_locked else self.ids - chosen
        if after != self.ids:
            self.ids = after
            self.changed.emit()

    def guarded(self, edit: "Edit") -> "Edit":
        """The Edit without what it does to locked objects."""
        from engine.annotations.edits import Edit
        from engine.annotations.locking import keep

        self._held = 0
        if not self.ids:
            return edit

        def change(sample: Sample) -> Sample:
            after, self._held = keep(sample, edit(sample), self.ids)
            return after

        return Edit(edit.text, change)

    def tell(self) -> None:
        """Say what the last guarded Edit has left alone."""
        if self._held:
            self.held.emit(self._held)
