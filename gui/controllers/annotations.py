"""The Sample of the shown frame: its Edits, undo and redo, selection, what is visible."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.labels import is_background
from engine.values import Annotation, FrameId, Label, Sample, SampleState

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.annotations.edits import Edit
    from engine.project.history import StepRow
    from engine.project.project import Project

# engine.annotations.edits needs OpenCV, which the window must not wait for at its start: it is
# imported where it is used, and is there by then because a picture has been read.


class AnnotationsController(QObject):
    """Applies Edits through the Project, which keeps their history.

    A model's answer may lie over the stored Sample as `draft` proposals, so that sliders act at
    once; the first Edit stores them before what the person did. `undo_text` and `redo_text` say
    what undo would take back and redo would do again, nothing where they cannot. `steps_taken`
    tells what they did beyond the shown frame.
    """

    sample_changed = Signal(object)
    stored = Signal(object)
    history_changed = Signal()
    selection_changed = Signal(tuple)
    visibility_changed = Signal()
    label_changed = Signal(int)
    frame_requested = Signal(object)
    steps_taken = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.selection: tuple[str, ...] = ()
        self.hidden_ids: frozenset[str] = frozenset()
        self.hidden_labels: frozenset[int] = frozenset()
        self.is_all_hidden = False
        self.label_id = 1
        self.undo_text = self.redo_text = ""
        self._project: Project | None = None
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
        if sample.size_hw == (0, 0) and self._size_hw != (0, 0):
            sample = replace(sample, size_hw=self._size_hw)
        return sample if self._draft is None else replace(sample, proposals=self._draft)

    @property
    def labels(self) -> tuple[Label, ...]:
        """The Project's labels without the background."""
        labels = self._project.labels if self._project is not None else ()
        return tuple(label for label in labels if not is_background(label))

    def set_project(self, project: "Project | None") -> None:
        """Work on another Project, or none."""
        self._project = project
        self.leave()

    def show(self, frame_id: FrameId, size_hw: tuple[int, int]) -> None:
        """Edit the Sample of this frame from now on."""
        self._draft, self.hidden_ids = None, frozenset()
        self._size_hw = size_hw
        self._stored = self._project.sample(frame_id) if self._project is not None else None
        self._select(())
        self.sample_changed.emit(self.sample)
        self.read_history()  # Another window may have written.

    def reload(self) -> None:
        """A Job has stored something for this frame."""
        if self._project is not None and self._stored is not None:
            self._take(self._project.sample(self._stored.frame_id))

    def read_history(self) -> None:
        """Something was stored: what can be undone and done again now."""
        texts = ("", "")
        if self._project is not None and self._stored is not None:
            history = self._project.history(self._stored.frame_id)
            texts = (text_of(history.undo), text_of(history.redo))
        if texts != (self.undo_text, self.redo_text):
            self.undo_text, self.redo_text = texts
            self.history_changed.emit()

    def leave(self) -> None:
        """No frame can be edited now."""
        self._stored, self._draft, self.hidden_ids = None, None, frozenset()
        self._select(())
        self.sample_changed.emit(None)
        self.read_history()

    def set_draft(self, frame_id: FrameId, proposals: tuple[Annotation, ...]) -> None:
        """Show a model's newest answer over this frame; other frames are not touched."""
        if self._stored is not None and self._stored.frame_id == frame_id:
            self._draft = proposals
            self.sample_changed.emit(self.sample)

    def store_draft(self, text: str) -> None:
        """Keep the newest answer of the model in the Project."""
        from engine.annotations import edits

        if self._draft is not None:
            store = edits.Edit(text, partial(edits.set_proposals, proposals=self._draft))
            self._write(store, None)

    # Edits

    @Slot(object)
    def apply(self, edit: "Edit") -> None:
        """Change the Sample by one undo step."""
        self._write(edit, self._draft)

    def _write(self, edit: "Edit", draft: tuple[Annotation, ...] | None) -> None:
        from engine.annotations.edits import Edit, set_proposals, set_size

        if self._project is None or self._stored is None:
            return
        size_hw = self._size_hw

        def as_shown(sample: Sample) -> Sample:
            sized = set_size(sample, size_hw) if sample.size_hw == (0, 0) else sample
            return sized if draft is None else set_proposals(sized, draft)

        def change(sample: Sample) -> Sample:
            before = as_shown(sample)
            after = edit(before)
            return sample if after is before else after

        frame_id = self._stored.frame_id
        try:
            if draft is None:
                after = self._project.apply(frame_id, Edit(edit.text, change))
            else:
                after = self._project.apply(frame_id, edit, first=Edit(edit.text, as_shown))
        except AppError as error:
            self.failed.emit(error)
            return
        if after == self._stored:
            self.sample_changed.emit(self.sample)  # Nothing was done: the draft stays.
        else:
            self._take(after)

    def _edit(self, text: str, function: "Callable[[Sample], Sample]") -> None:
        from engine.annotations.edits import Edit

        self.apply(Edit(text, function))

    def _take(self, sample: Sample) -> None:
        self._stored, self._draft = sample, None
        kept = tuple(i for i in self.selection if sample.find(i) is not None)
        if kept != self.selection:
            self._select(kept)
        self.stored.emit(sample)
        self.sample_changed.emit(self.sample)
        self.read_history()

    def delete_selected(self) -> None:
        """Delete what is selected."""
        from engine.annotations import edits

        if self.selection:
            self._edit(self.tr("Delete"), partial(edits.delete, ids=self.selection))

    def relabel(self, label_id: int) -> None:
        """Give what is selected this label."""
        from engine.annotations import edits

        change = partial(edits.relabel, ids=self.selection, label_id=label_id)
        if self.selection:
            self._edit(self.tr("Change label"), change)

    def restack(self, *, is_front: bool) -> None:
        """Draw what is selected over all others, or below them."""
        from engine.annotations import edits

        change = edits.to_front if is_front else edits.to_back
        text = self.tr("Bring to front") if is_front else self.tr("Send to back")
        if self.selection:
            self._edit(text, partial(change, ids=self.selection))

    def accept(self, ids: Collection[str]) -> None:
        """Turn these proposals into annotations."""
        from engine.annotations import edits

        self._edit(self.tr("Accept"), partial(edits.accept, ids=ids))

    def reject(self, ids: Collection[str]) -> None:
        """Remove these proposals."""
        from engine.annotations import edits

        self._edit(self.tr("Reject"), partial(edits.reject, ids=ids))

    def accept_all(self, min_score: float = 0.0) -> None:
        """Accept every proposal with at least this score."""
        from engine.annotations import edits

        if self.sample is not None and self.sample.proposals:
            self._edit(self.tr("Accept proposals"), partial(edits.accept_all, min_score=min_score))

    def reject_all(self) -> None:
        """Remove every proposal."""
        from engine.annotations import edits

        if self.sample is not None and self.sample.proposals:
            self._edit(self.tr("Reject proposals"), edits.reject_all)

    def toggle_state(self, state: SampleState, text: str) -> None:
        """Give the Sample a state, or take it back."""
        from engine.annotations import edits

        if self._stored is None:
            return
        back = SampleState.CORRECTED if self._stored.annotations else SampleState.NEW
        wanted = back if self._stored.state is state else state
        self._edit(text, partial(edits.set_state, state=wanted))

    # History

    def undo(self) -> None:
        """Take back the last Edit of the shown frame."""
        self._time_travel(-1)

    def redo(self) -> None:
        """Do again what was undone last on the shown frame."""
        self._time_travel(1)

    def _time_travel(self, direction: int) -> None:
        if self._project is None or self._stored is None:
            return
        frame_id = self._stored.frame_id
        try:
            history = self._project.history(frame_id)
            step = history.undo if direction < 0 else history.redo
            if step is None:
                return
            take = self._project.undo if direction < 0 else self._project.redo
            taken = take(step.id)
            sample = self._project.sample(frame_id)
        except AppError as error:
            self.failed.emit(error)
            return
        self._take(sample)
        if taken.has_labels or len(taken.frame_ids) > 1:
            self.steps_taken.emit(taken)

    # Selection, labels, visibility

    @Slot(tuple)
    def select(self, ids: tuple[str, ...]) -> None:
        """Select these objects."""
        self._select(tuple(ids))

    def _select(self, ids: tuple[str, ...]) -> None:
        if ids != self.selection:
            self.selection = ids
            self.selection_changed.emit(ids)

    def select_all(self) -> None:
        """Select every object of the frame."""
        if self.sample is not None:
            everything = (*self.sample.annotations, *self.sample.proposals)
            self._select(tuple(a.id for a in everything))

    @Slot(int)
    def choose_label(self, label_id: int) -> None:
        """Draw with this label from now on."""
        self.label_id = label_id
        self.label_changed.emit(label_id)

    @Slot(int, bool)
    def set_label_visible(self, label_id: int, is_visible: bool) -> None:
        """Show or hide all objects of a label."""
        hidden = self.hidden_labels - {label_id}
        self.hidden_labels = hidden if is_visible else hidden | {label_id}
        self.visibility_changed.emit()

    def hide_selected(self) -> None:
        """Hide what is selected, or show it again; with no selection show all."""
        chosen = frozenset(self.selection)
        if chosen:
            self.hidden_ids = self.hidden_ids ^ chosen
        else:
            self.hidden_ids = frozenset()
        self.visibility_changed.emit()

    def set_all_hidden(self, is_hidden: bool) -> None:
        """Hide all objects, or show them."""
        self.is_all_hidden = is_hidden
        self.visibility_changed.emit()


def text_of(step: "StepRow | None") -> str:
    """What a menu says of a step."""
    return "" if step is None else step.text
