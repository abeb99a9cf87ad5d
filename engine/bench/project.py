"""How long a project of 100,000 pictures takes to open, and what a question takes in it."""

import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.bench.registry import Measurement, register

if TYPE_CHECKING:
    from engine.project.project import Project

COUNT = 100_000
PAGE = 200


@register("project")
def measure() -> list[Measurement]:
    """Opening, the first page of the filmstrip and the first Sample; then one edit."""
    from engine.annotations import edits
    from engine.annotations.edits import Edit
    from engine.project.project import Project
    from engine.values import Annotation, Box

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Project.create(folder) as project:
            project.add_frames(folder / f"{i // 1000:03d}/{i:06d}.jpg" for i in range(COUNT))
        start = time.perf_counter()
        with Project.open(folder) as project:
            frames = project.frames(0, PAGE)
            project.sample(frames[0].frame_id)
            opened = time.perf_counter() - start
            times = []
            for frame in frames[:50]:
                box = Annotation(Box(1, 1, 5, 5), 0)
                edit = Edit("Draw box", partial(edits.add, annotations=box))
                start = time.perf_counter()
                project.apply(frame.frame_id, edit)
                times.append((time.perf_counter() - start) * 1000)
        return [
            Measurement("project.open_100k", opened, "s", budget=2.0),
            Measurement("project.edit_100k", sorted(times)[len(times) // 2], "ms", budget=16.0),
        ]


EACH = 10
"""Boxes on each picture of the large project: a million in all."""
QUESTIONS = {
    "name": "frame_0999",
    "regex": r"name:/_\d+77\./",
    "label": 'label:"label 3" state:new',
    "state": "state:verified",
    "count": "count>3",
    "score": "score<0.01",
    "attribute": "attribute:occluded=yes",
}


@register("search")
def measure_search() -> list[Measurement]:
    """A project of a million regions: opening, going through it, and each kind of question.

    The rival is to look at every Sample in turn, on a hundredth of the pictures.
    """
    from engine.bench.many_regions import make
    from engine.project.project import Project

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, COUNT, EACH)
        start = time.perf_counter()
        with Project.open(folder) as project:
            ids = project.frame_ids()
            opened = time.perf_counter() - start
            rows = [Measurement("search.open_1m", opened, "s", budget=1.0)]
            some = ids[:: max(1, len(ids) // 200)]
            start = time.perf_counter()
            for frame_id in some:
                project.sample(frame_id)
                project.history(frame_id)
            step = 1000 * (time.perf_counter() - start) / len(some)
            rows.append(Measurement("search.next_picture", step, "ms", budget=8.0))
            naive = step * len(ids)
            for key, question in QUESTIONS.items():
                took = min(_timed(project, question) for _ in range(3))
                rival = "reading every Sample"
                rows.append(Measurement(f"search.{key}", took, "ms", rival, naive, budget=100.0))
        return rows


def _timed(project: "Project", question: str) -> float:
    start = time.perf_counter()
    project.search(question)
    return 1000 * (time.perf_counter() - start)
