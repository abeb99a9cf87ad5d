from dataclasses import replace

import numpy as np

from engine.counters import CENTRE, Counter, Counting
from engine.pipeline.over_time import FAR, OverTime
from engine.pipeline.pipeline import Pipeline, RawResult
from engine.thresholds import Thresholds
from engine.values import Frame, FrameId, Prediction
from tests.fakes import INPUT_HW, FakeBackend, make_weights

TRACKED = Thresholds(conf=0.5, tracks=True, trails=True)


def make_pipeline(model: str) -> Pipeline:
    weights = make_weights(model)
    return Pipeline(weights, use=FakeBackend(weights))


def bright_at(x: int, index: int) -> Frame:
    pixels = np.zeros((*INPUT_HW, 3), np.uint8)
    pixels[8:20, x : x + 12] = 255
    return Frame(FrameId("video", index), pixels)


def said(over: OverTime, pipeline: Pipeline, frame: Frame, wanted: Thresholds) -> Prediction:
    return over.decode(pipeline, pipeline.infer(frame.pixels), frame.id, wanted)


def numbers(prediction: Prediction) -> list[int | None]:
    return [each.track for each in prediction.detections]


def test_an_object_keeps_its_number_and_leaves_a_trail() -> None:
    pipeline, over = make_pipeline("tiny_detector"), OverTime()
    for index in range(8):
        prediction = said(over, pipeline, bright_at(2 * index, index), TRACKED)
        assert numbers(prediction) == [1]
        ((number, places),) = prediction.trails
        assert number == 1
        assert len(places) == index + 1
        assert places[-1] == (2 * index + 6, 14)


def test_trails_are_shown_only_when_wanted() -> None:
    pipeline, over = make_pipeline("tiny_detector"), OverTime()
    wanted = Thresholds(conf=0.5, tracks=True)
    assert said(over, pipeline, bright_at(0, 0), wanted).trails == ()
    assert len(said(over, pipeline, bright_at(2, 1), TRACKED).trails[0][1]) == 2


def test_the_same_frame_again_is_decided_again() -> None:
    pipeline, over = make_pipeline("tiny_detector"), OverTime()
    said(over, pipeline, bright_at(0, 0), TRACKED)
    first = said(over, pipeline, bright_at(2, 1), TRACKED)
    assert said(over, pipeline, bright_at(2, 1), TRACKED) == first


def test_a_jump_begins_anew() -> None:
    pipeline = make_pipeline("tiny_detector")
    for jump in (0, FAR + 10):
        over = OverTime()
        said(over, pipeline, bright_at(0, 5), TRACKED)
        said(over, pipeline, bright_at(0, 6), TRACKED)
        prediction = said(over, pipeline, bright_at(0, jump), TRACKED)
        assert len(prediction.trails[0][1]) == 1


def test_other_weights_begin_anew() -> None:
    over = OverTime()
    said(over, make_pipeline("tiny_detector"), bright_at(0, 0), TRACKED)
    prediction = said(over, make_pipeline("tiny_detector"), bright_at(0, 1), TRACKED)
    assert len(prediction.trails[0][1]) == 1


def test_pictures_of_a_folder_follow_each_other() -> None:
    pipeline, over = make_pipeline("tiny_detector"), OverTime()
    for number in range(4):
        frame = Frame(FrameId(f"{number}.png"), bright_at(3 * number, 0).pixels)
        prediction = said(over, pipeline, frame, TRACKED)
    assert numbers(prediction) == [1]
    assert len(prediction.trails[0][1]) == 4


def test_what_is_unsure_stays_only_with_a_track() -> None:
    """The tiny detector also sees something of score 0.3, and that is below the threshold."""
    pipeline, over = make_pipeline("tiny_detector"), OverTime()
    for index in range(3):
        assert len(said(over, pipeline, bright_at(20, index), TRACKED).detections) == 1


def test_what_is_hidden_for_a_while_keeps_its_number() -> None:
    pipeline, over = make_pipeline("tiny_detector"), OverTime()
    for index in range(4):
        wanted = replace(TRACKED, only=()) if index in (1, 2) else TRACKED
        prediction = said(over, pipeline, bright_at(2 * index, index), wanted)
        if index in (1, 2):
            assert prediction.detections == prediction.trails == ()
    assert numbers(prediction) == [1]
    assert len(prediction.trails[0][1]) == 4


def colored(channel: int, index: int, strength: int = 60) -> Frame:
    pixels = np.full((*INPUT_HW, 3), 20, np.uint8)
    pixels[..., channel] = strength
    return Frame(FrameId("video", index), pixels)


def label_of(prediction: Prediction) -> int:
    assert prediction.label_map is not None
    (label,) = np.unique(prediction.label_map.ids).tolist()
    return label


def test_a_flicker_is_smoothed_and_a_change_that_stays_is_not() -> None:
    pipeline, over = make_pipeline("tiny_segmenter"), OverTime()
    wanted = Thresholds(conf=0, smoothing=0.7)
    channels = [1] * 6 + [2] + [1] * 3 + [2] * 12
    labels = [
        label_of(said(over, pipeline, colored(channel, index), wanted))
        for index, channel in enumerate(channels)
    ]
    assert labels[:10] == [1] * 10
    assert labels[-1] == 2


def test_without_smoothing_every_frame_is_by_itself() -> None:
    pipeline, over = make_pipeline("tiny_segmenter"), OverTime()
    for index, channel in enumerate((1, 2, 1)):
        frame = colored(channel, index)
        assert said(over, pipeline, frame, Thresholds(conf=0)) == pipeline.predict(
            frame, Thresholds(conf=0)
        )


def test_after_a_cut_nothing_of_before_is_left() -> None:
    pipeline, over = make_pipeline("tiny_segmenter"), OverTime()
    wanted = Thresholds(conf=0, smoothing=0.9)
    for index in range(5):
        said(over, pipeline, colored(1, index, 250), wanted)
    assert label_of(said(over, pipeline, colored(2, 5, 250), wanted)) == 2


def test_what_the_network_said_is_left_as_it_is() -> None:
    """A look inside shows it."""
    pipeline, over = make_pipeline("tiny_segmenter"), OverTime()
    raws: list[RawResult] = []
    for index, channel in enumerate((1, 2)):
        frame = colored(channel, index)
        raws.append(pipeline.infer(frame.pixels))
        over.decode(pipeline, raws[-1], frame.id, Thresholds(smoothing=0.9))
    assert label_of(pipeline.decode(raws[-1], FrameId("video", 1), Thresholds(conf=0))) == 2


GATE = Counter("gate", ((14.0, 32.0), (14.0, 0.0)))
COUNTED = replace(TRACKED, counting=Counting((GATE,), CENTRE))


def totals(prediction: Prediction) -> tuple[int, int]:
    (tally,) = prediction.tallies
    return tally.totals


def test_what_is_counted_is_counted_once_also_where_the_same_frame_is_decided_again() -> None:
    pipeline, over = make_pipeline("tiny_detector"), OverTime()
    for index in range(8):
        prediction = said(over, pipeline, bright_at(2 * index, index), COUNTED)
        assert said(over, pipeline, bright_at(2 * index, index), COUNTED) == prediction
    assert totals(prediction) == (1, 0)
    hidden = said(over, pipeline, bright_at(14, 7), replace(COUNTED, only=()))
    assert totals(hidden) == (0, 0)
    assert totals(said(over, pipeline, bright_at(14, 7), COUNTED)) == (1, 0)


def test_a_jump_ahead_keeps_the_numbers_and_one_back_does_not() -> None:
    pipeline, over = make_pipeline("tiny_detector"), OverTime()
    for index in range(8):
        said(over, pipeline, bright_at(2 * index, index), COUNTED)
    assert totals(said(over, pipeline, bright_at(0, 7 + FAR + 1), COUNTED)) == (1, 0)
    assert totals(said(over, pipeline, bright_at(0, 3), COUNTED)) == (0, 0)
