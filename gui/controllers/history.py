"""What undo and redo would do on the shown frame, and the steps of the whole Project."""

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import AppError
from engine.jobs import CancelToken, Progress, no_progress
from engine.values import FrameId
from gui.controllers.large_edits import LARGE, EditedLargely, LargeEdits

if TYPE_CHECKING:
    from engine.project.history import StepRow
    from engine.project.project import Project
    from engine.project.taking import TakenSteps


class HistoryController(QObject):
    """Takes steps of the Project's history. `undo` and `redo` are those of the shown frame.

    `changed` tells that they are others, `grown` that something was stored at all, `taken` what
    was undone or done again, with the states of all frames where they are known.
    """

    changed = Signal()
    grown = Signal()
    taken = Signal(object, object)
    failed = Signal(object)

    def __init__(self, large: LargeEdits, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._large = large
        large.ended.connect(self.read)
        self.undo: StepRow | None = None
        self.redo: StepRow | None = None
        self._project: Project | None = None
        self._frame_id: FrameId | None = None

    def set_project(self, project: "Project | None") -> None:
        """Of another Project, or none."""
        self._project = project
        self.show(None)

    def show(self, frame_id: FrameId | None) -> None:
        """Undo and redo on this frame from now on."""
        self._frame_id = frame_id
        self.read()

    def read(self) -> None:
        """Something was stored: what can be undone and done again now."""
        before, now = (self.undo, self.redo), None
        try:
            if self._project is not None and self._frame_id is not None:
                now = self._project.history(self._frame_id)
        except AppError as error:
            self.failed.emit(error)
        self.undo, self.redo = (now.undo, now.redo) if now is not None else (None, None)
        if before != (self.undo, self.redo):
            self.changed.emit()
        self.grown.emit()

    def is_of_shown(self, step: "StepRow") -> bool:
        """Whether a step changes the shown frame and nothing else."""
        return step.frames == 1 and step.frame_id == self._frame_id

    def is_of_this_window(self, step: "StepRow") -> bool:
        """Whether a step was made here since the start."""
        return self._project is not None and step.session == self._project.session

    def dependents(self, step: "StepRow") -> "tuple[StepRow, ...] | None":
        """What must go along with a step; None where that could not be found out."""
        try:
            return self._project.dependents(step.id) if self._project is not None else None
        except AppError as error:
            self.failed.emit(error)
            return None

    def may_take(self) -> bool:
        """Whether a step can be taken now; `failed` says why it cannot."""
        refusal = self._large.refusal(self._project)
        if refusal is not None:
            self.failed.emit(refusal)
        return refusal is None

    def take(self, step: "StepRow", along: "Collection[StepRow]" = (), *, text: str = "") -> None:
        """Undo a step, or do an undone one again, with those that a person agreed to.

        Where many frames change, a Job does it, which is called by the text.
        """
        if self._project is None or not self.may_take():
            return
        act = partial(take_step, step, tuple(along))
        if sum(one.frames for one in (step, *along)) > LARGE:
            self._large.start(self._project, act, self._on_taken, text or step.text)
            return
        try:
            taken = act(self._project)
        except AppError as error:
            self.failed.emit(error)
            self.read()
            return
        self.taken.emit(taken, None)
        self.read()

    def _on_taken(self, edited: EditedLargely) -> None:
        self.taken.emit(edited.value, edited.states)

    @property
    def count(self) -> int:
        """How many steps there are."""
        try:
            return self._project.step_count if self._project is not None else 0
        except AppError as error:
            self.failed.emit(error)
            return 0

    def rows(self, offset: int, limit: int) -> "tuple[StepRow, ...]":
        """Some of them, the newest first."""
        try:
            return self._project.steps(offset, limit) if self._project is not None else ()
        except AppError as error:
            self.failed.emit(error)
            return ()


def take_step(
    step: "StepRow",
    along: "Collection[StepRow]",
    project: "Project",
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> "TakenSteps":
    """Undo a step in a Project, or do it again."""
    act = project.redo if step.is_undone else project.undo
    return act(step.id, along=[other.id for other in along], cancel=cancel)
