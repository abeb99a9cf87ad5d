"""Keeps what two compared models say of a picture as proposals, which wait for a person."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.formats.report import sample_name
from engine.jobs import CancelToken, Progress
from engine.values import Annotation, Label, Sample, SampleState
from gui.controllers.compare_job import Compared
from gui.questions import JobsInTurn
from gui.session.session import Session


@dataclass(frozen=True, eq=False)
class ProposeRequest:
    """What both say of a Sample, and the project that it is in."""

    both: Compared
    sample: Sample
    labels: tuple[Label, ...]
    root: Path | None


@dataclass(frozen=True, eq=False)
class Proposed:
    """The proposals of both for a Sample, and the labels that have their ids.

    `counts` are how many each model has, under its name.
    """

    request: ProposeRequest
    proposals: tuple[Annotation, ...]
    labels: tuple[Label, ...]
    counts: tuple[tuple[str, int], ...]


class ProposingController(QObject):
    """One picture after another; what came of each is one step of the history."""

    proposed = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._in_turn = JobsInTurn(session.jobs, self)
        self._in_turn.finished.connect(self._on_finished)
        self._in_turn.failed.connect(self.failed)

    def propose(self) -> None:
        """Let what both say of the shown picture wait; nothing where that is not known."""
        both, sample = self._session.compare.both, self._session.annotations.stored_sample
        if both is not None and sample is not None and sample.frame_id == both.right.frame_id:
            project = self._session.project
            request = ProposeRequest(both, sample, project.labels, project.root)
            text = self.tr("Proposing what both say")
            self._in_turn.start(partial(propose_both, request), text=text)

    @Slot(object)
    def _on_finished(self, proposed: Proposed) -> None:
        try:
            state = self._store(proposed)
        except AppError as error:
            self.failed.emit(error)
            return
        session, frame_id = self._session, proposed.request.sample.frame_id
        shown = session.annotations.stored_sample
        if shown is not None and shown.frame_id == frame_id:
            session.compare.set_on(False)
            session.predictions.forget()  # A slider would bring back what one of them says alone.
            session.annotations.drop_draft()
        session.asking.note_stored({frame_id: state})
        self.proposed.emit(proposed)

    def _store(self, proposed: Proposed) -> SampleState:
        """Keep them with their picture, which need not be shown any more."""
        from engine.annotations.edits import Edit, set_proposals
        from engine.annotations.mapping import merge, relabelled

        project, request = self._session.project.project, proposed.request
        before, size_hw = request.sample, request.both.right.size_hw
        if project is None or project.root != request.root:
            message = self.tr("Nothing was proposed: other pictures are open by now.")
            raise AppError(message)
        if (refusal := self._session.large.refusal(project)) is not None:
            raise refusal
        if project.sample(before.frame_id).annotations != before.annotations:
            message = self.tr("Nothing was proposed: the objects of {0} are others by now.")
            hint = self.tr("Propose it once more.")
            raise AppError(message.format(sample_name(before.frame_id)), hint=hint)
        known = merge(project.labels, project.lent_labels)
        mapped, labels = relabelled(proposed.proposals, proposed.labels, known)
        text = self.tr("Propose what two models say")
        change = partial(set_proposals, proposals=mapped, size_hw=size_hw)
        project.apply_all([(before.frame_id, Edit(text, change))], text, labels=labels, lends=True)
        return project.sample(before.frame_id).state


def propose_both(request: ProposeRequest, progress: Progress, cancel: CancelToken) -> Proposed:
    """Each by its own labels and origin; the work of a Job."""
    from engine.annotations.accept import proposals_of
    from engine.annotations.mapping import to_labels

    found: list[Annotation] = []
    counts: list[tuple[str, int]] = []
    labels = request.labels
    for prediction in (request.both.left, request.both.right):
        cancel.check()
        mapped, labels = to_labels(prediction, labels)
        own = proposals_of(mapped, request.sample)
        found += own
        counts.append((prediction.origin, len(own)))
    return Proposed(request, tuple(found), labels, tuple(counts))
