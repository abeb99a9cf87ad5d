"""The parts of a session as one value: what of it others may use without knowing the whole."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from gui.controllers.annotations import AnnotationsController
from gui.controllers.compare import CompareController
from gui.controllers.frames import FramesController
from gui.controllers.large_edits import LargeEdits
from gui.controllers.live import LiveController
from gui.controllers.predictions import PredictionsController
from gui.controllers.project import ProjectController
from gui.controllers.weights import WeightsController
from gui.jobs import Jobs
from gui.session.shown import ShownController
from gui.settings import SettingsStore


@dataclass(frozen=True, eq=False)
class Parts:
    """The controllers of what is open, each the only one of its kind."""

    store: SettingsStore
    jobs: Jobs
    shown: ShownController
    frames: FramesController
    project: ProjectController
    large: LargeEdits
    annotations: AnnotationsController
    weights: WeightsController
    predictions: PredictionsController
    compare: CompareController
    live: LiveController


def make_parts(store: SettingsStore, owner: QObject) -> Parts:
    """New ones, with nothing open."""
    jobs = Jobs(owner)
    weights, large = WeightsController(jobs, owner), LargeEdits(jobs, owner)
    return Parts(
        store=store,
        jobs=jobs,
        shown=ShownController(owner),
        frames=FramesController(jobs, store.now.cache_mb, owner),
        project=ProjectController(jobs, owner),
        large=large,
        annotations=AnnotationsController(large, owner),
        weights=weights,
        predictions=PredictionsController(jobs, owner),
        compare=CompareController(jobs, weights, owner),
        live=LiveController(jobs, owner),
    )
