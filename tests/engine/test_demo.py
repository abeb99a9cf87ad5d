"""The headless demo writes what it promises, from whatever weights are bundled."""

import json
from pathlib import Path

import pytest
import torch

import resources
from engine.commands.app import main
from engine.formats.txt_list import read_list
from engine.preprocess import Preprocessing
from engine.values import Label
from engine.weights import weights
from engine.weights.build import build
from engine.weights.card import Card
from models.task import Task

LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "thing", (250, 90, 20)))


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    """An installation whose bundled weights the test decides."""
    folder = tmp_path / "resources"
    (folder / "weights").mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(folder / "__init__.py"))
    return folder / "weights"


def save_random(path: Path, model: str, task: Task, size: int) -> None:
    torch.manual_seed(0)
    labels = LABELS if task is Task.SEMANTIC else LABELS[1:]
    card = Card(model, task, labels, Preprocessing((size, size)))
    weights.save(path, build(card).state_dict(), card)


def test_without_bundled_weights_it_says_so(bundle, tmp_path, capsys):
    assert main(["demo", "--headless", "--out", str(tmp_path / "out"), "--json"]) == 1
    assert "No weights are bundled" in json.loads(capsys.readouterr().out)["error"]
    assert not (tmp_path / "out").exists()


def test_without_headless_it_says_that_there_is_no_window(capsys):
    assert main(["demo"]) == 1
    assert "--headless" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_said(bundle, tmp_path, capsys):
    save_random(bundle / "lesion-unet32.safetensors", "unet32", Task.SEMANTIC, 32)
    (tmp_path / "file").write_text("", encoding="utf-8")
    options = ["--out", str(tmp_path / "file"), "--backend", "torch"]
    assert main(["demo", "--headless", *options]) == 1
    assert "Cannot write" in capsys.readouterr().err


@pytest.mark.slow
def test_what_a_model_of_another_task_left_in_the_folder_is_put_aside(bundle, tmp_path):
    path, out = bundle / "lesion-net.safetensors", tmp_path / "out"
    options = ["--out", str(out), "--backend", "torch", "--device", "cpu"]
    for model, task, size in (
        ("unet32", Task.SEMANTIC, 32),
        ("yolo_v3_tiny", Task.DETECTION, 64),
    ):
        save_random(path, model, task, size)
        assert main(["demo", "--headless", *options]) == 0
    found = sorted(p.name for p in (out / "lesion-net").iterdir())
    assert found == ["dataset", "dataset-before-1", "overlays"]


@pytest.mark.slow
def test_it_writes_overlays_a_list_and_a_rate(bundle, tmp_path, capsys):
    save_random(bundle / "everyday-unet32.safetensors", "unet32", Task.SEMANTIC, 32)
    save_random(bundle / "cells-yolo_v3_tiny.safetensors", "yolo_v3_tiny", Task.DETECTION, 64)
    out = tmp_path / "out"
    options = ["--out", str(out), "--backend", "torch", "--device", "cpu", "--json"]
    assert main(["demo", "--headless", *options]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {"images", "fps", "device", "backend", "list", "overlays"} <= answer.keys()
    assert answer["images"] > 50
    assert answer["fps"] > 0
    assert answer["backend"] == "torch"
    assert all(Path(path).stat().st_size > 1000 for path in answer["overlays"])
    for run in answer["runs"]:
        assert not read_list(Path(run["list"])).problems
    assert len(read_list(Path(answer["list"])).entries) == 5
