"""Sends live frames into the project: by rules while it is on, or because a person asks."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.collect.rules import NO_RULES, Memory, Rules, Sight, collected, decide
from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import Annotation, FrameId, Label, Sample
from gui.controllers.frozen import save_frame
from gui.questions import OneJob
from gui.session.mode import CanvasMode
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult


@dataclass(frozen=True, eq=False)
class CollectRequest:
    """A live frame to keep, why, and the project it is for. `folder` is where a camera's frames are
    saved; None for a frame that lies in a file already."""

    shot: "LiveResult"
    why: str
    root: Path
    name: str
    folder: Path | None
    sample: Sample
    labels: tuple[Label, ...]


@dataclass(frozen=True, eq=False)
class CollectReady:
    """What is to be stored: the frame under its name in the project, proposals, their labels."""

    request: CollectRequest
    shot: "LiveResult"
    proposals: tuple[Annotation, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class CollectedRow:
    """A frame that was collected, and why."""

    frame_id: FrameId
    why: str


class CollectController(QObject):
    """One frame at a time is on its way; the rules only look on meanwhile."""

    changed = Signal()
    arrived = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rules = Rules()
        self.is_on = False
        self._session, self._memory = session, Memory()
        self._one = OneJob(session.jobs, self)
        self._one.finished.connect(self._on_ready)
        self._one.failed.connect(self._on_failed)
        session.live.shown.connect(self._on_shot)
        session.live.opened.connect(self._stop)
        session.live.ended.connect(self._stop)
        session.project.closed.connect(self._stop)

    @property
    def count(self) -> int:
        """How many frames were collected since it was turned on."""
        return self._memory.count

    def set_rules(self, rules: Rules) -> None:
        """Decide by these from now on."""
        self.rules = rules
        self.changed.emit()

    def set_on(self, is_on: bool) -> None:
        """Begin anew, or stop."""
        if is_on != self.is_on:
            self.is_on, self._memory = is_on, Memory() if is_on else self._memory
            self.changed.emit()

    @Slot()
    def _stop(self) -> None:
        self.set_on(False)

    def take_now(self, why: str) -> bool:
        """Collect the shown live frame; False where there is none, or one is on its way."""
        shot = self._session.live.shot
        if self._session.mode is not CanvasMode.LIVE or shot is None:
            return False
        if not self._begin(shot, why):
            return False
        self._memory = collected(self._memory, shot.captured_at)
        return True

    @Slot(object)
    def _on_shot(self, shot: "LiveResult") -> None:
        session = self._session
        if self.is_on and session.mode is CanvasMode.LIVE and session.live.is_playing:
            rules = NO_RULES if self._one.is_running else self.rules
            before, sight = self._memory, _sight(shot, self.rules)
            why, self._memory = decide(rules, before, sight)
            if why and not self._begin(shot, why):
                self._memory = decide(NO_RULES, before, sight)[1]

    def _begin(self, shot: "LiveResult", why: str) -> bool:
        """Keep this frame, unless it is kept already or cannot be."""
        from engine.collect.collected import is_collected

        request = self._request(shot, why)
        if request is None or is_collected(request.sample):
            return False
        return self._one.start(partial(prepare, request))

    def _request(self, shot: "LiveResult", why: str) -> CollectRequest | None:
        parts, info = self._session.project, self._session.live.info
        project, folder = parts.project, parts.folder
        if project is None or info is None:
            return None
        try:
            if parts.trouble is not None or folder is None:
                raise parts.trouble or AppError(self.tr("The project cannot be written."))
            if (refusal := self._session.large.refusal(project)) is not None:
                raise refusal
            sample = project.sample(shot.frame.id)
            labels = (*project.labels, *project.lent_labels)
        except AppError as error:
            self._on_failed(error)
            return None
        is_file = Path(shot.frame.id.path).is_file()
        root = project.root
        return CollectRequest(
            shot, why, root, info.name, None if is_file else folder, sample, labels
        )

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self.set_on(False)
        self.failed.emit(error)

    @Slot(object)
    def _on_ready(self, ready: CollectReady) -> None:
        parts = self._session.project
        if parts.project is None or parts.root != ready.request.root:
            return  # Another project is open by now.
        try:
            row = self._store(ready)
        except AppError as error:
            self._on_failed(error)
            return
        self.arrived.emit(row)
        self.changed.emit()

    def _store(self, ready: CollectReady) -> CollectedRow:
        """One step of the history, in the project as it is now."""
        from engine.annotations.mapping import merge, relabelled
        from engine.collect.collected import collect

        session, frame = self._session, ready.shot.frame
        project = session.project.project
        assert project is not None
        known = merge(project.labels, project.lent_labels)  # Others may be there since.
        proposals, labels = relabelled(ready.proposals, ready.labels, known)
        why = ready.request.why
        session.project.note_listed((frame.id,))
        project.arrive(frame.id, collect(proposals, why, frame.size_hw), labels=labels)
        session.project.reload_labels()
        session.project.note_states({frame.id: project.sample(frame.id).state})
        session.frames.put(frame)
        session.frames.append(frame.id)
        session.annotations.history.read()
        return CollectedRow(frame.id, why)


def _sight(shot: "LiveResult", rules: Rules) -> Sight:
    from engine.collect.sight import sight_of

    is_compared = rules.disagrees and shot.beside is not None
    beside = shot.beside.prediction if is_compared and shot.beside is not None else None
    return sight_of(shot.prediction, beside, shot.captured_at)


def prepare(request: CollectRequest, progress: Progress, cancel: CancelToken) -> CollectReady:
    """Save a camera's frame, and make proposals of what was said; the work of a Job."""
    from engine.annotations.accept import proposals_of
    from engine.annotations.mapping import to_labels

    shot = request.shot
    if request.folder is not None:
        shot = save_frame(shot, request.name, request.folder, progress, cancel)
    cancel.check()
    if shot.prediction is None:
        return CollectReady(request, shot, (), ())
    mapped, labels = to_labels(shot.prediction, request.labels)
    return CollectReady(request, shot, proposals_of(mapped, request.sample), labels)
