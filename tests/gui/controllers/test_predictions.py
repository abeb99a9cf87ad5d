import threading
from functools import partial

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QObject

from engine.annotations.edits import Edit, set_proposals
from engine.pipeline.pipeline import Pipeline
from engine.project.project import Project
from engine.thresholds import Thresholds
from engine.values import Annotation, Box, Frame, FrameId, Mask, Sample, SampleState
from gui.controllers.picture_range import BatchTally
from gui.controllers.predictions import PredictAllRequest, PredictionsController, PredictRequest
from gui.controllers.weights import LoadedWeights
from tests.fakes import FakeBackend, make_weights
from tests.gui.conftest import PATIENCE_MS
from tests.make import LABELS, write_picture
from tests.make_project import undo


def make_loaded(model):
    weights = make_weights(model, resize="stretch")
    pipeline = Pipeline(weights, use=FakeBackend(weights))
    card = weights.card
    return LoadedWeights("tiny", "tiny", model, str(card.task), card.labels, "fake", "", pipeline)


def make_frame(path="a.png"):
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[20:40, 30:60] = 255
    return Frame(FrameId(path), pixels)


def ask(predictions, frame, **values):
    sample = Sample(frame.id, frame.size_hw)
    request = {"labels": LABELS, "thresholds": Thresholds(), **values}
    predictions.ask(PredictRequest(frame, sample, **request))


@pytest.fixture
def predictions(qtbot, jobs):
    parent = QObject()
    controller = PredictionsController(jobs, parent)
    controller.set_loaded(make_loaded("tiny_detector"))
    yield controller
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def test_an_answer_is_proposals_in_the_projects_labels(qtbot, predictions):
    with qtbot.waitSignal(predictions.answered, timeout=PATIENCE_MS) as answered:
        ask(predictions, make_frame())
    answer = answered.args[0]
    assert answer.frame_id == FrameId("a.png")
    assert isinstance(answer.proposals[0].region, Box)
    assert answer.proposals[0].score > 0.25
    assert set(answer.times_ms) == {"preprocess", "network"}


def test_tiles_ask_the_network_once(qtbot, predictions):
    """Only where they are looked through or not makes a difference to it."""
    frame = make_frame()
    backend = predictions._loaded.pipeline._backend
    sample, runs = Sample(frame.id, frame.size_hw), []
    with qtbot.waitSignal(predictions.answered, timeout=PATIENCE_MS):
        ask(predictions, frame)
    for thresholds in (
        Thresholds(tile=64),
        Thresholds(0.99, tile=64),
        Thresholds(0.99, tile=96),
        Thresholds(least_area=4000),
    ):
        before = len(backend.sizes)
        with qtbot.waitSignal(predictions.answered, timeout=PATIENCE_MS) as answered:
            assert predictions.decode_again(thresholds, sample, LABELS)
        runs.append(len(backend.sizes) - before)
    assert runs == [2, 0, 1, 0], "the whole and its two tiles, nothing, the whole, nothing"
    assert answered.args[0].proposals == ()


def test_sliders_act_without_the_network(qtbot, predictions):
    frame = make_frame()
    with qtbot.waitSignal(predictions.answered, timeout=PATIENCE_MS) as first:
        ask(predictions, frame)
    backend = predictions._loaded.pipeline._backend
    runs = len(backend.sizes)
    with qtbot.waitSignal(predictions.answered, timeout=PATIENCE_MS) as second:
        sample = Sample(frame.id, frame.size_hw)
        assert predictions.decode_again(Thresholds(0.99), sample, LABELS)
    assert len(backend.sizes) == runs
    assert len(second.args[0].proposals) < len(first.args[0].proposals)


def test_an_answer_for_a_frame_left_behind_is_dropped(qtbot, predictions, jobs):
    seen = []
    predictions.answered.connect(seen.append)
    ask(predictions, make_frame())
    predictions.forget()
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)
    assert not seen


def test_of_many_questions_the_first_and_the_newest_are_asked(qtbot, predictions):
    seen = []
    predictions.answered.connect(lambda answer: seen.append(answer.frame_id.path))
    with qtbot.waitSignal(
        predictions.answered,
        timeout=PATIENCE_MS,
        check_params_cb=lambda answer: answer.frame_id.path == "d.png",
    ):
        for name in ("a.png", "b.png", "c.png", "d.png"):
            ask(predictions, make_frame(name))
    assert seen == ["a.png", "d.png"]


def test_without_weights_nothing_is_asked(qtbot, jobs):
    controller = PredictionsController(jobs)
    ask(controller, make_frame())
    assert not jobs.running


def test_a_batch_stores_proposals_as_one_undo_step(qtbot, predictions, tmp_path):
    predictions.set_loaded(make_loaded("tiny_segmenter"))
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    green = np.zeros((64, 96, 3), np.uint8)
    green[20:40, 30:60, 1] = 255
    for path in paths:
        Image.fromarray(green).save(path)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    ids = [FrameId(str(path)) for path in (*paths, broken)]
    with Project.create(tmp_path, LABELS) as project:
        project.add_frames(frame_id.path for frame_id in ids)
        with (
            qtbot.waitSignal(predictions.batch_stored, timeout=PATIENCE_MS) as stored,
            qtbot.waitSignal(predictions.batch_ended, timeout=PATIENCE_MS) as ended,
        ):
            labels = project.labels
            cow = project.add_label("cow")  # while the batch runs on the labels of before
            predictions.ask_all(PredictAllRequest(tmp_path, ids, labels, Thresholds()))
        assert cow in project.labels
        assert stored.args == [dict.fromkeys(ids[:3], SampleState.PREDICTED)]
        assert ended.args == [BatchTally(4, answered=3, objects=3, unreadable=1)]
        assert ended.args[0].is_whole
        sample = project.sample(ids[0])
        assert isinstance(sample.proposals[0].region, Mask)
        assert sample.size_hw == (64, 96)
        undo(project, ids[0])
        assert all(not project.sample(frame_id).proposals for frame_id in ids)


def test_pictures_with_proposals_can_stay_as_they_are(qtbot, predictions, tmp_path):
    predictions.set_loaded(make_loaded("tiny_segmenter"))
    ids = [FrameId(str(write_picture(tmp_path / f"{number}.png"))) for number in range(2)]
    waiting = (Annotation(Box(1, 1, 9, 9), 1, "other", 0.5),)
    with Project.create(tmp_path, LABELS) as project:
        project.add_frames(frame_id.path for frame_id in ids)
        project.apply(ids[0], Edit("Run", partial(set_proposals, proposals=waiting)))
        request = PredictAllRequest(
            tmp_path, ids, project.labels, Thresholds(), keeps_proposals=True
        )
        with qtbot.waitSignal(predictions.batch_ended, timeout=PATIENCE_MS) as ended:
            predictions.ask_all(request)
        assert (ended.args[0].kept, ended.args[0].answered) == (1, 1)
        assert project.sample(ids[0]).proposals == waiting


def test_a_batch_that_is_cancelled_says_how_far_it_came(qtbot, predictions, jobs, tmp_path):
    predictions.set_loaded(make_loaded("tiny_segmenter"))
    ids = [FrameId(str(write_picture(tmp_path / f"{number}.png"))) for number in range(200)]
    with Project.create(tmp_path, LABELS) as project:
        project.add_frames(frame_id.path for frame_id in ids)
        with qtbot.waitSignal(predictions.batch_ended, timeout=PATIENCE_MS) as ended:
            predictions.ask_all(PredictAllRequest(tmp_path, ids, project.labels, Thresholds()))
            predictions.batch_stored.connect(jobs.running[0].cancel)
        tally = ended.args[0]
        assert not tally.is_whole
        assert 0 < tally.answered < tally.asked == 200
        stored = sum(project.sample(each).size_hw != (0, 0) for each in ids)
        assert stored == tally.answered


def test_a_slow_model_lets_go_of_a_frame_left_behind(qtbot, predictions, jobs):
    predictions.set_loaded(make_loaded("tiny_regions"))
    pipeline = predictions._loaded.pipeline
    judged, go_on = [], threading.Event()
    watch = pipeline._backend.watch

    def watch_slowly(given):
        def slowly(done, total):
            judged.append(done)
            go_on.wait(30)
            given(done, total)

        watch(None if given is None else slowly)

    pipeline._backend.watch = watch_slowly
    ask(predictions, make_frame())
    (job,) = jobs.running
    qtbot.waitUntil(lambda: bool(judged), timeout=PATIENCE_MS)
    predictions.forget()
    with qtbot.waitSignal(job.cancelled, timeout=PATIENCE_MS):
        go_on.set()
    assert judged == [1]
    assert job.text == "Running tiny"
