import numpy as np
import pytest

import models
from engine.bench import story
from engine.bench.models import random_weights
from engine.pipeline.pipeline import Pipeline
from tests.make import make_frame


def test_the_parts_add_up_and_are_told_beside_the_last():
    first = story.Chapter("rcnn", 1.0, 7.0, 2.0, measured=128, regions=2000)
    last = story.Chapter("yolo_v1", 0.0, 0.4, 0.1)
    rows = {row.id: row for row in first.rows(last)}
    assert rows["story.rcnn.total_from_128_regions"].value == 10
    assert rows["story.rcnn.total_from_128_regions"].rival_value == 0.5
    assert rows["story.rcnn.times_yolo_v1"].value == 20
    assert {row.id for row in last.rows(last)} >= {"story.yolo_v1.total", "story.yolo_v1.network"}


def test_what_takes_too_long_is_multiplied():
    part = story.Chapter("rcnn", 1.0, story.LONGEST, 2.0, measured=100, regions=100)
    whole = story._whole(part, None, np.zeros((8, 8, 3), np.uint8), 1000)
    assert whole.network == 10 * story.LONGEST
    assert (whole.proposals, whole.rest) == (1.0, 2.0)
    assert (whole.measured, whole.regions) == (100, 1000)


@pytest.mark.slow
def test_a_picture_is_timed_in_parts():
    models.load_all()
    pipeline = Pipeline(random_weights("yolo_v3_tiny"), device="cpu", backend="torch")
    chapter = story._timed("yolo_v1", pipeline, make_frame().pixels)
    assert min(chapter.network, chapter.rest) > 0
    assert chapter.proposals == 0
    assert chapter.total == pytest.approx(chapter.network + chapter.rest)
