"""The Edits of the Project's labels: each is one step of its history."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import AppError
from engine.labels import matching_name
from engine.values import Label
from gui.controllers.project import ProjectController

if TYPE_CHECKING:
    from engine.project.label_rows import LabelUse


class LabelsController(QObject):
    """Stores what a person does with labels. `edited` follows, `objects_edited` where objects
    were relabelled or deleted too."""

    edited = Signal()
    objects_edited = Signal()
    failed = Signal(object)

    def __init__(self, project: ProjectController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project

    def named(self, name: str, known: Mapping[str, Label]) -> Label:
        """The label of this name among those known by it, or a new one that is not stored yet."""
        from engine.formats.labels_file import default_color

        taken = {label.id for label in (*self._project.labels, *known.values())}
        label_id = next((i for i in range(1, 255) if i not in taken), 254)
        new = Label(label_id, name.strip(), default_color(label_id))
        found = known.get(matching_name(new))
        if found is None or found in self._project.labels:
            return found or new
        return Label(label_id, found.name, found.color)

    def add(self, label: Label) -> None:
        """Add a label, its id chosen by the project; one of this name stays as it is."""
        project = self._project.project
        if project is not None:
            self._do(lambda: project.add_label(label.name, label.color))

    def rename(self, label_id: int, name: str) -> None:
        """Give a label another name."""
        project = self._project.project
        if project is not None:
            self._do(lambda: project.rename_label(label_id, name))

    def recolor(self, label_id: int, color: tuple[int, int, int]) -> None:
        """Give a label another colour."""
        project = self._project.project
        if project is not None:
            self._do(lambda: project.recolor_label(label_id, color))

    def reorder(self, ids: Sequence[int]) -> None:
        """Bring the labels into this order."""
        project = self._project.project
        if project is not None:
            self._do(lambda: project.reorder_labels(ids))

    def merge(self, label_id: int, into: int) -> None:
        """Give all objects of a label another label, and delete it."""
        project = self._project.project
        if project is not None:
            self._do(lambda: project.merge_labels([label_id], into), has_objects=True)

    def delete(self, label_id: int) -> None:
        """Delete a label with all its objects."""
        project = self._project.project
        if project is not None:
            change = project.delete_labels
            self._do(lambda: change([label_id], with_objects=True), has_objects=True)

    def use(self, label_id: int) -> "LabelUse | None":
        """How many objects have a label; None where that could not be found out."""
        from engine.project.label_rows import LabelUse

        project = self._project.project
        try:
            uses = project.label_uses() if project is not None else {}
        except AppError as error:
            self.failed.emit(error)
            return None
        return uses.get(label_id, LabelUse())

    def _do(self, edit: Callable[[], object], *, has_objects: bool = False) -> None:
        try:
            edit()
        except AppError as error:
            self.failed.emit(error)
            self._project.reload_labels()
            return
        self._project.reload_labels()
        (self.objects_edited if has_objects else self.edited).emit()
