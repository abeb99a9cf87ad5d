"""Keeps what two compared models say of a picture as proposals, which wait for a person."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import CancelToken, Progress
from engine.values import Annotation, Label, Sample
from gui.controllers.compare_job import Compared
from gui.questions import OneJob
from gui.session.session import Session


@dataclass(frozen=True, eq=False)
class Proposed:
    """The proposals of both for a Sample, and the labels that have their ids.

    `counts` are how many each model has, under its name.
    """

    sample: Sample
    proposals: tuple[Annotation, ...]
    labels: tuple[Label, ...]
    counts: tuple[tuple[str, int], ...]


class ProposingController(QObject):
    """One picture at a time; what came of it is one step of the history."""

    proposed = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._one = OneJob(session.jobs, self)
        self._one.finished.connect(self._on_finished)
        self._one.failed.connect(self.failed)

    def propose(self) -> None:
        """Let what both say of the shown picture wait; nothing where that is not known."""
        both, sample = self._session.compare.both, self._session.annotations.stored_sample
        if both is not None and sample is not None and sample.frame_id == both.right.frame_id:
            labels = self._session.project.labels
            text = self.tr("Proposing what both say")
            self._one.start(partial(propose_both, both, sample, labels), text=text)

    @Slot(object)
    def _on_finished(self, proposed: Proposed) -> None:
        session, before = self._session, proposed.sample
        sample = session.annotations.stored_sample
        if (
            sample is None
            or sample.frame_id != before.frame_id
            or sample.annotations != before.annotations
        ):
            return  # Another picture is shown by now, or other objects are on it.
        session.compare.set_on(False)
        session.predictions.forget()  # A slider would bring back what one of them says alone.
        session.asking.offer(sample.frame_id, proposed.proposals, proposed.labels)
        session.annotations.store_draft(self.tr("Propose what two models say"))
        self.proposed.emit(proposed)


def propose_both(
    both: Compared,
    sample: Sample,
    labels: tuple[Label, ...],
    progress: Progress,
    cancel: CancelToken,
) -> Proposed:
    """Each by its own labels and origin; the work of a Job."""
    from engine.annotations.accept import proposals_of
    from engine.annotations.mapping import to_labels

    found: list[Annotation] = []
    counts: list[tuple[str, int]] = []
    for prediction in (both.left, both.right):
        cancel.check()
        mapped, labels = to_labels(prediction, labels)
        own = proposals_of(mapped, sample)
        found += own
        counts.append((prediction.origin, len(own)))
    return Proposed(sample, tuple(found), labels, tuple(counts))
