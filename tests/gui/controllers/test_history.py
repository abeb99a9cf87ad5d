from functools import partial

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId
from gui.controllers.history import HistoryController
from gui.controllers.large_edits import LargeEdits
from tests.make import LABELS, write_picture

DRAW = Edit("Draw box", partial(edits.add, annotations=Annotation(Box(2, 3, 20, 30), 1)))


@pytest.fixture
def frame_ids(tmp_path):
    return [FrameId(str(write_picture(tmp_path / name))) for name in ("a.png", "b.png")]


@pytest.fixture
def project(tmp_path, frame_ids):
    with Project.create(tmp_path, LABELS) as project:
        project.add_frames([frame_id.path for frame_id in frame_ids])
        yield project


@pytest.fixture
def history(jobs, project, frame_ids):
    history = HistoryController(LargeEdits(jobs))
    history.set_project(project)
    history.show(frame_ids[0])
    return history


def test_undo_is_of_the_shown_frame(qtbot, project, history, frame_ids):
    for frame_id in frame_ids:
        project.apply(frame_id, DRAW)
    history.read()
    assert history.undo.frame_id == frame_ids[0]
    assert history.is_of_shown(history.undo)
    history.show(frame_ids[1])
    assert history.undo.frame_id == frame_ids[1]
    history.show(None)
    assert history.undo is None


def test_what_was_taken_is_told_and_can_be_done_again(qtbot, project, history, frame_ids):
    project.apply(frame_ids[0], DRAW)
    history.read()
    with qtbot.waitSignal(history.taken) as taken:
        history.take(history.undo)
    assert taken.args[0].frame_ids == (frame_ids[0],)
    assert (history.undo, history.redo.text) == (None, "Draw box")


def test_a_change_is_announced_once(qtbot, project, history, frame_ids, tmp_path):
    with qtbot.assertNotEmitted(history.changed):
        history.read()
    with Project.open(tmp_path) as other:  # as a Job does
        other.apply(frame_ids[0], DRAW)
    with qtbot.waitSignals([history.changed, history.grown]):
        history.read()
    with qtbot.waitSignal(history.changed):
        history.set_project(None)
    assert history.undo is None
    assert (history.count, history.rows(0, 9)) == (0, ())


def test_what_another_window_took_is_not_taken_again(qtbot, project, history, frame_ids, tmp_path):
    project.apply(frame_ids[0], DRAW)
    history.read()
    mine = history.undo
    with Project.open(tmp_path) as other:
        other.undo(mine.id)
    with qtbot.waitSignal(history.failed) as failed:
        history.take(mine)
    assert failed.args[0].hint
    assert history.undo is None
    assert history.redo.id == mine.id


def test_what_must_go_along_is_known(project, history, frame_ids):
    project.apply_all([(frame_id, DRAW) for frame_id in frame_ids], "Import")
    project.apply(
        frame_ids[1],
        Edit("Delete", lambda sample: edits.delete(sample, [sample.annotations[0].id])),
    )
    history.read()
    along = history.dependents(history.undo)
    assert [step.text for step in along] == ["Delete"]
    assert not history.is_of_shown(history.undo)
    history.take(history.undo, along)
    assert [step.is_undone for step in history.rows(0, 9)] == [True, True]
