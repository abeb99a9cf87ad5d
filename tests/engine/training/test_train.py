"""Runs of a few steps on pictures made here."""

import csv
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.errors import AppError, DeviceError, TrainingError
from engine.training import trainer
from engine.training.events import Ended, EpochEnded, Progressed, Started, Stepped
from engine.weights.load import load
from models import registry
from tests.make import write_picture
from tests.make_run import PLAIN, Plain, losses_of, of, run


def test_a_run_ends_with_weights_that_say_what_they_are(plain):
    events = run(plain)
    (start,) = of(events, Started)
    assert (start.steps_per_epoch, start.train_samples) == (2, 4)
    assert len(of(events, Stepped)) == 4
    assert [e.epoch for e in of(events, EpochEnded)] == [1, 2]
    (end,) = of(events, Ended)
    assert not end.stopped
    weights = load(end.weights)
    assert [x.name for x in weights.card.labels] == ["background", "spot"]
    assert weights.card.config["epochs"] == 2
    assert "val" in weights.card.metrics
    with (plain.parent / "run" / "metrics.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 2


EVERYTHING = (
    "options={dropout: 0.3}",
    "augment={flip: true, rotate: 20, scale: [0.8, 1.2], color: 0.5}",
    "accumulate=2",
    "batch_size=1",
    "epochs=3",
    "early_stop=5",
)


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd"])
@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_a_stopped_run_goes_on_as_if_it_had_not_stopped(plain, optimizer, stop_after):
    changes = (*EVERYTHING, f"optimizer={optimizer}")
    whole = run(plain, *changes, "run=whole")
    first = run(plain, *changes, "run=parts", stop_after=stop_after)
    assert of(first, Ended)[0].stopped
    rest = run(plain, *changes, "run=parts", "resume=true")
    assert losses_of(first) + losses_of(rest) == losses_of(whole)
    epochs = [
        [(e.train_loss, e.value) for e in of(events, EpochEnded)]
        for events in (whole, first + rest)
    ]
    assert epochs[0] == epochs[1]
    paths = [plain.parent / name / "checkpoint.safetensors" for name in ("whole", "parts")]
    a, b = (load_file(path) for path in paths)
    assert a.keys() == b.keys()
    assert all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.slow
def test_batch_norm_and_half_precision_go_on_exactly_too(config):
    half = "precision=bfloat16"
    whole = losses_of(run(config, half, "run=whole"))
    first = run(config, half, "run=parts", stop_after=1)
    assert losses_of(first) + losses_of(run(config, half, "run=parts", "resume=true")) == whole


def test_a_run_resumed_with_another_batch_size_counts_its_own_steps(plain):
    run(plain, "epochs=1", "batch_size=1")
    rest = run(plain, "epochs=9", "batch_size=3", "max_steps=6", "resume=true")
    steps, epochs = losses_of(rest), of(rest, EpochEnded)
    assert epochs[0].train_loss == pytest.approx(np.mean(steps))


def test_the_same_seed_gives_the_same_run(plain):
    first, again, other = (
        losses_of(run(plain, *EVERYTHING, f"run={name}", f"seed={seed}"))
        for name, seed in (("first", 1), ("again", 1), ("other", 2))
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("workers", [0, 3])
def test_the_number_of_workers_changes_nothing(plain, workers):
    with_two = losses_of(run(plain, *EVERYTHING, "run=two", "workers=2"))
    assert losses_of(run(plain, *EVERYTHING, "run=other", f"workers={workers}")) == with_two


def test_a_resume_that_fails_leaves_the_config_of_the_run(plain):
    run(plain, "max_steps=1")
    kept = (plain.parent / "run" / "config.yaml").read_text()
    with pytest.raises(TrainingError, match="cannot be resumed"):
        run(plain, "resume=true", "model=unet32", "epochs=9")
    assert (plain.parent / "run" / "config.yaml").read_text() == kept


def parameters_after(plain, *changes):
    name = f"run{abs(hash(changes))}"
    run(plain, *changes, f"run={name}", "ema=0", "epochs=1", "loss={dice: 0}", "augment={}")
    return load_file(plain.parent / name / "checkpoint.safetensors")


@pytest.mark.parametrize("count", [4, 3])
def test_accumulated_batches_make_the_step_of_one_big_batch(plain, count):
    lines = (plain.parent / "list.txt").read_text().splitlines()
    (plain.parent / "list.txt").write_text("\n".join(lines[:count]))
    big = parameters_after(plain, "batch_size=4", "optimizer=sgd")
    small = parameters_after(plain, "batch_size=2", "accumulate=2", "optimizer=sgd")
    for name in big:
        torch.testing.assert_close(big[name], small[name], rtol=1e-5, atol=1e-6)


def test_the_configs_loss_takes_the_place_of_the_models(plain):
    loss = "loss={cross_entropy: 0.5, dice: 0, focal: 2, label_weights: median_frequency}"
    events = run(plain, loss, "max_steps=1")
    assert set(of(events, Stepped)[0].losses) == {"cross_entropy", "focal"}
    (start,) = of(events, Started)
    assert start.label_weights["spot"] > start.label_weights["background"]
    assert of(events, Progressed)[0].total == 4


def test_a_loss_for_pixels_is_not_for_detectors(config):
    write_boxes(config.parent)
    with pytest.raises(TrainingError, match="label every pixel"):
        run(config, *BOXES, "size_hw=[64, 64]", "loss={dice: 0}")


def test_early_stop_ends_after_validations_without_a_better_one(plain):
    changes = ("epochs=9", "early_stop=2", "learning_rate=1e-12")
    events = run(plain, *changes)
    assert [e.epoch for e in of(events, EpochEnded)] == [1, 2, 3]
    assert of(events, Ended)[0].stopped_early
    # A Run that has ended so stays ended.
    assert not of(run(plain, *changes, "resume=true"), Stepped)


def test_a_strict_warm_start_wants_every_tensor(plain):
    weights = of(run(plain, "max_steps=1"), Ended)[0].weights
    (plain.parent / "labels.txt").write_text("0 background\n1 spot\n2 other\n")
    changes = (f"warm_start={weights}", "run=second", "max_steps=1")
    (start,) = of(run(plain, *changes), Started)
    assert len(start.warm_start.other_shape) == 2
    with pytest.raises(TrainingError, match="2 have another shape"):
        run(plain, *changes, "run=third", "strict=true")
    assert not (plain.parent / "third").exists()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), "ran out of memory at batch size 2"),
        (torch.AcceleratorError("CUDA error: unspecified launch failure"), "has stopped working"),
    ],
)
def test_trouble_with_the_device_is_told(plain, monkeypatch, error, told):
    def fail(self, batch):
        raise error

    monkeypatch.setitem(
        registry._SPECS, "plain", replace(PLAIN, build=type("Failing", (Plain,), {"forward": fail}))
    )
    with pytest.raises(DeviceError, match=told):
        run(plain)


def test_float16_is_for_cuda(plain):
    with pytest.raises(TrainingError, match="needs a CUDA device"):
        run(plain, "precision=float16", "device=cpu")


def test_the_share_of_time_the_device_was_busy_is_told(plain):
    events = run(plain)
    assert all(0 <= e.device_busy <= 1 for e in of(events, EpochEnded))
    with (plain.parent / "run" / "metrics.csv").open() as file:
        assert all(0 <= float(row["device_busy"]) <= 1 for row in csv.DictReader(file))


def test_metrics_begun_with_other_columns_go_on_with_those(plain):
    (plain.parent / "run").mkdir()
    (plain.parent / "run" / "metrics.csv").write_text("epoch,miou\n")
    run(plain)
    lines = (plain.parent / "run" / "metrics.csv").read_text().splitlines()
    assert [line.count(",") for line in lines] == [1, 1, 1]


def test_a_run_folder_is_never_overwritten(plain):
    run(plain, "max_steps=1")
    with pytest.raises(TrainingError, match="already holds"):
        run(plain, "max_steps=1")


def test_warm_start_tells_what_matched(plain):
    end = of(run(plain, "max_steps=1"), Ended)[0]
    (start,) = of(run(plain, "max_steps=1", "run=second", f"warm_start={end.weights}"), Started)
    assert len(start.warm_start.matched) == 4
    assert start.warm_start.other_shape == ()
    assert load(plain.parent / "second" / "weights" / "spot.safetensors").card.parent == "spot"


def test_a_damaged_checkpoint_is_said(plain):
    run(plain, "max_steps=1")
    (plain.parent / "run" / "checkpoint.safetensors").write_bytes(b"garbage")
    with pytest.raises(TrainingError, match="cannot be resumed"):
        run(plain, "resume=true")


def test_a_loss_that_is_not_finite_ends_the_run(plain):
    with pytest.raises(TrainingError, match="smaller learning rate"):
        run(
            plain,
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


BOXES = (
    "model=yolo_v3_tiny",
    "data.train=boxes.txt",
    "data.val=boxes.txt",
    "options.width=0.25",
    "max_steps=2",
)


@pytest.mark.slow
def test_a_detector_fits_its_anchors_to_the_data(config):
    write_boxes(config.parent)
    events = run(config, *BOXES, "size_hw=[64, 64]", "augment.mosaic=0.5")
    card = load(of(events, Ended)[0].weights).card
    assert np.array(card.options["anchors"]).shape == (6, 2)
    assert np.array(card.options["anchors"]).max() < 64
    assert of(events, EpochEnded)[-1].metric == "ap50"


@pytest.mark.slow
def test_a_warm_start_keeps_the_anchors_and_the_size_it_was_trained_for(config):
    write_boxes(config.parent)
    first = of(run(config, *BOXES, "size_hw=[64, 96]"), Ended)[0].weights
    write_boxes(config.parent, "0 0.5 0.5 0.9 0.9\n")
    again = (f"warm_start={first}", "run=second", "size_hw=null")
    second = of(run(config, *BOXES, *again), Ended)[0].weights
    assert load(second).card.options == load(first).card.options
    assert load(second).card.preprocessing == load(first).card.preprocessing


@pytest.mark.slow
def test_a_resumed_run_keeps_the_anchors_it_was_trained_for(config):
    write_boxes(config.parent)
    first = load(of(run(config, *BOXES, "size_hw=[64, 96]"), Ended)[0].weights).card
    write_boxes(config.parent, "0 0.5 0.5 0.9 0.9\n")
    further = (*BOXES[:-1], "size_hw=[64, 96]", "max_steps=3", "resume=true")
    second = load(of(run(config, *further), Ended)[0].weights).card
    assert second.options == first.options


@pytest.mark.slow
def test_what_a_config_chooses_leaves_the_anchors_to_the_data(config):
    write_boxes(config.parent)
    small = (*BOXES[:-1], "model=faster_rcnn", "options={backbone: resnet18, width: 0.25}")
    small = (*small, "size_hw=[64, 64]", "max_steps=1", "data.val=null")
    card = load(of(run(config, *BOXES, *small), Ended)[0].weights).card
    assert card.options["width"] == 0.25
    assert max(card.options["anchor_sides"]) < 64
    named = (*small, "options={backbone: resnet18, width: 0.25, anchor_sides: [1, 2, 3]}")
    card = load(of(run(config, *BOXES, *named, "run=named"), Ended)[0].weights).card
    assert card.options["anchor_sides"] == [1, 2, 3]


def test_epochs_without_validation_leave_their_metrics_empty(plain):
    run(plain, "validate_every=2")
    with (plain.parent / "run" / "metrics.csv").open() as file:
        first, second = csv.DictReader(file)
    assert first["miou"] == ""
    assert float(second["miou"]) >= 0


def test_training_without_validation_keeps_the_last_weights(plain):
    events = run(plain, "data.val=null", "max_steps=2")
    assert of(events, Ended)[0].best is None
    assert of(events, EpochEnded)[0].value is None
    assert load(of(events, Ended)[0].weights)


def test_every_step_reports_each_loss(plain):
    torch.manual_seed(0)
    (step,) = of(run(plain, "max_steps=1"), Stepped)
    assert set(step.losses) == {"cross_entropy", "dice"}
    assert step.loss == pytest.approx(sum(step.losses.values()), rel=1e-3)


def test_a_stop_at_the_end_of_an_epoch_still_tells_its_numbers(plain):
    first = run(plain, stop_after=2)
    assert [e.epoch for e in of(first, EpochEnded)] == [1]
    rest = run(plain, "resume=true")
    assert [e.epoch for e in of(rest, EpochEnded)] == [2]
    assert all(np.isfinite(e.train_loss) for e in of(first + rest, EpochEnded))


@pytest.mark.parametrize("epoch", [1, 2])
def test_a_run_stopped_in_its_validation_validates_when_it_goes_on(plain, monkeypatch, epoch):
    monkeypatch.setattr(trainer, "STOP_SECONDS", 0.0)
    whole = run(plain, "run=whole")
    begun = []

    def is_validating(event):
        is_due = isinstance(event, Progressed) and (event.text, event.done) == ("Validating", 2)
        begun.extend([event] if is_due else [])
        return len(begun) == epoch

    first = run(plain, "run=parts", stop_when=is_validating)
    assert of(first, Ended)[0].stopped
    assert load(of(first, Ended)[0].weights)
    assert [e.epoch for e in of(first, EpochEnded)] == [1, 2][: epoch - 1]
    rest = run(plain, "run=parts", "resume=true")
    assert losses_of(first) + losses_of(rest) == losses_of(whole)
    told = [
        [(e.epoch, e.train_loss, e.value, e.best) for e in of(events, EpochEnded)]
        for events in (whole, first + rest)
    ]
    assert told[0] == told[1]


def test_a_trial_of_few_steps_goes_on_in_the_middle_of_its_epoch(plain):
    run(plain, "max_steps=1")
    rest = run(plain, "resume=true")
    assert [(e.epoch, e.step) for e in of(rest, Stepped)] == [(1, 2), (2, 3), (2, 4)]


def test_a_picture_that_breaks_a_run_leaves_the_steps_before_it(plain):
    last = np.random.default_rng((1, 0)).permutation(4)[-1]
    (plain.parent / f"{last}.png").write_bytes(b"broken")
    changes = ("data.val=null", "batch_size=1", "epochs=1")
    with pytest.raises(AppError, match=rf"{last}\.png"):
        run(plain, *changes)
    write_picture(plain.parent / f"{last}.png", (32, 32))
    rest = run(plain, *changes, "resume=true")
    assert [e.step for e in of(rest, Stepped)] == [4]


def test_a_list_without_labels_is_said(plain):
    (plain.parent / "labels.txt").write_text("")
    with pytest.raises(AppError, match="no labels"):
        run(plain)


@pytest.mark.slow
def test_the_last_epochs_are_without_mosaics(config):
    write_boxes(config.parent)
    anchors = [[side, side] for side in (4, 8, 9, 10, 12, 14)]
    own = f"options.anchors={anchors}"
    common = (*BOXES[:-1], own, "batch_size=4", "precision=float32", "augment.flip=false")
    plain = losses_of(run(config, *common, "run=plain"))
    both = losses_of(run(config, *common, "run=a", "augment.mosaic=1", "close_mosaic=2"))
    last = losses_of(run(config, *common, "run=b", "augment.mosaic=1", "close_mosaic=1"))
    assert both == plain
    assert last[0] != plain[0]


def test_mosaic_is_for_detectors(plain):
    with pytest.raises(TrainingError, match="mosaic"):
        run(plain, "augment.mosaic=0.5")
