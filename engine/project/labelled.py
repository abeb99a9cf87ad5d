"""What a Project has of labels: its own, and those in files beside its pictures."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from engine.attributes import AttributeSpec, Specs
from engine.errors import AppError
from engine.formats.label_notes import LabelNotes
from engine.formats.report import Report
from engine.jobs import CancelToken, Progress, no_progress
from engine.project import label_rows, listing
from engine.project import labels as labels_of_project
from engine.project.beside import Beside, noted_labels
from engine.project.heeding import heeding
from engine.project.label_rows import LabelUse
from engine.project.labels import Color
from engine.project.place import ProjectPlace
from engine.project.placed import PlacedProject
from engine.project.seen import Seen
from engine.values import FrameId, Label


class LabelledProject(PlacedProject):
    """A Project without its Samples and their history."""

    def __init__(
        self, place: ProjectPlace, *, read_only: bool = False, busy_seconds: float | None = None
    ) -> None:
        super().__init__(place, read_only=read_only, busy_seconds=busy_seconds)
        self._notes: dict[str, str] = {}
        self._new_frames = self._seen.frames
        self._beside: Beside | None = None
        self._take(self._seen)
        self._database.on_join = self._joined
        self._database.before_edit = self._write_waiting
        self._database.after_edit = self._forget_waiting

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

    @property
    def offered_labels(self) -> tuple[Label, ...]:
        """Those of them that a proposal has now."""
        return label_rows.lent(self._store, in_use=True)

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

    @property
    def label_attributes(self) -> dict[int, Specs]:
        """What the objects of each label may say of themselves, where that is defined."""
        if self._beside is not None:
            return self._beside.attributes
        return labels_of_project.attributes(self._store)

    @property
    def label_notes(self) -> LabelNotes:
        """What goes along with the labels into a dataset."""
        beside = self._beside.base.notes().numbers if self._beside is not None else {}
        return LabelNotes(self.label_attributes, {**beside, **label_rows.numbers(self._store)})

    def define_attributes(self, label_id: int, specs: Sequence[AttributeSpec]) -> None:
        """Define that for a label; values that objects have stay, whatever it is."""
        labels_of_project.define(self._store, label_id, specs)

    def reorder_labels(self, ids: Sequence[int]) -> None:
        """Bring labels into this order; those not named follow, a background stays first."""
        labels_of_project.reorder(self._store, ids)

    def merge_labels(
        self,
        ids: Collection[int],
        into: int,
        *,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
    ) -> int:
        """Give the objects of these labels another label, and delete theirs; gives how many."""
        with self._changing_objects(progress, cancel):
            return labels_of_project.merge(self._store, ids, into)

    def delete_labels(
        self,
        ids: Collection[int],
        *,
        with_objects: bool = False,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
    ) -> int:
        """Delete labels: refused while in use, unless with their objects; gives how many."""
        with self._changing_objects(progress, cancel):
            return labels_of_project.delete(self._store, ids, with_objects=with_objects)

    @contextmanager
    def _changing_objects(self, progress: Progress, cancel: CancelToken | None) -> Iterator[None]:
        """A transaction in which every object of a label is stored, wherever it lay."""
        with self._store.writing(), heeding(self._store.connection, cancel):
            if self._beside is not None:
                self._beside.take_in(progress, cancel)
            yield

    def label_uses(self, ids: Collection[int] | None = None) -> dict[int, LabelUse]:
        """How much these labels are used, or all; one that nothing has is in it too."""
        with self._store.reading():
            return label_rows.uses(self._store, ids)

    def see(self, seen: Seen) -> None:
        """Take pictures that were only listed, and labels in files, for part of the project.

        Where there is a project, they are stored in it with its next Edit.
        """
        if self._database.is_unedited:
            listing.add_frames(self._store, seen.frames, is_edit=False)
            seen = replace(seen, frames=())
        self._new_frames = seen.frames
        self._take(seen)

    def _take(self, seen: Seen) -> None:
        self._seen = seen
        self._beside = Beside(self._store, seen) if seen.labels else None
        self._store.read_beside = None if self._beside is None else self._beside.base.sample
        self._store.forget_cached()

    def _joined(self) -> None:
        """It goes on in another file: what was seen is seen in that one's labels."""
        self.see_again()
        self._on_join()

    def see_again(self) -> None:
        """A Job has made an Edit: what the label files say is seen in the labels of now."""
        self._take(self._seen)

    @property
    def count_beside(self) -> int:
        """Of how many frames label files say something, those edited here among them."""
        return 0 if self._beside is None else self._beside.base.count

    @property
    def noted_labels(self) -> list[tuple[str, str]]:
        """Formats and paths of the label files that were part of it at its last Edit."""
        return noted_labels(self._store)

    def is_beside(self, frame_id: FrameId) -> bool:
        """Whether its Sample is what label files say: nobody has edited it here."""
        return self._store.load(frame_id).is_beside

    def beside(self, frame_id: FrameId) -> AppError | None:
        """Why the label files of this frame cannot be read, once that was tried."""
        return None if self._beside is None else self._beside.base.problems.get(frame_id)

    @property
    def parts_beside(self) -> dict[str, tuple[FrameId, ...]]:
        """The frames for training, validation and testing, where label files say that."""
        found: dict[FrameId, str] = {}
        for _, dataset in self._seen.labels:
            for name, frame_ids in dataset.splits.items():
                found = dict.fromkeys(frame_ids, name) | found
        return {name: tuple(f for f in found if found[f] == name) for name in set(found.values())}

    def losses_beside(self, frame_id: FrameId) -> Report:
        """What of the label files of this frame is not on it, or not as it was, while nobody has
        edited it."""
        if self._beside is None or self._store.load(frame_id).is_touched:
            return Report()
        return self._beside.base.losses.get(frame_id, Report())

    def _write_waiting(self) -> None:
        """What was waiting for an Edit."""
        if self._new_frames:
            listing.insert_frames(self._store, self._new_frames)
        if self._beside is not None:
            self._beside.store()
        if self._notes:
            sql = "INSERT OR REPLACE INTO notes VALUES (?, ?)"
            self._store.many(sql, self._notes.items())

    def _forget_waiting(self) -> None:
        self._new_frames, self._notes = (), {}
        if self._beside is not None:
            self._beside.stored()
