"""Both loops say the same of a frame, and what is told of them is medians."""

import numpy as np
import pytest

from engine.bench import loops
from engine.bench.loops import Loop
from engine.pipeline.pipeline import Pipeline
from tests.fakes import FakeBackend, make_weights
from tests.make import LABELS


@pytest.fixture
def pictures() -> list[np.ndarray]:
    """One color after the other, as the tiny network tells them apart."""
    return [np.tile(np.uint8(200 * np.eye(3)[n]), (40, 60, 1)) for n in range(3)]


def test_the_naive_way_paints_what_the_network_says(pictures):
    weights = make_weights()
    for picture, label in zip(pictures, LABELS, strict=True):
        painted = loops.naive_picture(picture, weights)
        wanted = (picture * 0.5 + np.float32(label.color) * 0.5).astype(np.uint8)
        assert (painted == wanted).all()


def test_both_loops_tell_rate_and_delay(pictures, monkeypatch):
    monkeypatch.setattr(loops, "SECONDS", 0.1)
    weights = make_weights()
    pipeline = Pipeline(weights, use=FakeBackend(weights))
    for loop in (
        loops.measure_engine(pipeline, pictures),
        loops.measure_naive(weights, pictures),
    ):
        assert loop.rate > 0
        assert loop.delay_ms > 0


def test_the_rows_are_medians_and_say_how_often_faster():
    rounds = [(Loop(ours, 50.0), Loop(10.0, 400.0)) for ours in (40.0, 10.0, 30.0)]
    rows = {row.id: row for row in loops.rows_of(rounds)}
    assert (rows["live.loop_rate"].value, rows["live.loop_rate"].rival_value) == (30.0, 10.0)
    times = rows["live.loop_to_naive"]
    assert (times.value, times.budget, times.ok) == (3.0, loops.BUDGET, True)
    assert rows["live.loop_delay"].ratio == 8.0
