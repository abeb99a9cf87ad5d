"""Whom Smart click can ask: weights that answer clicks, colours alone, the loaded model, a pair of
ONNX files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.import_order import import_vision
from engine.jobs import CancelToken, Progress
from gui.controllers.weights import LoadedWeights
from gui.jobs import Job
from gui.questions import NewestJob, OneJob
from gui.session.session import Session
from gui.settings import Settings
from models.task import Task

if TYPE_CHECKING:
    from engine.click.contract import AnyAsker

MODEL, PAIR = "model:", "pair:"
"""What the keys of the loaded model and of a pair of files begin with."""
PAIR_ENDINGS = (".onnx", ".xml")


@dataclass(frozen=True)
class AskerChoice:
    """Something that can be asked: its key and its text."""

    key: str
    text: str


class Askers(QObject):
    """The choices, and the key of the one that is asked; "" until they have been looked for."""

    changed = Signal()
    """Other choices, or another one is asked."""
    listed = Signal()
    no_pair = Signal(list)
    """Two files that were taken for a pair are something else."""
    pair_found = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._store = session, session.store
        self.key = ""
        self._found: tuple[AskerChoice, ...] = ()
        self._settings = self._store.now
        self._listing, self._looking = NewestJob(session.jobs, self), OneJob(session.jobs, self)
        self._listing.answered.connect(self._on_listed)
        self._looking.finished.connect(self._on_looked)
        for one in (self._listing, self._looking):
            one.failed.connect(self.failed)
        session.weights.loaded_changed.connect(self._on_model)
        session.weights.unloaded.connect(self._on_model)
        self._store.changed.connect(self._on_settings)

    @property
    def choices(self) -> tuple[AskerChoice, ...]:
        """All of them: weights, then the loaded model, then a pair that was brought."""
        loaded, pair = self._session.weights.loaded, self._store.now.asker
        found = list(self._found)
        if loaded is not None and loaded.task in (Task.SEMANTIC, Task.INSTANCE):
            found.append(AskerChoice(MODEL, self.tr("Model: {0}").format(loaded.name)))
        if pair.startswith(PAIR) and all(Path(path).is_file() for path in _paths_of(pair)):
            found.append(AskerChoice(pair, _pair_name(pair)))
        return tuple(found)

    def look(self) -> None:
        """Look which weights answer clicks; again where that is being done."""
        self._listing.ask(object(), self._listing_job)

    def _listing_job(self, question: object) -> Job:
        return self._session.jobs.create(partial(list_askers, self._session.project.folder))

    def choose(self, key: str) -> None:
        """Ask this, also the next time."""
        self._store.change(asker=key)
        self._settle()

    def open_pair(self, paths: Sequence[str]) -> None:
        """Ask these two files if they are a pair; `no_pair` says that they are not."""
        self._looking.forget()
        self._looking.start(partial(look_at_pair, [str(Path(path).absolute()) for path in paths]))

    @property
    def asked(self) -> tuple[object, ...]:
        """What makes it another one: two that are equal are the same asker."""
        if self.key == MODEL:
            return self.key, self._session.weights.loaded, self._session.asking.thresholds
        return self.key, self._store.now.device

    def maker(self) -> "Callable[[], AnyAsker] | None":
        """How to make what is asked, for a Job; None where there is none."""
        loaded = self._session.weights.loaded
        if self.key == MODEL and loaded is not None:
            return partial(make_model_asker, loaded, self._session.asking.thresholds)
        return partial(make_asker, self.key, self._store.now.device) if self.key else None

    def _settle(self) -> None:
        """The one that the person chose, else the first."""
        keys, wish = [choice.key for choice in self.choices], self._store.now.asker
        self.key = wish if wish in keys else next(iter(keys), "")
        self.changed.emit()

    @Slot(object, object)
    def _on_listed(self, question: object, found: tuple[AskerChoice, ...]) -> None:
        self._found = found
        self._settle()
        self.listed.emit()

    @Slot()
    def _on_model(self) -> None:
        self._settle()

    @Slot(object)
    def _on_looked(self, pair: tuple[list[str], bool]) -> None:
        paths, is_pair = pair
        if is_pair:
            self.choose(PAIR + "\n".join(paths))
            self.pair_found.emit()
        else:
            self.no_pair.emit(paths)

    @Slot(object)
    def _on_settings(self, now: Settings) -> None:
        before, self._settings = self._settings, now
        is_model_changed = self.key == MODEL and now.thresholds != before.thresholds
        if now.device != before.device or is_model_changed:
            self.changed.emit()


def may_be_pair(paths: Sequence[str]) -> bool:
    """Whether two files have the endings of a pair; what they hold is looked at in a Job."""
    return len(paths) == 2 and all(str(path).lower().endswith(PAIR_ENDINGS) for path in paths)


def _paths_of(key: str) -> list[str]:
    return key.removeprefix(PAIR).split("\n")


def _pair_name(key: str) -> str:
    return " + ".join(Path(path).stem for path in _paths_of(key))


# The work of Jobs


def list_askers(project: Any, progress: Progress, cancel: CancelToken) -> tuple[AskerChoice, ...]:
    """The weights here that answer clicks, those of a project's folder first, and colours alone,
    which need none."""
    from engine.click import grab_cut
    from engine.weights.library import PROJECT, look

    found = [e for e in look(project)[0] if e.task is Task.CLICK and e.path is not None]
    own = [
        AskerChoice(str(e.path), f"{e.name} (trained here)") for e in found if e.origin == PROJECT
    ]
    others = [AskerChoice(e.name, e.name) for e in found if e.origin != PROJECT]
    return (*own, *others, AskerChoice(grab_cut.KEY, "Colors alone (GrabCut)"))


def look_at_pair(
    paths: list[str], progress: Progress, cancel: CancelToken
) -> tuple[list[str], bool]:
    """These paths, and whether they are an encoder and its decoder."""
    from engine.click.sam_pair import is_sam_pair

    return paths, is_sam_pair([Path(path) for path in paths])


def make_asker(key: str, device: str) -> "AnyAsker":
    """Weights or a pair of files, ready to be asked. WeightsError where they are gone."""
    from engine.click import grab_cut

    if key == grab_cut.KEY:
        return grab_cut.GrabCut()
    if key.startswith(PAIR):
        from engine.click.sam_pair import SamAsker

        return SamAsker([Path(path) for path in _paths_of(key)])
    import_vision()
    from engine.click.asking import Asker
    from engine.weights.library import find
    from engine.weights.load import load

    return Asker(load(find(key)), device)


def make_model_asker(loaded: LoadedWeights, thresholds: Any) -> "AnyAsker":
    """What is loaded, asked for the object at a place."""
    from engine.click.predicted import PredictionAsker

    return PredictionAsker(loaded.pipeline, thresholds)
