"""Edits applied to Samples, with the labels that they bring: one transaction, one step."""

from collections.abc import Iterable, Sequence

from engine.annotations.edits import Edit
from engine.formats.label_notes import NO_NOTES, LabelNotes
from engine.project.adoption import Adoption
from engine.project.history import StepKind
from engine.project.label_rows import LabelChange
from engine.project.steps import Recording
from engine.project.store import Change, Store
from engine.project.tracks import following
from engine.values import FrameId, Label, Sample


def apply(
    store: Store, frame_id: FrameId, edit: Edit, first: Edit | None, labels: Sequence[Label]
) -> Sample:
    """Edit one Sample, what `first` makes of it; nothing is written where `edit` does nothing."""
    with store.writing():
        before, adoption = store.load(frame_id), Adoption(store, labels)
        middle = before.sample
        if first is not None:
            middle = adoption.adopt(middle, first(middle))
        after = adoption.adopt(middle, edit(middle))
        if after == middle:
            return before.sample
        entered = adoption.changed()
        change = store.write(before, middle) if first is not None else None
        if first is not None and change is not None:
            recording = Recording(store, first.text, StepKind.DRAFT)
            recording.add(change)
            _end(recording, ())
            before = change[1]
        change = store.write(before, after)
        if change is not None:
            recording = Recording(store, edit.text)
            recording.add(change)
            _follow(store, recording, change)
            _end(recording, entered)
    return store.load(frame_id).sample


def _end(recording: Recording, labels: Iterable[LabelChange]) -> None:
    for label in labels:
        recording.add_label(label)
    recording.end()


def _follow(store: Store, recording: Recording, change: Change) -> None:
    """What is interpolated from a changed keyframe goes along in the same step."""
    before, after, _ = change
    for frame_id, edit in following(store, before.sample, after.sample):
        other = store.load(frame_id)
        moved = store.write(other, edit(other.sample))
        if moved is not None:
            recording.add(moved)


class Batch:
    """Edits of many Samples as one step, inside `Store.writing`. `labels` enter the project with
    their `notes`, or are lent to it where `lends`."""

    def __init__(
        self,
        store: Store,
        text: str,
        labels: Sequence[Label],
        *,
        lends: bool,
        notes: LabelNotes = NO_NOTES,
        kind: StepKind = StepKind.EDIT,
    ) -> None:
        self._store = store
        self._recording = Recording(store, text, kind)
        self._adoption = Adoption(store, labels)
        if not lends:
            self._adoption.adopt_all()
            self._adoption.note(notes)

    def apply(self, frame_id: FrameId, edit: Edit) -> None:
        """Edit one Sample of them."""
        before = self._store.load(frame_id)
        after = self._adoption.adopt(before.sample, edit(before.sample))
        if after is before.sample:
            return
        change = self._store.write(before, after)
        if change is not None:
            self._recording.add(change)

    def end(self) -> int:
        """The step is whole; gives how many Samples changed."""
        for label in self._adoption.changed():
            self._recording.add_label(label)
        self._recording.end()
        return self._recording.frames
