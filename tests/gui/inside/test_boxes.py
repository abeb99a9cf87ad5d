"""Looking at boxes without a window: the network runs once for a picture, whatever is wished."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from engine.pipeline.pipeline import Pipeline
from gui.controllers.weights import LoadedWeights
from gui.inside.boxes import SUPPRESSION, BoxesController, BoxWish
from gui.session.mode import CanvasMode
from gui.session.shown import ShownController
from tests.fakes import FakeBackend, make_weights
from tests.gui.conftest import PATIENCE_MS
from tests.make import make_frame

WISH = BoxWish(SUPPRESSION)


@pytest.fixture
def weights():
    return make_weights("tiny_detector", resize="stretch")


@pytest.fixture
def backend(weights):
    return FakeBackend(weights)


@pytest.fixture
def shown(qtbot):
    return ShownController()


@pytest.fixture
def boxes(qtbot, jobs, weights, backend, shown):
    parent = QObject()
    boxes = BoxesController(jobs, shown, parent)
    card, pipeline = weights.card, Pipeline(weights, use=backend)
    task, labels = str(card.task), tuple(card.labels)
    boxes.set_loaded(LoadedWeights("t", "t", card.model, task, labels, "fake", "", pipeline))
    yield boxes
    wait(qtbot, jobs)


@pytest.fixture
def seen(boxes):
    seen = []
    boxes.seen.connect(seen.append)
    return seen


def wait(qtbot, jobs):
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def test_without_a_view_nothing_runs(boxes, jobs, shown):
    shown.show(make_frame(), is_asked=False)
    assert not jobs.running


def test_what_waits_takes_over_what_the_network_gave(qtbot, boxes, jobs, seen, backend, shown):
    boxes.set_wish(WISH)
    shown.show(make_frame(), is_asked=False)
    for position in (2, 1, 0):
        boxes.set_wish(replace(WISH, position=position))
    wait(qtbot, jobs)
    assert [each.wish.position for each in seen if each] == [WISH.position, 0]
    assert len(backend.sizes) == 1


def test_a_view_that_is_closed_shows_nothing_more(qtbot, boxes, jobs, seen, shown):
    boxes.set_wish(WISH)
    shown.show(make_frame(), is_asked=False)
    boxes.set_wish(replace(WISH, position=0))
    seen.clear()
    boxes.set_wish(BoxWish())
    wait(qtbot, jobs)
    assert seen == [None]


def test_a_view_opened_again_meanwhile_needs_no_other_run(qtbot, boxes, jobs, seen, backend, shown):
    boxes.set_wish(WISH)
    shown.show(make_frame(), is_asked=False)
    boxes.set_wish(BoxWish())
    boxes.set_wish(replace(WISH, position=0))
    wait(qtbot, jobs)
    assert seen[-1].wish.position == 0
    assert len(backend.sizes) == 1


def test_a_frame_whose_answer_is_on_its_way_is_not_asked_about(
    qtbot, boxes, jobs, seen, backend, shown
):
    boxes.set_wish(WISH)
    frame = make_frame()
    shown.show(frame, is_asked=True)
    assert not jobs.running
    shown.change(is_asked=False)  # It does not come.
    wait(qtbot, jobs)
    assert seen[-1].frame is frame
    assert len(backend.sizes) == 1


def test_another_picture_drops_the_answer_for_the_one_before(qtbot, boxes, jobs, seen, shown):
    boxes.set_wish(WISH)
    shown.show(make_frame(path="a.png"), is_asked=False)
    second = make_frame(path="b.png")
    shown.show(second, is_asked=False)
    wait(qtbot, jobs)
    assert [each.frame for each in seen if each] == [second]


def test_an_answer_that_comes_is_taken_over(qtbot, boxes, jobs, seen, backend, shown):
    boxes.set_wish(WISH)
    frame = make_frame()
    shown.show(frame, is_asked=True)
    raw = boxes._loaded.pipeline.infer(frame.pixels, remember=True)
    shown.change(raw=raw, is_asked=False)
    wait(qtbot, jobs)
    assert seen[-1].raw is raw
    assert len(backend.sizes) == 1


def test_other_weights_do_not_show_what_those_before_gave(qtbot, boxes, jobs, seen, shown):
    boxes.set_wish(WISH)
    shown.show(make_frame(), is_asked=False)
    wait(qtbot, jobs)
    first = seen[-1]
    boxes.set_loaded(boxes._loaded)
    wait(qtbot, jobs)
    assert seen[-1].frame is first.frame
    assert seen[-1].raw is not first.raw


def test_nothing_shown_takes_the_boxes_away(qtbot, boxes, jobs, seen, shown):
    boxes.set_wish(WISH)
    shown.show(make_frame(), is_asked=False)
    wait(qtbot, jobs)
    shown.clear(CanvasMode.PICTURES)
    assert seen[-1] is None


def test_the_first_frame_of_a_video_is_looked_at(qtbot, boxes, jobs, seen, shown):
    boxes.set_wish(WISH)
    frame = make_frame()
    shown.play(frame, None, is_playing=True)
    wait(qtbot, jobs)
    assert [each.frame for each in seen if each] == [frame]
    count = len(seen)
    shown.change(is_playing=False)
    assert not jobs.running
    assert len(seen) == count, "pausing asks nothing"
