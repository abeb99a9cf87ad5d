"""What of the shown frame is hidden: single objects, whole labels, or all of it."""

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal, Slot

from engine.values import Annotation


class VisibilityController(QObject):
    """Labels stay hidden from frame to frame, single objects until the next one."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hidden_ids: frozenset[str] = frozenset()
        self.hidden_labels: frozenset[int] = frozenset()
        self.is_all_hidden = False

    def shows(self, annotation: Annotation) -> bool:
        """Whether this object of the frame is not hidden."""
        hidden = annotation.id in self.hidden_ids or annotation.label_id in self.hidden_labels
        return not (hidden or self.is_all_hidden)

    def leave_frame(self) -> None:
        """Another frame is shown: whoever draws it is told by that."""
        self.hidden_ids = frozenset()

    @Slot(int, bool)
    def set_label_visible(self, label_id: int, is_visible: bool) -> None:
        """Show or hide all objects of a label."""
        hidden = self.hidden_labels - {label_id}
        self.hidden_labels = hidden if is_visible else hidden | {label_id}
        self.changed.emit()

    def toggle(self, ids: Collection[str]) -> None:
        """Hide these objects, or show them again; with none show all."""
        chosen = frozenset(ids)
        self.hidden_ids = self.hidden_ids ^ chosen if chosen else frozenset()
        self.changed.emit()

    def set_hidden(self, ids: Collection[str], is_hidden: bool) -> None:
        """Hide these objects, or show them again."""
        chosen = frozenset(ids)
        self.hidden_ids = self.hidden_ids | chosen if is_hidden else self.hidden_ids - chosen
        self.changed.emit()

    def set_all_hidden(self, is_hidden: bool) -> None:
        """Hide all objects, or show them."""
        self.is_all_hidden = is_hidden
        self.changed.emit()
