"""Runs of a detector with a second stage."""

import pytest
import torch
from safetensors.torch import load_file

from engine.training import trainer
from engine.training.events import Ended, EpochEnded, Fitted, Progressed, Stepped
from engine.training.fit import FeatureFolder
from models import registry
from tests.make_run import of, run
from tests.tiny_fitted import TINY_FITTED


@pytest.fixture
def boxes(config, monkeypatch):
    """A Run of the tiny detector on four pictures with a box each."""
    monkeypatch.setitem(registry._SPECS, "tiny_fitted", TINY_FITTED)
    folder = config.parent
    (folder / "labels.txt").write_text("0 background\n1 spot\n2 dot\n")
    for i in range(4):
        (folder / f"{i}_label.txt").write_text("0 0.5 0.45 0.5 0.4\n")
    (folder / "boxes.txt").write_text("".join(f"{i}.png {i}_label.txt\n" for i in range(4)))
    config.write_text(
        "model: tiny_fitted\nname: spot\ndata: {train: boxes.txt, val: boxes.txt}\nrun: run\n"
        "epochs: 1\nbatch_size: 2\nsize_hw: [64, 64]\nprecision: float32\n"
    )
    return config


def weights_of(config):
    return load_file(config.parent / "run" / "weights" / "spot.safetensors")


OTHERS = ("Finding proposals", "Counting the labels", "Validating")


def is_fitting(event):
    """Whether it tells how far the second stage is, and not another one."""
    return isinstance(event, Progressed) and event.text not in OTHERS


def run_stopped_while_fitting(config, picture):
    return run(config, stop_when=lambda event: is_fitting(event) and event.done == picture)


def test_the_second_stage_follows_the_last_epoch_and_leaves_no_features(boxes):
    events = run(boxes)
    kinds = [type(e) for e in events]
    assert kinds.index(Fitted) > kinds.index(EpochEnded)
    (fitted,) = of(events, Fitted)
    assert of(events, Ended)[0].best == fitted.value
    assert weights_of(boxes)["is_fitted"]
    assert not (boxes.parent / "run" / "features").exists()


def test_a_run_stopped_in_its_second_stage_goes_on_there(boxes):
    whole = run(boxes, "run=whole")
    first = run_stopped_while_fitting(boxes, picture=2)
    assert of(first, Ended)[0].stopped
    assert not weights_of(boxes)["is_fitted"]
    kept = list((boxes.parent / "run" / "features").rglob("*.safetensors"))
    assert {path.stem for path in kept} == {"0", "1"}
    rest = run(boxes, "resume=true")
    assert not of(rest, Stepped)
    assert of(rest, Fitted) == of(whole, Fitted)
    expected = load_file(boxes.parent / "whole" / "weights" / "spot.safetensors")
    assert all(torch.equal(t, expected[name]) for name, t in weights_of(boxes).items())


def test_a_long_validation_of_the_second_stage_can_be_stopped(boxes, monkeypatch):
    monkeypatch.setattr(trainer, "STOP_SECONDS", 0.0)
    texts = []

    def is_last_validation(event):
        texts.append(event.text if isinstance(event, Progressed) else "")
        return "Hard negatives" in texts and texts[-1] == "Validating"

    assert not of(run(boxes, stop_when=is_last_validation), Fitted)
    assert not weights_of(boxes)["is_fitted"]
    rest = run(boxes, "resume=true")
    assert of(rest, Fitted)
    assert weights_of(boxes)["is_fitted"]


def test_a_run_that_is_fitted_is_not_fitted_again(boxes):
    run(boxes)
    again = run(boxes, "resume=true")
    assert not of(again, Fitted)
    assert not any(map(is_fitting, again))


def test_a_run_prolonged_after_its_second_stage_goes_through_it_again(boxes):
    run(boxes)
    longer = run(boxes, "resume=true", "epochs=2")
    assert len(of(longer, Fitted)) == 1
    assert weights_of(boxes)["is_fitted"]


def test_a_stop_while_descending_leaves_the_second_stage_for_later(boxes):
    events = run(boxes, stop_after=1)
    assert not of(events, Fitted)
    assert of(run(boxes, "resume=true"), Fitted)


def test_a_warm_start_from_fitted_weights_begins_unfitted(boxes):
    run(boxes)
    path = boxes.parent / "run" / "weights" / "spot.safetensors"
    stopped = ("run=second", f"warm_start={path}")
    run(boxes, *stopped, stop_after=2)
    assert not load_file(boxes.parent / "second" / "weights" / "spot.safetensors")["is_fitted"]


def test_features_are_kept_by_picture(tmp_path):
    folder = FeatureFolder(tmp_path / "features", torch.device("cpu"))
    assert 3 not in folder
    folder.put(3, {"a": torch.arange(4), "b": torch.ones(2, 2).half()})
    assert 3 in folder
    assert folder.get(3, "a").tolist() == [0, 1, 2, 3]
    assert folder.get(3, "b").dtype == torch.float16
