"""The Sample of the shown frame: its Edits, undo and redo, and what is selected."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.labels import is_background
from engine.tracks.keyframes import waiting
from engine.values import Annotation, FrameId, Label, Sample
from gui.controllers.drawing_label import DrawingLabel
from gui.controllers.history import HistoryController
from gui.controllers.known_labels import KnownLabels
from gui.controllers.large_edits import LargeEdits
from gui.controllers.locks import LocksController
from gui.controllers.visibility import VisibilityController

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.annotations.edits import Edit
    from engine.project.project import Project
    from engine.project.taking import TakenSteps

# engine.annotations.edits needs OpenCV, which the window must not wait for at its start: it is
# imported where it is used, and is there by then because a picture has been read.


class AnnotationsController(QObject):
    """Applies Edits through the Project, which keeps their history.

    A model's answer may lie over the stored Sample as `draft` proposals, so that sliders act at
    once; the first Edit stores them before what the person did, so that undo brings them back.
    """

    sample_changed = Signal(object)
    stored = Signal(object)
    selection_changed = Signal(tuple)
    failed = Signal(object)

    def __init__(self, large: LargeEdits, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._large = large
        self.selection: tuple[str, ...] = ()
        self.visibility, self.locks = VisibilityController(self), LocksController(self)
        self.locks.changed.connect(self._keep_selection)
        self.drawing = DrawingLabel(self)
        self.label_changed = self.drawing.changed
        self.sample_changed.connect(self._follow_labels)
        self.history = HistoryController(large, self)
        self.history.taken.connect(self._on_taken)
        self.history.failed.connect(self.failed)
        self._project: Project | None = None
        self._known = KnownLabels()
        self._stored: Sample | None = None
        self._size_hw = (0, 0)
        self._draft: tuple[Annotation, ...] | None = None

    # What is shown

    @property
    def stored_sample(self) -> Sample | None:
        """The Sample as the Project has it, without draft proposals."""
        return self._stored

    @property
    def sample(self) -> Sample | None:
        """The Sample as shown: stored annotations, and the newest proposals."""
        if self._stored is None:
            return None
        sample = self._stored
        if self._size_hw not in ((0, 0), sample.size_hw):  # Unknown yet, or another by now.
            sample = replace(sample, size_hw=self._size_hw)
        if self._draft is None:
            return sample
        return replace(sample, proposals=(*waiting(sample), *self._draft))

    @property
    def labels(self) -> tuple[Label, ...]:
        """The Project's labels without the background."""
        return tuple(label for label in self._known.own if not is_background(label))

    @property
    def lent_labels(self) -> tuple[Label, ...]:
        """The labels of proposals that are not the Project's: they are when one is accepted."""
        return self._known.lent

    @property
    def offered_labels(self) -> tuple[Label, ...]:
        """Those of them that a proposal has: they can be seen, and chosen to draw with."""
        return self._known.offered

    @Slot()
    def _follow_labels(self) -> None:
        self.drawing.follow(self._known.own, self.offered_labels)

    def set_project(self, project: "Project | None") -> None:
        """Work on another Project, or none."""
        self._project = self._known.project = project
        self.locks.set_locked(self.locks.ids, False)
        self.history.set_project(project)
        self.leave()

    def show(self, frame_id: FrameId, size_hw: tuple[int, int]) -> None:
        """Edit the Sample of this frame from now on."""
        self._drop_draft()
        self.visibility.leave_frame()
        self._size_hw = size_hw
        self._stored = self._read(frame_id)
        self._select(())
        self.sample_changed.emit(self.sample)
        self.history.show(frame_id)

    def reload(self) -> None:
        """A Job or another window has stored something: a draft stays over it."""
        if self._stored is None:
            return
        sample = self._read(self._stored.frame_id)
        if sample is not None and sample != self._stored:
            self._stored = sample
            self._keep_selection()
            self.stored.emit(sample)
            self.sample_changed.emit(self.sample)
        self.history.read()

    def _read(self, frame_id: FrameId) -> Sample | None:
        """The Sample as it is stored; None without a Project, and where it cannot be read."""
        try:
            return self._project.sample(frame_id) if self._project is not None else None
        except AppError as error:
            self.failed.emit(error)
            return None

    def leave(self) -> None:
        """No frame can be edited now."""
        self._drop_draft()
        self.visibility.leave_frame()
        self._stored = None
        self._select(())
        self.sample_changed.emit(None)
        self.history.show(None)

    def set_draft(
        self, frame_id: FrameId, proposals: tuple[Annotation, ...], labels: Sequence[Label] = ()
    ) -> None:
        """Show a model's newest answer over this frame; other frames are not touched.

        `labels` are those of the proposals that the Project does not have.
        """
        if self._stored is not None and self._stored.frame_id == frame_id:
            self._draft, self._known.draft = proposals, tuple(labels)
            self._keep_selection()
            self.sample_changed.emit(self.sample)

    def store_draft(self, text: str) -> None:
        """Keep the newest answer of the model in the Project."""
        from engine.annotations.edits import Edit, set_proposals

        if self._draft is not None:
            draft, labels, self._draft = self._draft, self._known.draft, None
            self.apply(Edit(text, partial(set_proposals, proposals=draft)), labels)

    def drop_draft(self) -> None:
        """The model is gone, and with it what it said of this frame."""
        if self._draft is not None:
            self._drop_draft()
            self._keep_selection()
            self.sample_changed.emit(self.sample)

    def _drop_draft(self) -> None:
        self._draft, self._known.draft = None, ()

    # Edits

    @Slot(object)
    def apply(self, edit: "Edit", labels: Sequence[Label] = ()) -> None:
        """Change the Sample by one undo step. New objects may have these labels, by their ids:
        those that the Project does not have enter it in the same step."""
        from engine.annotations.edits import Edit, set_proposals, set_size

        if self._project is None or self._stored is None:
            return
        draft, size_hw = self._draft, self._size_hw
        edit = self.locks.guarded(edit)

        def as_shown(sample: Sample) -> Sample:
            sized = set_size(sample, size_hw) if size_hw != (0, 0) else sample
            return sized if draft is None else set_proposals(sized, draft)

        def change(sample: Sample) -> Sample:
            before = as_shown(sample)
            after = edit(before)
            return sample if after is before else after

        first = None if draft is None else Edit(edit.text, as_shown)
        made = Edit(edit.text, change) if draft is None else edit
        brought = (*self._known.draft, *labels)
        try:
            if (refusal := self._large.refusal(self._project)) is not None:
                raise refusal
            after = self._project.apply(self._stored.frame_id, made, first=first, labels=brought)
        except AppError as error:
            self.reload()  # Label files beside the picture may say something else by now.
            self.failed.emit(error)
            after = self._stored
        if after == self._stored:
            self.show_again()
        else:
            self._take(after)
        self.locks.tell()

    def show_again(self) -> None:
        """Nothing was done, or it was given up: what is there stays, the draft too."""
        self.sample_changed.emit(self.sample)

    def edit(self, text: str, function: "Callable[[Sample], Sample]") -> None:
        """Change the Sample by one undo step of this text."""
        from engine.annotations.edits import Edit

        self.apply(Edit(text, function))

    def _take(self, sample: Sample) -> None:
        self._drop_draft()
        self._stored = sample
        self._keep_selection()
        self.stored.emit(sample)
        self.sample_changed.emit(self.sample)
        self.history.read()

    @Slot()
    def _keep_selection(self) -> None:
        """Less what is no longer there, or is locked."""
        if self.sample is not None:
            self._select(self._selectable(self.selection))

    def _selectable(self, ids: Sequence[str]) -> tuple[str, ...]:
        if (sample := self.sample) is None:
            return tuple(ids)
        there = {a.id for a in (*sample.annotations, *sample.proposals)} - self.locks.ids
        return tuple(i for i in ids if i in there)

    @Slot(object)
    def _on_taken(self, taken: "TakenSteps") -> None:
        """Steps of the history were undone or done again."""
        if self._stored is not None and self._stored.frame_id in taken.frame_ids:
            sample = self._read(self._stored.frame_id)
            if sample is not None:
                self._take(sample)

    def delete_selected(self) -> None:
        """Delete what is selected."""
        from engine.annotations import edits

        if self.selection:
            self.edit(self.tr("Delete"), partial(edits.delete, ids=self.selection))

    def relabel(self, label_id: int, labels: Sequence[Label] = ()) -> None:
        """Give what is selected this label, which may be one of `labels` that are new."""
        from engine.annotations.edits import Edit, relabel

        if self.selection:
            change = partial(relabel, ids=self.selection, label_id=label_id)
            self.apply(Edit(self.tr("Change label"), change), labels)

    # Selection, the label to draw with

    @Slot(tuple)
    def select(self, ids: tuple[str, ...]) -> None:
        """Select these objects, as far as they are there."""
        there = self._selectable(ids)
        if there == self.selection != ids:
            self.selection_changed.emit(there)  # Whoever asked for more shows this.
        self._select(there)

    def _select(self, ids: tuple[str, ...]) -> None:
        if ids != self.selection:
            self.selection = ids
            self.selection_changed.emit(ids)

    def select_all(self) -> None:
        """Select every object of the frame that is not hidden: nobody means what is not seen."""
        if self.sample is not None:
            everything = (*self.sample.annotations, *self.sample.proposals)
            self._select(self._selectable([a.id for a in everything if self.visibility.shows(a)]))

    @property
    def label_id(self) -> int:
        """The label that new objects get."""
        return self.drawing.id

    @Slot(int)
    def choose_label(self, label_id: int) -> None:
        """Draw with this label from now on."""
        self.drawing.choose(label_id, self.offered_labels)
