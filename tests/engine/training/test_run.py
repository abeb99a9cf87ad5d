"""A run folder belongs to one process at a time."""

import csv
import json
import math
from dataclasses import asdict

import pytest
import torch

from engine.errors import TrainingError
from engine.jobs import CancelToken
from engine.training.config import read_config
from engine.training.events import Ended, EpochEnded, Started
from engine.training.learner import TrainState
from engine.training.ranks import ranks_here
from engine.training.run import load_checkpoint, save_checkpoint
from engine.training.train import train
from engine.weights.weights import write_tensors
from tests.make_run import Plain, of, run


def test_two_trainings_never_share_a_folder(plain):
    refused = []

    def start_another(event):
        if isinstance(event, Started):
            with pytest.raises(TrainingError, match="Another process") as caught:
                run(plain, "learning_rate=0.5")
            refused.append(caught.value.hint)

    train(read_config(plain), start_another, CancelToken())
    assert refused == ["Wait until it ends, or choose another run folder."]
    assert read_config(plain.parent / "run" / "config.yaml").learning_rate == 0.001


def test_a_run_that_ended_leaves_its_folder_to_the_next(plain):
    run(plain, stop_after=1)
    assert of(run(plain, "resume=true"), Ended)[0].stopped is False


class Killed(BaseException):
    """Stands for a kill: nothing after it is done."""


@pytest.mark.parametrize("resumed", [0, 1, 2])
def test_no_epoch_is_in_the_metrics_twice_after_a_kill(plain, resumed):
    def die(event):
        if isinstance(event, EpochEnded) and event.epoch == resumed + 1:
            raise Killed

    with pytest.raises(Killed):
        train(read_config(plain, ["epochs=3"]), die, CancelToken())
    run(plain, "epochs=3", "resume=true")
    with (plain.parent / "run" / "metrics.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2", "3"]


def test_metrics_that_cannot_be_read_are_said(plain):
    (plain.parent / "run").mkdir()
    (plain.parent / "run" / "metrics.csv").write_bytes(b"epoch\xff\n")
    with pytest.raises(TrainingError, match=r"metrics\.csv") as caught:
        run(plain)
    assert "move that file away" in caught.value.hint


@pytest.fixture
def stopped(plain):
    """The Checkpoint of a Run that can go on, and the state to put it into."""
    run(plain, stop_after=1)
    config = read_config(plain)
    learner = TrainState(config, Plain(2), torch.device("cpu"), ranks_here())
    return plain.parent / "run" / "checkpoint.safetensors", learner


def test_one_changed_byte_anywhere_is_noticed(stopped):
    path, learner = stopped
    data = path.read_bytes()
    assert load_checkpoint(path, learner).step == 1
    for place in range(0, len(data), max(1, len(data) // 150)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        with pytest.raises(TrainingError) as caught:
            load_checkpoint(path, learner)
        assert "Start a new Run" in caught.value.hint
    path.write_bytes(data)
    assert load_checkpoint(path, learner).step == 1


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_numbers_that_are_not_finite_are_neither_saved_nor_resumed(stopped, number):
    path, learner = stopped
    position = load_checkpoint(path, learner)
    before = path.read_bytes()
    with torch.no_grad():
        learner.model.layers[0].bias[0] = number
    with pytest.raises(TrainingError, match="no longer finite") as caught:
        save_checkpoint(path, learner, position)
    assert "smaller learning rate" in caught.value.hint
    assert path.read_bytes() == before
    tensors = learner.state()
    write_tensors(path, tensors, {"position": json.dumps(asdict(position))})
    with pytest.raises(TrainingError, match="not finite"):
        load_checkpoint(path, learner)


def test_a_checkpoint_from_before_there_were_checksums_goes_on(stopped):
    path, learner = stopped
    position = load_checkpoint(path, learner)
    write_tensors(path, learner.state(), {"position": json.dumps(asdict(position))})
    assert load_checkpoint(path, learner) == position
