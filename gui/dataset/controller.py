"""Counts the open project in a Job, and looks at its pictures when that is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import FrameId
from gui.jobs import Jobs
from gui.questions import OneJob

if TYPE_CHECKING:
    from engine.insight.measures import Bars, Grid, Points
    from engine.insight.tables import DatasetTables
    from engine.project.place import ProjectPlace

    Figure = Bars | Grid | Points

translate = QCoreApplication.translate

FROM_LABELS = (
    "by_label", "by_state", "objects_per_picture", "box_sizes", "mask_areas", "box_shapes",
    "positions", "picture_sizes", "together",
)  # fmt: skip
"""Figures that need no look at the pictures: names of functions in engine.insight.measures."""
FROM_PICTURES = ("brightness", "duplicates", "leaks")


@dataclass(frozen=True, eq=False)
class Insight:
    """Figures by name, and the pictures that their rows mean."""

    root: Path
    frame_ids: tuple[FrameId, ...]
    figures: "Mapping[str, Figure]"


class DatasetController(QObject):
    """What was counted last; counting again is one Job at a time."""

    changed = Signal(object)
    failed = Signal(object)
    progressed = Signal(int, int)
    running_changed = Signal(bool)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.insight: Insight | None = None
        self._one = OneJob(jobs, self)
        self._one.finished.connect(self._on_finished)
        self._one.failed.connect(self.failed)
        self._one.progressed.connect(self._on_progress)
        self._one.running_changed.connect(self.running_changed)

    def count(self, place: "ProjectPlace") -> None:
        """Count the project at this place anew."""
        self._one.forget()
        self._one.start(partial(count_project, place), text=self.tr("Counting the dataset"))

    def look_at_pictures(self) -> None:
        """Add what must be read from the pictures themselves."""
        insight = self.insight
        if insight is not None and not self._one.is_running:
            self._one.start(partial(look, insight), text=self.tr("Looking at the pictures"))

    def forget(self) -> None:
        """Another project is open."""
        self._one.forget()
        self.insight = None
        self.changed.emit(None)

    @Slot()
    def cancel(self) -> None:
        """Stop."""
        self._one.cancel()

    @Slot(object)
    def _on_finished(self, insight: Insight) -> None:
        self.insight = insight
        self.changed.emit(insight)

    @Slot(int, int, str)
    def _on_progress(self, done: int, total: int, text: str) -> None:
        self.progressed.emit(done, total)


def count_project(place: "ProjectPlace", progress: Progress, cancel: CancelToken) -> Insight:
    """Read every Sample once and count; the work of a Job."""
    from engine.insight import measures
    from engine.insight.tables import read_tables
    from engine.project.project import Project

    with Project.open(place, read_only=True) as project:
        tables: DatasetTables = read_tables(
            project.samples(),
            project.labels,
            total=project.count,
            progress=progress,
            cancel=cancel,
        )
    figures = {name: getattr(measures, name)(tables) for name in FROM_LABELS}
    return Insight(place.root, tables.frame_ids, figures)


def look(insight: Insight, progress: Progress, cancel: CancelToken) -> Insight:
    """Brightness, near duplicates, leaks between splits; the work of a Job."""
    from engine.insight import measures, pictures

    facts = pictures.read_facts(insight.frame_ids, progress=progress, cancel=cancel)
    seen = np.flatnonzero(~np.isnan(facts.brightness))
    groups = pictures.duplicate_groups(facts)
    names = tuple(Path(insight.frame_ids[g[0]].path).name for g in groups)
    counts = np.array([len(g) for g in groups], np.int64)
    figures = dict(insight.figures)
    figures["brightness"] = measures.histogram(facts.brightness[seen], seen)
    figures["duplicates"] = measures.Bars(names, counts, groups)
    found = pictures.leaks(insight.frame_ids, splits_beside(insight.root), groups)
    figures["leaks"] = measures.Bars(
        tuple(f"{' + '.join(leak.rows)}: {_why(leak.why)}" for leak in found),
        np.array([sum(map(len, leak.rows.values())) for leak in found], np.int64),
        tuple(np.unique(np.concatenate(list(leak.rows.values()))) for leak in found),
    )
    return Insight(insight.root, insight.frame_ids, figures)


def splits_beside(root: Path) -> dict[str, tuple[FrameId, ...]]:
    """The pictures of train, val and test as the labels in a folder say."""
    from engine.look import look_at, open_labels

    try:
        found = look_at([root])
        opened = open_labels(found.labels, found.frame_ids)
    except AppError:
        return {}
    splits: dict[str, tuple[FrameId, ...]] = {}
    for name, ids in (pair for _, dataset in opened.chosen for pair in dataset.splits.items()):
        splits[name] = tuple(dict.fromkeys((*splits.get(name, ()), *ids)))
    return splits


def _why(text: str) -> str:
    return translate("insight", text)
