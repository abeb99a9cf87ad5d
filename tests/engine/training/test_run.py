"""A run folder belongs to one process at a time."""

import pytest

from engine.errors import TrainingError
from engine.jobs import CancelToken
from engine.training.config import read_config
from engine.training.events import Ended, Started
from engine.training.train import train
from tests.make_run import of, run


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
