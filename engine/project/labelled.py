"""The labels of a project: read, and edited each as one step of undo."""

from collections.abc import Collection, Sequence

from engine.project import label_rows
from engine.project import labels as labels_of_project
from engine.project.beside import Beside
from engine.project.label_rows import LabelUse
from engine.project.labels import Color
from engine.project.place import ProjectPlace
from engine.project.placed import PlacedProject
from engine.values import Label


class LabelledProject(PlacedProject):
    """What a Project says of its labels, those in files beside it included."""

    def __init__(
        self, place: ProjectPlace, *, read_only: bool = False, busy_seconds: float | None = None
    ) -> None:
        super().__init__(place, read_only=read_only, busy_seconds=busy_seconds)
        self._beside: Beside | None = None

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels in order; id 0 is background unless it was named otherwise."""
        if self._beside is not None:
            return self._beside.labels
        return labels_of_project.read(self._store)

    @property
    def lent_labels(self) -> tuple[Label, ...]:
        """The labels of proposals that are not the project's: each enters with an annotation."""
        return label_rows.lent(self._store)

    def set_labels(self, wanted: Sequence[Label]) -> None:
        """Add, rename, recolour and order labels. One that is in use cannot be left out."""
        labels_of_project.write(self._store, wanted)

    def add_label(self, name: str, color: Color | None = None) -> Label:
        """Add a label under a free id, or give back the one of this name."""
        return labels_of_project.add(self._store, name, color)

    def rename_label(self, label_id: int, name: str) -> None:
        """Give a label another name, which no other label may have."""
        labels_of_project.rename(self._store, label_id, name)

    def recolor_label(self, label_id: int, color: Color) -> None:
        """Give a label another colour."""
        labels_of_project.recolor(self._store, label_id, color)

    def reorder_labels(self, ids: Sequence[int]) -> None:
        """Bring labels into this order; those not named follow, a background stays first."""
        labels_of_project.reorder(self._store, ids)

    def merge_labels(self, ids: Collection[int], into: int) -> int:
        """Give the objects of these labels another label, and delete theirs; gives how many."""
        self._take_in()
        return labels_of_project.merge(self._store, ids, into)

    def delete_labels(self, ids: Collection[int], *, with_objects: bool = False) -> int:
        """Delete labels: refused while in use, unless with their objects; gives how many."""
        self._take_in()
        return labels_of_project.delete(self._store, ids, with_objects=with_objects)

    def label_uses(self, ids: Collection[int] | None = None) -> dict[int, LabelUse]:
        """How much these labels are used, or all; one that nothing has is in it too."""
        with self._store.reading():
            return label_rows.uses(self._store, ids)

    def _take_in(self) -> None:
        if self._beside is not None:
            self._beside.take_in()
