"""Labels that objects bring with them into a project, as part of the step that brings these.

A label enters the project with an annotation. Proposals only lend theirs: it has an id and a name
in `given_labels`, and enters when a proposal with it is accepted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.attributes import MOST, Specs, specs_of, specs_text
from engine.formats.label_notes import LabelNotes
from engine.formats.labels_file import apart
from engine.labels import background_of, is_background, name_of
from engine.project import label_rows
from engine.project.label_rows import LabelChange
from engine.project.store import Store
from engine.values import IGNORE, Annotation, Label, Sample


class Adoption:
    """Finds each of these labels by its very name among the project's, or gives it a free id.

    The objects of an Edit have the ids that these labels have; inside `Store.writing`.
    """

    def __init__(self, store: Store, brought: Sequence[Label]) -> None:
        self._store = store
        self._brought = {label.id: label for label in brought}
        rows = label_rows.read(store)
        self._own = [label_rows.label_of(*row) for row in rows.items()]
        self._by_name = {name_of(label): label.id for label in self._own}
        self._own_ids = {IGNORE, *(label.id for label in self._own)}
        self._position = label_rows.behind(rows)
        self._lent: dict[int, Label] = {}
        self._is_lent_read = False
        self._ids: dict[int, int] = {IGNORE: IGNORE}
        self._changed: dict[int, LabelChange] = {}
        self._new: list[Label] = []

    def adopt(self, before: Sample, after: Sample) -> Sample:
        """`after`, where what the Edit has added or relabelled has the project's ids."""
        if after is before:
            return after
        if not self._brought and all(a.label_id in self._own_ids for a in after.annotations):
            return after
        known = {a.id: a.label_id for a in (*before.annotations, *before.proposals)}

        def named(annotation: Annotation, *, is_accepted: bool) -> Annotation:
            label_id = annotation.label_id
            if known.get(annotation.id) != label_id:
                label_id = self.id_of(label_id)
            if is_accepted and label_id not in self._own_ids:
                label_id = self._enter(label_id)
            is_same = label_id == annotation.label_id
            return annotation if is_same else replace(annotation, label_id=label_id)

        annotations = tuple(named(a, is_accepted=True) for a in after.annotations)
        proposals = tuple(named(a, is_accepted=False) for a in after.proposals)
        return replace(after, annotations=annotations, proposals=proposals)

    def adopt_all(self) -> None:
        """Let every label in, also one that no object has."""
        for number in self._brought:
            self._enter(self.id_of(number))

    def note(self, notes: LabelNotes) -> None:
        """Keep what is said of these labels. What is known already stays as it is."""
        self._define(notes.attributes)
        if notes.numbers:
            numbers = {self.id_of(brought): number for brought, number in notes.numbers.items()}
            label_rows.note_numbers(self._store, {**numbers, **label_rows.numbers(self._store)})

    def _define(self, attributes: Mapping[int, Specs]) -> None:
        """Let their objects say this of themselves as well, behind what they may now."""
        rows = label_rows.read(self._store)
        for brought, specs in attributes.items():
            number = self.id_of(brought)
            change = self._changed.get(number)
            row = rows.get(number) if change is None else change.new
            if row is None:
                continue
            known = specs_of(row[3])
            names = {spec.name for spec in known}
            more = tuple(spec for spec in specs if spec.name not in names)
            if more:
                new = (*row[:3], specs_text((*known, *more)[:MOST]))
                self._changed[number] = LabelChange(number, rows.get(number), new)

    def changed(self) -> list[LabelChange]:
        """The labels that are new or defined otherwise, without those that were given before. What
        is lent is written: there is a step now."""
        for label in self._new:
            label_rows.lend(self._store, label)
        changed, self._changed, self._new = self._changed, {}, []
        return list(changed.values())

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
        name = name_of(label)
        if name in self._by_name:
            return self._by_name[name]
        for lent in self._read_lent().values():
            if name_of(lent) == name:
                return lent.id
        free = label_rows.free_id(self._store, (*self._own_ids, *self._lent))
        self._lent[free] = apart(replace(label, id=free), (*self._own, *self._lent.values()))
        self._new.append(self._lent[free])
        return free

    def _enter(self, number: int) -> int:
        """A lent label is the project's from now on; one that has its name by now stands for it."""
        label = self._read_lent().get(number)
        if number in self._own_ids or label is None:
            return number
        name = name_of(label)
        if name not in self._by_name:
            row = label_rows.row_of(label, self._position)
            self._changed[number] = LabelChange(number, None, row)
            self._position += 1
            self._by_name[name] = number
            self._own_ids.add(number)
        return self._by_name[name]

    def _read_lent(self) -> dict[int, Label]:
        if not self._is_lent_read:
            self._lent = {label.id: label for label in label_rows.lent(self._store)}
            self._is_lent_read = True
        return self._lent
