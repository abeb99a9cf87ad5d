"""Shapes of large objects are worked out in a Job: what a person does meanwhile stays right."""

from functools import partial

import numpy as np
import pytest

from engine.annotations import edits, shaping
from engine.annotations.edits import Edit
from engine.jobs import CancelToken, no_progress
from engine.project import mask_bytes
from engine.values import Annotation, Box, FrameId, Mask, Polygon
from gui.controllers import large_shapes
from gui.controllers.large_shapes import LargeShapes, is_large, work_out
from tests.gui.conftest import PATIENCE_MS
from tests.make import LABELS
from tests.make_labels import set_labels

RING = np.ones((20, 20), np.bool_)
RING[5:9, 5:9] = False
MASK = Annotation(Mask(10, 10, RING), 1, id="ring")
OTHER = Annotation(Box(40, 30, 50, 40), 1, id="box")
FILL = partial(shaping.fill_holes, ids=["ring"])


@pytest.fixture
def drawn(on_picture, monkeypatch):
    """A session with a mask that counts as large."""
    monkeypatch.setattr(large_shapes, "LARGE", 400)
    set_labels(on_picture.project, LABELS)
    on_picture.annotations.edit("Draw", partial(edits.add, annotations=(MASK, OTHER)))
    return on_picture


@pytest.fixture
def shapes(drawn):
    return LargeShapes(drawn.annotations, drawn.project, drawn.large)


def ended(qtbot, session):
    return qtbot.waitSignal(session.large.ended, timeout=PATIENCE_MS)


def is_filled(sample):
    return bool(sample.find("ring").region.pixels.all())


def test_a_job_works_it_out_and_it_is_one_step_with_undo(qtbot, drawn, shapes):
    told = []
    before = drawn.annotations.sample
    shapes.edit("Fill", FILL, ["ring"], lambda *samples: told.append(samples))
    assert drawn.jobs.running[0].text == "Fill"
    assert drawn.annotations.sample == before
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    after = drawn.annotations.sample
    assert told == [(before, after)]
    assert after == FILL(before)
    history = drawn.annotations.history
    assert history.undo.text == "Fill"
    history.take(history.undo)
    assert drawn.annotations.sample.annotations == before.annotations


def test_a_small_one_is_made_at_once(drawn, shapes, monkeypatch):
    monkeypatch.setattr(large_shapes, "LARGE", 401)
    shapes.edit("Fill", FILL, ["ring"], lambda *_: None)
    assert is_filled(drawn.annotations.sample)
    assert not drawn.jobs.running


def test_meanwhile_nothing_else_is_edited_or_undone(qtbot, drawn, shapes, hold):
    gate = hold(large_shapes, "work_out")
    told, annotations = [], drawn.annotations
    shapes.edit("Fill", FILL, ["ring"], lambda *_: told.append(1))
    before = annotations.sample
    with qtbot.waitSignal(annotations.failed) as failed:
        annotations.edit("Delete", partial(edits.delete, ids=["box"]))
    assert failed.args[0].message == "Fill: this is still under way."
    with qtbot.waitSignal(annotations.history.failed):
        annotations.history.take(annotations.history.undo)
    for ids in (["ring"], ["box"]):
        with qtbot.waitSignal(annotations.failed):
            shapes.edit("Fill", FILL, ids, lambda *_: told.append(2))
    assert annotations.sample == before
    gate.set()
    qtbot.waitUntil(lambda: told == [1], timeout=PATIENCE_MS)
    assert is_filled(annotations.sample)
    annotations.edit("Delete", partial(edits.delete, ids=["box"]))
    assert annotations.sample.find("box") is None


def test_it_is_made_in_its_picture_though_another_one_is_shown(qtbot, drawn, shapes, hold):
    gate = hold(large_shapes, "work_out")
    annotations = drawn.annotations
    frame_id, told = annotations.sample.frame_id, []
    shapes.edit("Fill", FILL, ["ring"], lambda *_: told.append(1))
    other = FrameId(frame_id.path.replace("a.png", "b.png"))
    annotations.show(other, (48, 64))
    with qtbot.waitSignal(annotations.stored, timeout=PATIENCE_MS) as stored:
        gate.set()
    assert stored.args[0].frame_id == frame_id
    assert annotations.sample.annotations == ()
    assert not told
    annotations.show(frame_id, (48, 64))
    assert is_filled(annotations.sample)
    assert annotations.history.undo.text == "Fill"


def test_what_came_between_from_elsewhere_stays_and_is_told(qtbot, drawn, shapes, hold):
    annotations, project = drawn.annotations, drawn.project.project
    frame_id = annotations.sample.frame_id
    other = FrameId(frame_id.path.replace("a.png", "b.png"))
    for goes_on in (False, True):
        gate = hold(large_shapes, "work_out")
        shapes.edit("Fill", FILL, ["ring"], lambda *_: None)
        project.apply(frame_id, Edit("Move", partial(edits.move, ids=["box"], dx=1, dy=0)))
        annotations.reload()
        if goes_on:
            annotations.show(other, (48, 64))
        with qtbot.waitSignal(annotations.failed, timeout=PATIENCE_MS) as failed:
            gate.set()
        assert failed.args[0].message.startswith("Fill: not done")
        annotations.show(frame_id, (48, 64))
        assert not is_filled(annotations.sample)
        assert annotations.history.undo.text == "Move"


def test_what_is_cancelled_has_not_happened(qtbot, drawn, shapes, hold):
    gate = hold(large_shapes, "work_out")
    shapes.edit("Fill", FILL, ["ring"], lambda *_: None)
    before = drawn.annotations.sample
    with ended(qtbot, drawn):
        drawn.jobs.running[0].cancel()
        gate.set()
    assert drawn.annotations.sample == before
    assert drawn.annotations.history.undo.text == "Draw"


def test_of_a_project_that_is_closed_nothing_is_changed(qtbot, drawn, shapes, hold):
    gate = hold(large_shapes, "work_out")
    project, frame_id = drawn.project.project, drawn.annotations.sample.frame_id
    shapes.edit("Fill", FILL, ["ring"], lambda *_: None)
    drawn.large.leave()
    with ended(qtbot, drawn):
        gate.set()
    assert not is_filled(project.sample(frame_id))


def test_what_lies_between_counts_where_they_become_one(drawn):
    far = [Annotation(Box(x, 0, x + 5, 5), 1, id=str(x)) for x in (0, 59)]
    corner = Polygon(np.array([[0, 40], [5, 40], [5, 47]], np.float32))
    sample = edits.add(drawn.annotations.sample, [*far, Annotation(corner, 1, id="corner")])
    ids = ["0", "59", "corner"]
    assert not is_large(sample, ids, is_one=False)
    assert is_large(sample, ids, is_one=True)
    assert not is_large(sample, ["gone"], is_one=True)


def test_what_the_job_packed_need_not_be_packed_again(drawn, monkeypatch):
    monkeypatch.setattr(mask_bytes, "LARGE", 1)
    after = work_out(drawn.annotations.sample, FILL, no_progress, CancelToken())
    monkeypatch.setattr(mask_bytes, "_band", None)
    assert mask_bytes.pack(after.find("ring").region)
