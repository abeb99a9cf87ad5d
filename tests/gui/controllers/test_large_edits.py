"""Edits of many pictures go through a Job; meanwhile nothing else is edited, and all is told."""

from functools import partial

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.formats.open_dataset import OpenDataset
from engine.look import LabelsAt
from engine.project.seen import Seen
from engine.values import Annotation, Box, FrameId, Label, Sample
from gui.controllers.large_edits import LARGE
from tests.gui.conftest import PATIENCE_MS
from tests.make import LABELS
from tests.make_labels import set_labels

COUNT = LARGE + 1


def box(label=1):
    return Edit("Draw", partial(edits.add, annotations=Annotation(Box(1, 2, 9, 9), label)))


@pytest.fixture
def imported(on_picture, tmp_path):
    """The shown picture and many others got a box by one step."""
    session = on_picture
    set_labels(session.project, LABELS)
    shown = session.annotations.stored_sample.frame_id
    others = [FrameId(str(tmp_path / f"{n}.png")) for n in range(COUNT)]
    project = session.project.project
    project.apply_all([(i, box()) for i in (shown, *others)], "Import 1")
    session.annotations.reload()
    session.project.reload_states()
    return session


def boxes(session):
    return len(session.annotations.sample.annotations)


def test_a_large_step_is_taken_in_a_job_while_edits_are_refused(qtbot, imported):
    session, history = imported, imported.annotations.history
    with qtbot.waitSignal(history.taken, timeout=PATIENCE_MS) as taken:
        history.take(history.undo, text="Undo: Import 1")
        assert session.jobs.running[0].text == "Undo: Import 1"
        assert boxes(session) == 1
        with qtbot.waitSignal(session.annotations.failed) as failed:
            session.annotations.apply(box())
        assert failed.args[0].message == "Undo: Import 1: this is still under way."
        with qtbot.waitSignal(session.labels.failed):
            session.labels.rename(1, "lion")
        with qtbot.waitSignal(history.failed):
            history.take(history.undo)
    assert len(taken.args[0].frame_ids) == COUNT + 1
    assert taken.args[1] == {}
    assert boxes(session) == 0
    assert history.redo.text == "Import 1"
    assert session.project.reviewed == 0
    assert session.project.labels == LABELS
    session.annotations.apply(box())
    assert boxes(session) == 1


def test_a_large_redo_is_one_as_well(qtbot, imported):
    history = imported.annotations.history
    for count in (0, 1):
        with qtbot.waitSignal(history.taken, timeout=PATIENCE_MS):
            history.take(history.redo or history.undo)
        assert boxes(imported) == count


def test_what_is_cancelled_has_not_happened(qtbot, imported):
    history = imported.annotations.history
    before = history.undo
    with qtbot.waitSignal(imported.large.ended, timeout=PATIENCE_MS):
        history.take(history.undo)
        imported.jobs.running[0].cancel()
    assert history.undo == before
    assert boxes(imported) == 1


def test_a_project_closed_meanwhile_hears_nothing(qtbot, imported):
    history = imported.annotations.history
    with qtbot.assertNotEmitted(history.taken), qtbot.waitSignal(imported.large.ended):
        history.take(history.undo)
        imported.large.leave()
        assert imported.large.refusal(imported.project.project) is None


@pytest.fixture
def beside(on_picture, tmp_path):
    """Labels of many pictures lie in files."""
    session = on_picture
    ids = tuple(FrameId(str(tmp_path / f"{n}.png")) for n in range(COUNT))

    def read(frame_id, report):
        return Sample(frame_id, (48, 64), (Annotation(Box(1, 2, 9, 9), 1),))

    labels = (Label(1, "cat", (1, 2, 3)), Label(2, "dog", (4, 5, 6)))
    dataset = OpenDataset(ids, labels, read)
    session.project.project.see(Seen((), ((LabelsAt("txt_detection", str(tmp_path)), dataset),)))
    session.project.reload_labels()
    return session


def test_labels_in_files_are_taken_in_by_a_job(qtbot, beside, tmp_path):
    assert [x.name for x in beside.project.labels] == ["background", "cat", "dog"]
    with qtbot.waitSignal(beside.labels.objects_edited, timeout=PATIENCE_MS) as edited:
        beside.labels.merge(1, 2)
        assert beside.jobs.running
        assert [x.name for x in beside.project.labels] == ["background", "cat", "dog"]
    assert len(edited.args[0]) == COUNT
    assert [x.name for x in beside.project.labels] == ["background", "dog"]
    sample = beside.project.project.sample(FrameId(str(tmp_path / "7.png")))
    assert [a.label_id for a in sample.annotations] == [2]
    beside.annotations.apply(box(2))
    assert [x.name for x in beside.project.labels] == ["background", "dog"]


def test_closing_the_window_meanwhile_leaves_the_project_as_it_was(beside, tmp_path):
    beside.labels.delete(1)
    assert beside.jobs.close()
    project = beside.project.project
    assert [x.name for x in project.labels] == ["background", "cat", "dog"]
    assert project.is_beside(FrameId(str(tmp_path / "7.png")))
    assert project.steps() == ()
