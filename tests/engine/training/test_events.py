import json
from collections.abc import Mapping
from dataclasses import fields
from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.training.events import (
    KINDS,
    CheckpointWritten,
    Ended,
    EpochEnded,
    Event,
    Failed,
    Fitted,
    Progressed,
    Started,
    Stepped,
    progress_events,
    read_line,
    to_line,
)
from engine.weights.warm_start import WarmStart

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
BY_NAME = st.dictionaries(st.text(), NUMBERS)
FINITE = {
    float: NUMBERS,
    float | None: st.none() | NUMBERS,
    Mapping[str, float]: BY_NAME,
    Mapping[str, float] | None: st.none() | BY_NAME,
    Mapping[str, float | None]: st.dictionaries(st.text(), st.none() | NUMBERS),
}
"""Numbers that JSON can tell; fields of other types may hold anything."""
STEP = Stepped(1, 2, 0.75, {"dice": 0.5, "focal": 0.25}, 0.001, 12.5, 9.5, 60.0)


def events_of(kind):
    types = get_type_hints(kind).items()
    return st.builds(kind, **{name: FINITE.get(t, st.from_type(t)) for name, t in types})


@pytest.mark.parametrize("kind", get_args(Event))
@settings(max_examples=25)
@given(data=st.data())
def test_every_event_survives_its_line(kind, data):
    event = data.draw(events_of(kind))
    line = to_line(event)
    assert "\n" not in line
    assert read_line(line) == event
    assert read_line(line.encode()) == event


def test_every_kind_but_a_failure_has_a_word():
    assert {*KINDS.values(), Failed} == set(get_args(Event))


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            Progressed(0, 4, "Validating"),
            '{"event": "progress", "done": 0, "total": 4, "text": "Validating"}',
        ),
        (
            Started(
                run="run",
                model="unet32",
                device="cpu",
                device_name="CPU",
                processes=1,
                precision="float32",
                epochs=2,
                steps_per_epoch=3,
                train_samples=4,
                val_samples=0,
                parameters=5,
                warm_start=WarmStart(
                    ("a",), (), ("b",), ("c",), ("* to e.*",), {"c": ((1, 2), ())}
                ),
                label_weights={"spot": 0.5},
            ),
            '{"event": "start", "run": "run", "model": "unet32", "device": "cpu", '
            '"device_name": "CPU", "processes": 1, "precision": "float32", "epochs": 2, '
            '"steps_per_epoch": 3, "train_samples": 4, "val_samples": 0, "parameters": 5, '
            '"warm_start": {"matched": ["a"], "missing": [], "extra": ["b"], "other_shape": ["c"], '
            '"mapping": ["* to e.*"], "shapes": {"c": [[1, 2], []]}}, '
            '"encoder": "", "features": "", "label_weights": {"spot": 0.5}, '
            '"epochs_done": 0, "steps_done": 0, "steps": 0}',
        ),
        (
            STEP,
            '{"event": "step", "epoch": 1, "step": 2, "loss": 0.75, '
            '"losses": {"dice": 0.5, "focal": 0.25}, "lr": 0.001, "images_per_second": 12.5, '
            '"samples_per_second": 9.5, "seconds_left": 60.0}',
        ),
        (
            EpochEnded(2, 1, 0.5, 1.5, 0.9, {"miou": 0.25}, "miou", 0.25, 0.25),
            '{"event": "epoch", "epochs": 2, "epoch": 1, "train_loss": 0.5, "seconds": 1.5, '
            '"device_busy": 0.9, "val": {"miou": 0.25}, "metric": "miou", "value": 0.25, '
            '"best": 0.25, "val_loss": null}',
        ),
        (Fitted(), '{"event": "fitted", "val": {}, "metric": null, "value": null}'),
        (CheckpointWritten("c"), '{"event": "checkpoint", "path": "c"}'),
        (
            Ended(None, "c"),
            '{"event": "end", "weights": null, "checkpoint": "c", "best": null, '
            '"stopped": false, "stopped_early": false}',
        ),
        (Failed("No list.", "Look."), '{"error": "No list.", "hint": "Look.", "cancelled": false}'),
    ],
)
def test_other_programs_find_the_words_they_know(event, line):
    assert to_line(event) == line
    assert read_line(line) == event


def test_a_number_that_is_not_finite_is_none():
    event = EpochEnded(2, 1, 0.5, 1.5, None, {"miou": float("nan")}, "miou", float("nan"))
    read = read_line(to_line(event))
    assert (read.val, read.value) == ({"miou": None}, None)


@pytest.mark.parametrize("name", [field.name for field in fields(STEP)])
@pytest.mark.parametrize("value", [None, "?", [], {"a": "b"}, True])
def test_a_field_of_another_type_or_none_is_no_event(name, value):
    raw = json.loads(to_line(STEP))
    assert read_line(json.dumps(raw | {name: value})) is None
    del raw[name]
    assert read_line(json.dumps(raw)) is None


@pytest.mark.parametrize(
    "line",
    ["", "Downloading", "{", "[]", "3", "null", '"error"', "{}", b"\xff", '{"event": "new"}',
     '{"event": []}', '{"error": 3}'],
)  # fmt: skip
def test_other_lines_are_no_events(line):
    assert read_line(line) is None


def test_fields_of_a_newer_version_are_left_out():
    raw = json.loads(to_line(STEP)) | {"temperature": 80}
    assert read_line(json.dumps(raw)) == STEP


def test_whole_numbers_do_for_others():
    raw = json.loads(to_line(STEP)) | {"loss": 1}
    assert read_line(json.dumps(raw)).loss == 1.0


def test_progress_becomes_events():
    told = []
    progress_events(told.append)(1, 2, "Validating")
    assert told == [Progressed(1, 2, "Validating")]
