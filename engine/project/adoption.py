"""Labels that objects bring with them into a project, as part of the step that brings these."""

from collections.abc import Sequence
from dataclasses import replace

from engine.labels import background_of, is_background, matching_name
from engine.project import label_rows, labels
from engine.project.label_rows import LabelChange
from engine.project.store import Store
from engine.values import IGNORE, Annotation, Label, Sample


class Adoption:
    """Finds each of these labels by its name among the project's, or gives it a free id.

    The objects of an Edit have the ids that these labels have; inside `Store.writing`.
    """

    def __init__(self, store: Store, brought: Sequence[Label]) -> None:
        self._store = store
        self._brought = {label.id: label for label in brought}
        self._own = labels.read(store) if brought else ()
        self._by_name = {matching_name(label): label.id for label in self._own}
        self._ids: dict[int, int] = {IGNORE: IGNORE}
        self._added: list[LabelChange] = []
        self._noted = 0

    def adopt(self, before: Sample, after: Sample) -> Sample:
        """`after`, where what the Edit has added or relabelled has the project's ids."""
        if not self._brought or after is before:
            return after
        known = {a.id: a.label_id for a in (*before.annotations, *before.proposals)}

        def named(annotation: Annotation) -> Annotation:
            if known.get(annotation.id) == annotation.label_id:
                return annotation
            label_id = self.id_of(annotation.label_id)
            is_same = label_id == annotation.label_id
            return annotation if is_same else replace(annotation, label_id=label_id)

        annotations, proposals = map(named, after.annotations), map(named, after.proposals)
        return replace(after, annotations=tuple(annotations), proposals=tuple(proposals))

    def adopt_all(self) -> None:
        """Let every label in, also one that no object has."""
        for number in self._brought:
            self.id_of(number)

    def added(self) -> list[LabelChange]:
        """The labels that are new, without those that were given before."""
        new = self._added[self._noted :]
        self._noted = len(self._added)
        return new

    def id_of(self, number: int) -> int:
        """The project's id of one of these labels; another id is the project's already."""
        if number not in self._ids:
            label = self._brought.get(number)
            self._ids[number] = number if label is None else self._find(label)
        return self._ids[number]

    def _find(self, label: Label) -> int:
        if is_background(label):
            own = background_of(self._own)
            return IGNORE if own is None else own  # a project with a Sky has no background
        name = matching_name(label)
        if name not in self._by_name:
            free = label_rows.free_id(self._store, self._by_name.values())
            position = label_rows.behind(label_rows.read(self._store)) + len(self._added)
            row = label_rows.row_of(label, position)
            self._added.append(LabelChange(free, None, row))
            self._by_name[name] = free
        return self._by_name[name]
