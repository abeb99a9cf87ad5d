"""What two models say of a picture, kept as proposals of both; nothing is accepted by itself."""

import shutil
from functools import partial

import pytest

from engine.annotations.edits import Edit, add, set_proposals
from engine.jobs import CancelToken, no_progress
from engine.values import (
    Annotation,
    Box,
    Detection,
    FrameId,
    Label,
    Prediction,
    Sample,
    SampleState,
)
from gui.compare import proposing
from gui.compare.proposing import ProposeRequest, propose_both
from gui.controllers.compare_job import Compared
from tests.gui.conftest import PATIENCE_MS

ID, SIZE = FrameId("a.png"), (48, 64)
COW = Label(1, "cow", (200, 0, 0))


def said(name, label, box):
    return Prediction(ID, SIZE, (label,), (Detection(box, label.id, 0.9),), origin=name)


def test_labels_of_the_same_number_are_not_mixed():
    """Label 1 is a cow for one model and a pig for the other; the project knows cows as 4."""
    left = said("m/a", COW, Box(2, 2, 20, 20))
    right = said("m/b", Label(1, "pig", (0, 0, 200)), Box(30, 2, 50, 20))
    labels = (Label(4, "cow", (9, 9, 9)),)
    request = ProposeRequest(Compared(left, right, {}, {}), Sample(ID, SIZE), labels, None)
    done = propose_both(request, no_progress, CancelToken())
    names = {label.id: label.name for label in done.labels}
    assert [(p.origin, names[p.label_id]) for p in done.proposals] == [
        ("m/a", "cow"),
        ("m/b", "pig"),
    ]
    assert done.proposals[0].label_id == 4
    assert done.counts == (("m/a", 1), ("m/b", 1))


@pytest.fixture
def over(qtbot, opened, tiny_weights, tmp_path):
    """A picture with two models over it."""
    for name in "ab":
        path = shutil.copy(tiny_weights, tmp_path / f"{name}.safetensors")
        with qtbot.waitSignal(opened.session.weights.loaded_changed, timeout=PATIENCE_MS):
            opened.session.load_weights(str(path))
    opened.actions["over"].trigger()
    qtbot.waitUntil(lambda: opened.session.compare.both is not None, timeout=PATIENCE_MS)
    return opened


@pytest.mark.slow
def test_both_wait_as_one_step_that_can_be_undone(qtbot, over):
    panel = over.side("compare").panel
    annotations = over.session.annotations
    assert panel._propose.isEnabled()
    labels = over.session.project.labels
    panel._propose.click()
    qtbot.waitUntil(lambda: bool(annotations.sample.proposals), timeout=PATIENCE_MS)
    assert {p.origin.rpartition("/")[2] for p in annotations.sample.proposals} == {"a", "b"}
    assert annotations.stored_sample.proposals == annotations.sample.proposals
    assert not annotations.sample.annotations
    assert not over.window.canvas.is_comparing
    assert over.session.project.labels == labels, "a label comes with what is accepted"
    over.actions["undo"].trigger()
    assert not annotations.sample.proposals


@pytest.mark.slow
def test_each_of_two_pictures_gets_its_own_proposals(qtbot, over, hold):
    session, panel = over.session, over.side("compare").panel
    first, second = session.frames.ids[:2]
    may_propose = hold(proposing, "propose_both")
    panel._propose.click()
    session.go_to(second)
    qtbot.waitUntil(lambda: session.compare.both is not None)
    qtbot.waitUntil(lambda: session.compare.both.right.frame_id == second)
    qtbot.waitUntil(lambda: session.annotations.stored_sample.frame_id == second)
    panel._propose.click()
    assert session.annotations.history.undo is None
    may_propose.set()
    qtbot.waitUntil(lambda: bool(session.annotations.stored_sample.proposals))
    assert session.annotations.history.undo is not None
    for frame_id in (first, second):
        waiting = session.project.project.sample(frame_id).proposals
        assert {p.origin.rpartition("/")[2] for p in waiting} == {"a", "b"}
        assert session.project.state_of(frame_id) is SampleState.PREDICTED


@pytest.mark.slow
def test_where_something_is_drawn_meanwhile_nothing_is_proposed_and_that_is_told(qtbot, over, hold):
    session = over.session
    may_propose = hold(proposing, "propose_both")
    over.side("compare").panel._propose.click()
    drawn = Annotation(Box(2, 2, 20, 20), 1, id="d")
    session.annotations.apply(Edit("Draw", partial(add, annotations=drawn)), (COW,))
    may_propose.set()
    qtbot.waitUntil(lambda: "Nothing was proposed" in over.window.notice.text)
    assert [a.id for a in session.annotations.stored_sample.annotations] == ["d"]


@pytest.mark.slow
def test_nothing_is_decided_that_a_comparison_hides(over):
    annotations = over.session.annotations
    waiting = Annotation(Box(2, 2, 20, 20), 1, "m", 0.9, id="p")
    annotations.apply(Edit("Run", lambda sample: set_proposals(sample, (waiting,))), (COW,))
    for name in ("accept", "accept_all", "reject", "reject_all", "verify"):
        over.actions[name].trigger()
        assert [p.id for p in annotations.sample.proposals] == ["p"], name
    assert "comparison" in over.window.statusBar().currentMessage()
    over.actions["over"].trigger()
    over.actions["accept_all"].trigger()
    assert [a.id for a in annotations.sample.annotations] == ["p"]
