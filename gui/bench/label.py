"""Measures labelling: what it costs a person to outline objects whose true outline is known.

A made-up person draws each object in the real window in every way that there is, until its outline
has an IoU of 0.90: with corners alone, or with something that helps, looking after each click, at
the largest error. What no longer helps is redrawn along the border, or accepted as it is and
corrected with the brush; where that does not help either, the object is deleted and drawn with
corners, and all of it counts.
"""

import os
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.bench.outlining import largest_part, whole_mask
from gui.bench.application import opened_app, settle, show, wait_for

if TYPE_CHECKING:
    from engine.evaluation.clicks import Outline
    from engine.values import Sample
    from gui.app import App

OBJECTS = 24
"""Of each list so many are outlined, evenly spread over it."""
SMALLEST = 24
"""Pixels: objects whose shorter side is less are left out, nobody draws them without zooming."""
WINDOW = 1280, 900


@dataclass(frozen=True)
class Task:
    """A list of pictures with known answers, and the weights that propose something on them."""

    path: Path
    weights: str = ""

    @property
    def name(self) -> str:
        """What the list is of: the name of its folder."""
        return self.path.absolute().parent.name


@dataclass(frozen=True, eq=False)
class Object:
    """A picture, and one object's outline on it."""

    picture: Path
    truth: "Outline"


@dataclass(frozen=True)
class Outcome:
    """What one object cost in one way; `is_helped` is whether nothing but that way was needed."""

    actions: int
    seconds: float
    iou: float
    is_helped: bool


UNAIDED = ("polygon", "freehand")
"""The ways in which nothing helps."""
Found = dict[str, list[Outcome]]
"""Way -> an outcome for each object."""


def measure(tasks: Sequence[Task], count: int = OBJECTS) -> dict[str, Found]:
    """The name of a list -> what its objects cost."""
    return {task.name: measure_list(task, count) for task in tasks}


def tasks_of(lists: Sequence[Path], weights: Sequence[str]) -> list[Task]:
    """Each list with the weights in the same place; the last ones may have none."""
    given = [*weights, *[""] * len(lists)]
    return [Task(path, key) for path, key in zip(lists, given, strict=False)]


def measure_list(task: Task, count: int = OBJECTS, only: Collection[str] = ()) -> Found:
    """What the objects of one list cost, in the ways of these names or in all. A DatasetError where
    it is no list."""
    from gui.bench.person import Person
    from gui.bench.ways import WAYS

    objects, found = objects_of(task.path, count), Found()
    with opened_app() as app, tempfile.TemporaryDirectory() as name:
        app.store.change(live=False)
        app.window.resize(*WINDOW)
        show(app)
        _open(app, Path(name), objects)
        person = Person(app)
        for way in WAYS:
            if (way.needs_weights and not task.weights) or (only and way.name not in only):
                continue
            if way.needs_weights:
                app.session.load_weights(task.weights)
                wait_for(lambda: app.session.weights.loaded is not None)
                app.store.change(live=True)
                settle(app)
            for number, each in enumerate(objects):
                _show(app, number)
                person.begin(each.truth)
                iou, is_helped = way.draw(person)
                spent = person.effort
                outcome = Outcome(spent.actions, spent.seconds, iou, is_helped)
                found.setdefault(way.name, []).append(outcome)
                person.leave_nothing()
    return found


def objects_of(path: Path, count: int) -> list[Object]:
    """Connected objects of a list that are large enough to draw, evenly spread over it."""
    from engine.formats.open_dataset import ReadOptions
    from engine.formats.report import Report
    from engine.formats.txt_dataset import open_dataset

    dataset = open_dataset(path, ReadOptions())
    pictures = dataset.frame_ids[:: max(1, len(dataset.frame_ids) // count)]
    by_picture = []
    for frame_id in pictures:
        sample = dataset.read(frame_id, Report())
        by_picture.append([Object(Path(frame_id.path), each) for each in _outlines(sample)])
    found: list[Object] = []
    rank = 0
    while len(found) < count and any(len(each) > rank for each in by_picture):
        found += [each[rank] for each in by_picture if len(each) > rank]
        rank += 1
    return found[:count]


def _outlines(sample: "Sample") -> "list[Outline]":
    """The largest part of each object of a Sample, the largest object first."""
    from engine.regions.masks import region_to_mask
    from engine.values import Box

    found = []
    for annotation in sample.annotations:
        if isinstance(annotation.region, Box):
            continue
        mask = region_to_mask(annotation.region, sample.size_hw)
        part = largest_part(whole_mask(mask, sample.size_hw))
        if min(part.any(axis=0).sum(), part.any(axis=1).sum()) >= SMALLEST:
            found.append(part)
    return sorted(found, key=lambda each: -int(each.sum()))


def _open(app: "App", folder: Path, objects: Iterable[Object]) -> None:
    """A project of its own beside links to the pictures, one for each object."""
    from engine.values import Label

    for number, each in enumerate(objects):
        os.symlink(each.picture, folder / f"{number:04d}{each.picture.suffix}")
    app.desk.open_paths([str(folder)])
    session = app.session
    wait_for(lambda: session.annotations.sample is not None)
    settle(app)
    session.labels.add(Label(1, "object", (220, 60, 60)))
    session.annotations.choose_label(session.annotations.labels[0].id)


def _show(app: "App", number: int) -> None:
    """This picture, with all that the window works out of it."""
    frames = app.session.frames
    frames.go(number)
    wait_for(lambda: frames.frame is not None and app.session.annotations.sample is not None)
    app.window.canvas.fit()
    settle(app)


def together(found: Mapping[str, Found]) -> Found:
    """The outcomes of all lists."""
    ways = dict.fromkeys(way for each in found.values() for way in each)
    return {way: [one for each in found.values() for one in each.get(way, [])] for way in ways}


def summary(found: Found) -> dict[str, float]:
    """Means by the ids of the bench's rows."""
    rows = {}
    for way, outcomes in found.items():
        rows[f"label.{way}_actions"] = float(np.mean([each.actions for each in outcomes]))
        rows[f"label.{way}_seconds"] = float(np.mean([each.seconds for each in outcomes]))
    actions = {way: rows[f"label.{way}_actions"] for way in found}
    best = min((value for way, value in actions.items() if way not in UNAIDED), default=0.0)
    if best and "polygon" in actions:
        rows["label.best_to_polygon"] = best / actions["polygon"]
    return rows
