"""Runs of a few steps on pictures made here."""

import csv

import numpy as np
import pytest
import torch
from PIL import Image

from engine.errors import AppError, TrainingError
from engine.jobs import CancelToken
from engine.training.config import read_config
from engine.training.train import train
from engine.weights.weights import load
from tests.make import write_picture


@pytest.fixture
def config(tmp_path):
    """A semantic Run of four pictures, two epochs of two steps."""
    for i in range(4):
        write_picture(tmp_path / f"{i}.png", (32, 32), seed=i)
        ids = np.zeros((32, 32), np.uint8)
        ids[8:20, 8:24] = 1
        Image.fromarray(ids).save(tmp_path / f"{i}_label.png")
    lines = "".join(f"{i}.png {i}_label.png\n" for i in range(4))
    (tmp_path / "list.txt").write_text(lines)
    (tmp_path / "labels.txt").write_text("0 background #000000\n1 spot #ff0000\n")
    path = tmp_path / "config.yaml"
    path.write_text(
        "model: unet32\nname: spot\ndata: {train: list.txt, val: list.txt}\nrun: run\n"
        "epochs: 2\nbatch_size: 2\nsize_hw: [32, 32]\nema: 0.9\nseed: 1\n"
    )
    return path


def run(config, *changes, stop_after=None):
    events, stop = [], CancelToken()

    def note(event):
        events.append(event)
        steps = sum(e["event"] == "step" for e in events)
        if stop_after is not None and steps >= stop_after:
            stop.cancel()

    train(read_config(config, changes), note, stop)
    return events


def of(events, kind):
    return [e for e in events if e["event"] == kind]


def test_a_run_ends_with_weights_that_say_what_they_are(config):
    events = run(config)
    (start,) = of(events, "start")
    assert (start["steps_per_epoch"], start["train_samples"]) == (2, 4)
    assert len(of(events, "step")) == 4
    assert [e["epoch"] for e in of(events, "epoch")] == [1, 2]
    (end,) = of(events, "end")
    assert not end["stopped"]
    weights = load(end["weights"])
    assert [x.name for x in weights.card.labels] == ["background", "spot"]
    assert weights.card.config["epochs"] == 2
    assert "val" in weights.card.metrics
    with (config.parent / "run" / "metrics.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 2


def test_a_stopped_run_goes_on_as_if_it_had_not_stopped(config):
    whole = [e["loss"] for e in of(run(config, "run=whole"), "step")]
    first = run(config, "run=parts", stop_after=1)
    assert of(first, "end")[0]["stopped"]
    rest = run(config, "run=parts", "resume=true")
    losses = [e["loss"] for e in (*of(first, "step"), *of(rest, "step"))]
    assert losses == pytest.approx(whole, rel=0.02)
    assert [e["step"] for e in of(rest, "step")] == [2, 3, 4]


def test_a_run_folder_is_never_overwritten(config):
    run(config, "max_steps=1")
    with pytest.raises(TrainingError, match="already holds"):
        run(config, "max_steps=1")


def test_warm_start_tells_what_matched(config):
    end = of(run(config, "max_steps=1"), "end")[0]
    (start,) = of(run(config, "max_steps=1", "run=second", f"warm_start={end['weights']}"), "start")
    assert len(start["warm_start"]["matched"]) > 50
    assert start["warm_start"]["other_shape"] == ()
    assert load(config.parent / "second" / "weights" / "spot.safetensors").card.parent == "spot"


def test_a_damaged_checkpoint_is_said(config):
    run(config, "max_steps=1")
    (config.parent / "run" / "checkpoint.safetensors").write_bytes(b"garbage")
    with pytest.raises(TrainingError, match="cannot be resumed"):
        run(config, "resume=true")


def test_a_loss_that_is_not_finite_ends_the_run(config):
    with pytest.raises(TrainingError, match="smaller learning rate"):
        run(
            config,
            "learning_rate=1e30",
            "optimizer=sgd",
            "clip_norm=1e30",
            "schedule.kind=constant",
        )


@pytest.mark.parametrize(
    "change",
    ["model=unet33", "data.train=none.txt", "warm_start=none.safetensors", "device=cuda:9"],
)
def test_wrong_settings_are_app_errors(config, change):
    with pytest.raises(AppError):
        run(config, change)


def write_boxes(folder, text="0 0.5 0.45 0.5 0.4\n"):
    """The four pictures as a list for detection."""
    (folder / "labels.txt").write_text("0 background\n1 spot\n2 dot\n")
    for i in range(4):
        (folder / f"{i}_label.txt").write_text(text)
    (folder / "boxes.txt").write_text("".join(f"{i}.png {i}_label.txt\n" for i in range(4)))


BOXES = ("model=yolo_v3_tiny", "data.train=boxes.txt", "data.val=boxes.txt", "max_steps=2")


def test_a_detector_fits_its_anchors_to_the_data(config):
    write_boxes(config.parent)
    events = run(config, *BOXES, "size_hw=[64, 64]", "augment.mosaic=0.5")
    card = load(of(events, "end")[0]["weights"]).card
    assert np.array(card.options["anchors"]).shape == (6, 2)
    assert np.array(card.options["anchors"]).max() < 64
    assert of(events, "epoch")[-1]["metric"] == "ap50"


def test_a_warm_start_keeps_the_anchors_and_the_size_it_was_trained_for(config):
    write_boxes(config.parent)
    first = of(run(config, *BOXES, "size_hw=[64, 96]"), "end")[0]["weights"]
    write_boxes(config.parent, "0 0.5 0.5 0.9 0.9\n")
    again = (f"warm_start={first}", "run=second", "size_hw=null")
    second = of(run(config, *BOXES, *again), "end")[0]["weights"]
    assert load(second).card.options == load(first).card.options
    assert load(second).card.preprocessing == load(first).card.preprocessing


def test_epochs_without_validation_leave_their_metrics_empty(config):
    run(config, "validate_every=2")
    with (config.parent / "run" / "metrics.csv").open() as file:
        first, second = csv.DictReader(file)
    assert first["miou"] == ""
    assert float(second["miou"]) >= 0


def test_training_without_validation_keeps_the_last_weights(config):
    events = run(config, "data.val=null", "max_steps=2")
    assert of(events, "end")[0]["best"] is None
    assert of(events, "epoch")[0]["value"] is None
    assert load(of(events, "end")[0]["weights"])


def test_every_step_reports_each_loss(config):
    torch.manual_seed(0)
    (step,) = of(run(config, "max_steps=1"), "step")
    assert set(step["losses"]) == {"cross_entropy", "dice"}
    assert step["loss"] == pytest.approx(sum(step["losses"].values()), rel=1e-3)


def test_a_stop_at_the_end_of_an_epoch_still_tells_its_numbers(config):
    first = run(config, stop_after=2)
    assert [e["epoch"] for e in of(first, "epoch")] == [1]
    rest = run(config, "resume=true")
    assert [e["epoch"] for e in of(rest, "epoch")] == [2]
    assert all(np.isfinite(e["train_loss"]) for e in of(first + rest, "epoch"))


def test_a_trial_of_few_steps_goes_on_in_the_middle_of_its_epoch(config):
    run(config, "max_steps=1")
    rest = run(config, "resume=true")
    assert [(e["epoch"], e["step"]) for e in of(rest, "step")] == [(1, 2), (2, 3), (2, 4)]


def test_a_picture_that_breaks_a_run_leaves_the_steps_before_it(config):
    last = np.random.default_rng((1, 0)).permutation(4)[-1]
    (config.parent / f"{last}.png").write_bytes(b"broken")
    changes = ("data.val=null", "batch_size=1", "epochs=1")
    with pytest.raises(AppError, match=rf"{last}\.png"):
        run(config, *changes)
    write_picture(config.parent / f"{last}.png", (32, 32))
    rest = run(config, *changes, "resume=true")
    assert [e["step"] for e in of(rest, "step")] == [4]


def test_a_list_without_labels_is_said(config):
    (config.parent / "labels.txt").write_text("")
    with pytest.raises(AppError, match="no labels"):
        run(config)


def test_mosaic_is_for_detectors(config):
    with pytest.raises(TrainingError, match="mosaic"):
        run(config, "augment.mosaic=0.5")
