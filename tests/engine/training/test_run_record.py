import os
import shutil

import pytest

from engine.files import is_locked, locked
from engine.jobs import CancelToken
from engine.training.events import EpochEnded
from engine.training.run_record import RunState, read_run, read_runs
from tests.make_run import of, run


def test_a_run_that_is_over_tells_its_curves(plain):
    epochs = of(run(plain), EpochEnded)
    record = read_run(plain.parent / "run")
    assert (record.name, record.state, record.can_resume) == ("run", RunState.FINISHED, False)
    assert (record.epochs, record.epochs_done, record.metric) == (2, 2, "mean_image_iou")
    assert record.best == epochs[-1].best
    assert [line.epoch for line in record.lines] == [1, 2]
    found = [(line.train_loss, line.val_loss, line.value) for line in record.lines]
    assert found == [(e.train_loss, e.val_loss, e.value) for e in epochs]


def test_a_run_that_was_stopped_within_an_epoch_can_go_on(plain):
    run(plain, stop_after=3)
    record = read_run(plain.parent / "run")
    assert (record.state, record.epochs_done, record.epochs) == (RunState.STOPPED, 1, 2)
    assert record.can_resume
    assert len(record.lines) == 1


def test_one_that_ended_before_its_last_epoch_as_it_was_told_to_is_over(plain):
    run(plain, "max_steps=1", "epochs=9")
    assert read_run(plain.parent / "run").state is RunState.FINISHED
    run(plain, "run=early", "early_stop=1", "epochs=9", "learning_rate=1e-12", "ema=0")
    assert read_run(plain.parent / "early").state is RunState.FINISHED
    (plain.parent / "early" / "features").mkdir()
    assert read_run(plain.parent / "early").can_resume, "its second stage is not over"


def test_one_that_is_under_way_is_known_by_its_lock(plain):
    run(plain, stop_after=1)
    with locked(plain.parent / "run" / "run.lock"):
        assert read_run(plain.parent / "run").state is RunState.RUNNING
    assert read_run(plain.parent / "run").state is RunState.STOPPED


def test_looking_makes_no_lock(tmp_path):
    assert not is_locked(tmp_path / "run.lock")
    assert not (tmp_path / "run.lock").exists()


def test_without_a_checkpoint_there_is_nothing_to_go_on_from(plain):
    run(plain, stop_after=1)
    (plain.parent / "run" / "checkpoint.safetensors").unlink()
    assert read_run(plain.parent / "run").state is RunState.NOTHING_KEPT


@pytest.mark.parametrize("name", ["checkpoint.safetensors", "metrics.csv", "config.yaml"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0", b"epoch\n" + b"9" * 500, b"epochs: x"])
def test_damaged_files_are_no_trouble(plain, name, content):
    run(plain)
    (plain.parent / "run" / name).write_bytes(content)
    record = read_run(plain.parent / "run")
    assert record is None or record.epochs == 2


def test_runs_are_listed_the_newest_first_and_other_things_not(plain):
    runs = plain.parent / "runs"
    run(plain, f"run={runs / 'old'}", stop_after=1)
    shutil.copytree(runs / "old", runs / "new")
    os.utime(runs / "old" / "config.yaml", (1, 1))
    (runs / "empty").mkdir()
    (runs / "file").write_text("no Run")
    assert [record.name for record in read_runs(runs, CancelToken())] == ["new", "old"]
    assert read_runs(runs / "gone", CancelToken()) == ()


def test_metrics_from_before_they_named_the_choosing_one_are_read(plain):
    run(plain, "epochs=1")
    (plain.parent / "run" / "metrics.csv").write_text(
        "epoch,train_loss,seconds,device_busy,pixel_accuracy,miou\n1,0.5,1,0.9,0.7,0.25\n"
    )
    record = read_run(plain.parent / "run")
    assert (record.metric, record.lines[0].value, record.lines[0].val_loss) == ("miou", 0.25, None)
