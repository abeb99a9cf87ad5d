"""Runs made again: as many epochs as fit, weights that come back, lists for the rehearsal."""

from dataclasses import replace

import pytest

from engine.formats.txt_list import read_list
from engine.training.config import read_config
from engine.training.run import RunFolder
from engine.weights.load import load
from models import registry
from models.task import Task
from scripts.gpu import training
from scripts.gpu.carry import CONFIGS
from scripts.gpu.table import TINY, TRAININGS
from tests.make_run import PLAIN, write_run


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setitem(registry._SPECS, "plain", PLAIN)
    changes = ("model=plain", "precision=float32", "device=cpu", "workers=0", "validate_every=1")
    return read_config(write_run(tmp_path), changes)


def test_a_run_takes_as_many_epochs_as_fit_but_not_more_than_wanted(config, tmp_path):
    found = training.make_again(config, 3, tmp_path, seconds=600)
    assert (found["planned_epochs"], len(found["epochs"]), found["stopped"]) == (3, 3, False)
    assert training.bring_back(config.name, tmp_path / "run", tmp_path)["weights"]
    assert load(tmp_path / "spot.safetensors").card.config["epochs"] == 3


def test_a_run_without_time_says_so(config, tmp_path):
    found = training.make_again(config, 3, tmp_path, seconds=0)
    assert "before an epoch could be timed" in found["trouble"]
    assert "no weights" in training.bring_back(config.name, tmp_path / "run", tmp_path)["trouble"]


def test_weights_that_are_too_large_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "MOST_BYTES", 10)
    weights = RunFolder(tmp_path / "run").weights("a")
    weights.parent.mkdir(parents=True)
    weights.write_bytes(bytes(11))
    assert "too large" in training.bring_back("a", tmp_path / "run", tmp_path)["trouble"]
    assert not (tmp_path / "a.safetensors").exists()


def test_mosaics_end_at_the_same_share_of_the_epochs(config, tmp_path):
    config = config.model_copy(update={"epochs": 40, "close_mosaic": 10})
    assert training._with(config, 100, run=tmp_path).close_mosaic == 25


@pytest.mark.parametrize("task", [Task.SEMANTIC, Task.DETECTION, Task.CLICK])
def test_the_lists_of_the_rehearsal_are_right(task, tmp_path):
    training.make_data(tmp_path, task)
    reading = read_list(tmp_path / "train.txt", strict=True)
    assert reading.task is task.written_as
    assert len(reading.entries) == training.MADE


@pytest.mark.parametrize("wanted", TRAININGS, ids=lambda each: each.config)
def test_every_run_has_a_config_that_takes_its_changes(wanted):
    changes = (*wanted.changes, *TINY.changes)
    config = read_config(CONFIGS / f"{wanted.config}.yaml", changes)
    assert config.name == wanted.config


def test_the_part_of_a_run_brings_weights_back(config, tmp_path, monkeypatch):
    written = tmp_path / "everyday.yaml"
    written.write_text(
        "model: plain\nname: everyday\nrun: run\ndata: {train: maps/train.txt, val: maps/val.txt}\n"
        "precision: float32\n"
    )
    monkeypatch.setattr(training, "CONFIGS", tmp_path)
    wanted = replace(TRAININGS[0], config="everyday", changes=())
    work, out = tmp_path / "work", tmp_path / "out"
    for folder in (work, out):
        folder.mkdir()
    training.run_training(wanted, TINY, (tmp_path, work, out), seconds=600)
    assert load(out / "everyday.safetensors").card.config["epochs"] == 1
    assert (work / "result.json").is_file()
