"""The whole way of an image classifier: list, training, scores, predictions as a list again."""

import numpy as np
import pytest
from PIL import Image

from engine.checks.check import check
from engine.datasets.truth import open_list
from engine.evaluation.evaluate import evaluate
from engine.jobs import CancelToken
from engine.pipeline.batch import BatchOptions, predict_batch
from engine.pipeline.pipeline import Pipeline
from engine.training.config import read_config
from engine.training.events import EpochEnded
from engine.training.train import train
from engine.weights.load import load
from models.task import Task

COLOURS = {"sea": (20, 40, 200), "old forest": (30, 160, 40), "brick": (190, 50, 30)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Twelve pictures of one colour each, noisy, and a config for a small ResNet."""
    root = tmp_path_factory.mktemp("pictures")
    generator, lines = np.random.default_rng(0), []
    for i in range(12):
        name = list(COLOURS)[i % 3]
        noise = generator.integers(-20, 20, (40, 48, 3))
        Image.fromarray((np.array(COLOURS[name]) + noise).clip(0, 255).astype(np.uint8)).save(
            root / f"{i}.png"
        )
        lines.append(f"{i}.png\t{name}\n")
    (root / "list.txt").write_text("".join(lines))
    (root / "config.yaml").write_text(
        "model: resnet18\nname: places\ndata: {train: list.txt, val: list.txt}\nrun: run\n"
        "epochs: 8\nbatch_size: 6\nsize_hw: [64, 64]\nseed: 1\noptions: {width: 0.25}\n"
        "learning_rate: 0.003\naugment: {flip: true, rotate: 10, color: 0.1}\n"
    )
    return root


@pytest.fixture(scope="module")
def events(folder):
    found = []
    train(read_config(folder / "config.yaml"), found.append, CancelToken())
    return found


@pytest.fixture(scope="module")
def pipeline(folder, events):
    return Pipeline(load(events[-1].weights), device="cpu", backend="torch")


@pytest.mark.slow
def test_training_learns_and_chooses_by_top1(events):
    epochs = [e for e in events if isinstance(e, EpochEnded)]
    assert set(epochs[-1].val) == {"top1", "top5"}
    assert epochs[-1].metric == "top1"
    assert epochs[-1].best == 1.0


@pytest.mark.slow
def test_of_equally_good_weights_the_later_are_kept(events):
    right = [e.epoch for e in events if isinstance(e, EpochEnded) and e.value == 1.0]
    assert load(events[-1].weights).card.metrics["epoch"] == right[-1]


@pytest.mark.slow
def test_evaluation_says_top1_per_label_and_confusion(folder, pipeline):
    report = evaluate(pipeline, folder / "list.txt")
    assert report.metrics["top1"] == 1.0
    assert report.metrics["per_label"] == {"brick": 1.0, "old forest": 1.0, "sea": 1.0}
    assert report.metrics["confusion"]["sea"] == {"brick": 0, "old forest": 0, "sea": 4}
    assert report.metrics["images"] == 12


@pytest.mark.slow
def test_predictions_are_a_list_that_can_be_trained_on(folder, pipeline, tmp_path):
    options = BatchOptions(tmp_path / "out", overlay=True)
    report = predict_batch(pipeline, [str(folder / "list.txt")], options)
    assert len(report.overlays) == 12
    said = open_list(report.list_path, Task.CLASSIFICATION)
    assert [x.name for x in said.labels] == ["brick", "old forest", "sea"]
    assert [e.label_text for e in said.entries] == list(COLOURS) * 4
    assert check(report.list_path).ok


def test_a_list_of_pictures_with_labels_is_checked(folder):
    report = check(folder / "list.txt")
    assert report.ok
    assert [p.code for p in report.problems] == ["no-labels-file"]
    assert "the lines hold" in report.problems[0].message


def test_a_label_that_is_not_named_is_a_problem(folder, tmp_path):
    lines = (folder / "list.txt").read_text().splitlines()
    (tmp_path / "list.txt").write_text("".join(f"{folder / line}\n" for line in lines))
    (tmp_path / "labels.txt").write_text("1 sea #0000ff\n2 Old Forest #00ff00\n")
    report = check(tmp_path / "list.txt")
    assert [p.code for p in report.problems] == ["unknown-id"] * 4
    assert "brick" in report.problems[0].message
