"""The Edits of the Project's labels: each is one step of its history."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import AppError
from engine.jobs import CancelToken, Progress, no_progress
from engine.labels import lowest_free, same_labels
from engine.values import Label
from gui.controllers.large_edits import LARGE, Change, EditedLargely, LargeEdits
from gui.controllers.project import ProjectController

if TYPE_CHECKING:
    from engine.attributes import Specs
    from engine.project.label_rows import LabelUse
    from engine.project.project import Project


class LabelsController(QObject):
    """Stores what a person does with labels. `edited` follows, `objects_edited` where objects
    were relabelled or deleted too, with the states of all frames where they are known."""

    edited = Signal()
    objects_edited = Signal(object)
    failed = Signal(object)

    def __init__(
        self, project: ProjectController, large: LargeEdits, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project, self._large = project, large

    def named(self, name: str, known: Sequence[Label]) -> Label:
        """The label of this name among those known, or a new one that is not stored yet."""
        from engine.formats.labels_file import default_color

        wanted = Label(1, name.strip(), default_color(1))
        found = same_labels((wanted,), known).get(wanted.id)
        if found is not None and found in self._project.labels:
            return found
        label_id = lowest_free({label.id for label in (*self._project.labels, *known)})
        if found is not None:
            return Label(label_id, found.name, found.color)
        return Label(label_id, wanted.name, default_color(label_id))

    def add(self, label: Label) -> None:
        """Add a label, its id chosen by the project; one of this name stays as it is."""
        project = self._project.project
        if project is not None:
            self._edit(lambda: project.add_label(label.name, label.color))

    def rename(self, label_id: int, name: str) -> None:
        """Give a label another name."""
        project = self._project.project
        if project is not None:
            self._edit(lambda: project.rename_label(label_id, name))

    def recolor(self, label_id: int, color: tuple[int, int, int]) -> None:
        """Give a label another colour."""
        project = self._project.project
        if project is not None:
            self._edit(lambda: project.recolor_label(label_id, color))

    @property
    def attributes(self) -> "Mapping[int, Specs]":
        """What the objects of each label may say of themselves; nothing where that is not known."""
        project = self._project.project
        try:
            return project.label_attributes if project is not None else {}
        except AppError:
            return {}  # Whoever edits is told.

    def define(self, label_id: int, specs: "Specs") -> None:
        """Define what the objects of a label may say of themselves."""
        project = self._project.project
        if project is not None:
            self._edit(lambda: project.define_attributes(label_id, specs))

    def reorder(self, ids: Sequence[int]) -> None:
        """Bring the labels into this order."""
        project = self._project.project
        if project is not None:
            self._edit(lambda: project.reorder_labels(ids))

    def merge(self, label_id: int, into: int) -> None:
        """Give all objects of a label another label, and delete it."""
        self._do_with_objects(label_id, partial(merge_labels, label_id, into))

    def delete(self, label_id: int) -> None:
        """Delete a label with all its objects."""
        self._do_with_objects(label_id, partial(delete_label, label_id))

    def _do_with_objects(self, label_id: int, change: Change) -> None:
        """Where many frames change, or lie in files and must be stored first, a Job does it."""
        project, use = self._project.project, self.use(label_id)
        if project is None or use is None:
            return
        if use.frames + project.count_beside > LARGE:
            text = self.tr("Changing the objects of a label")
            self._large.start(project, change, self._on_edited, text)
        elif self._do(partial(change, project, no_progress, CancelToken())):
            self.objects_edited.emit(None)

    def _on_edited(self, edited: EditedLargely) -> None:
        self._project.reload_labels()
        self.objects_edited.emit(edited.states)

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

    def _edit(self, edit: Callable[[], object]) -> None:
        if self._do(edit):
            self.edited.emit()

    def _do(self, edit: Callable[[], object]) -> bool:
        """Make the Edit; False where it failed, and that is said."""
        refusal = self._large.refusal(self._project.project)
        try:
            if refusal is not None:
                raise refusal
            edit()
        except AppError as error:
            self.failed.emit(error)
            return False
        finally:
            self._project.reload_labels()
        return True


def merge_labels(
    label_id: int, into: int, project: "Project", progress: Progress, cancel: CancelToken
) -> None:
    """Merge two labels of a Project."""
    project.merge_labels([label_id], into, progress=progress, cancel=cancel)


def delete_label(
    label_id: int, project: "Project", progress: Progress, cancel: CancelToken
) -> None:
    """Delete a label of a Project."""
    project.delete_labels([label_id], with_objects=True, progress=progress, cancel=cancel)
