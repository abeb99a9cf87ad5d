"""What is read is of one moment, and what SQLite cannot hold is refused whole."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.errors import ProjectError
from engine.project.project import Project
from engine.values import Annotation, Box, Label, Mask, Sample
from tests.make_project import add_box, frame, undo


def counts(project):
    tables = ("frames", "annotations", "regions", "steps", "changes", "labels")
    return [project._store.query(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


def test_a_sample_is_read_at_one_moment(project):
    """Another window commits between the questions for one Sample."""
    at = frame(project)
    for number in range(3):
        project.apply(at, add_box(number, annotation_id=f"box {number}"))
    with Project.open(project.root) as reader:
        waiting = ["FROM annotations", "FROM regions"]

        def interfere(sql):
            if waiting and waiting[0] in sql:
                waiting.pop(0)
                undo(project, at)  # whose region goes with the next edit
                project.apply(at, add_box(30, annotation_id=f"new {len(waiting)}"))

        reader._store.connection.set_trace_callback(interfere)
        read = reader.sample(at)
        reader._store.connection.set_trace_callback(None)
        assert not waiting
        assert [a.id for a in read.annotations] == ["box 0", "box 1", "box 2"]
        assert [a.id for a in reader.sample(at).annotations] == ["box 0", "box 1", "new 0"]


ODD = [
    {"track": 1 << 63},
    {"z": 1 << 64},
    {"origin": "\ud800"},
    {"id": "\udfff"},
    {"region": Mask(1 << 40, 0, np.ones((2, 2), bool))},
]


@pytest.mark.parametrize("values", ODD, ids=lambda values: next(iter(values)))
def test_what_sqlite_cannot_hold_is_refused_and_nothing_is_written(project, values):
    before = counts(project)
    odd = replace(Annotation(Box(0, 0, 3, 3), 1), **values)
    good = Annotation(Box(0, 0, 3, 3), 7)
    draw = Edit("Draw", partial(edits.add, annotations=(good, odd)))
    cow = (Label(7, "cow", (1, 2, 3)),)
    new = frame(project, "new.jpg")
    with pytest.raises(ProjectError) as error:
        project.apply(new, draw, labels=cow)
    assert error.value.hint
    with pytest.raises(ProjectError):
        project.apply_all([(frame(project), add_box()), (new, draw)], "Draw", labels=cow)
    with pytest.raises(ProjectError):
        project.apply(new, add_box(), first=draw, labels=cow)
    assert counts(project) == before
    assert project.sample(frame(project)) == Sample(frame(project))


def test_texts_and_sizes_that_cannot_be_stored_are_refused(project):
    before = counts(project)
    at = frame(project)
    with pytest.raises(ProjectError):
        project.apply(at, Edit("\ud800", add_box().function))
    with pytest.raises(ProjectError):
        project.apply(at, Edit("Size", lambda sample: replace(sample, size_hw=(1 << 70, 1))))
    with pytest.raises(ProjectError):
        project.add_label("\ud800")
    assert counts(project) == before


@pytest.mark.parametrize("box", [(0, 0, float("nan"), 1), (0, 0, float("inf"), 1)])
def test_a_box_is_finite(box):
    with pytest.raises(ValueError, match="finite"):
        Box(*box)


def test_a_frame_beyond_64_bits_is_refused(project):
    with pytest.raises(ProjectError):
        project.sample(frame(project, "v.mp4", 1 << 64))


def test_waiting_for_another_window_can_be_cut_short(project):
    root = project.root
    with (
        Project.open(root, busy_seconds=0.01) as project,
        Project.open(root) as other,
        other._store.writing(),
    ):
        for act in (
            lambda: project.apply(frame(project), add_box()),
            lambda: project.add_label("cow"),
            lambda: project.merge_labels([1], 2),
            lambda: project.apply_all([(frame(project), add_box())], "All"),
        ):
            with pytest.raises(ProjectError, match="Another window"):
                act()
        assert project.sample(frame(project)) == Sample(frame(project))
