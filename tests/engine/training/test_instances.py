"""Instances from the list to the scores: trained, validated, evaluated."""

from dataclasses import replace

import pytest
from PIL import Image

import tests.fakes  # noqa: F401 - registers tiny_instances
from engine.commands.app import main
from engine.errors import TrainingError
from engine.evaluation.evaluate import evaluate
from engine.pipeline.pipeline import Pipeline
from engine.training.events import EpochEnded
from engine.values import IGNORE, Annotation
from models import registry
from tests.fakes import make_weights
from tests.make_instances import ring, write_instance_list
from tests.make_run import of, run

PICTURES = [[Annotation(ring(5, 7), 1)], [Annotation(ring(20, 9, 12), 1)]]
CONFIG = (
    "model: tiny_instances\nname: rings\ndata: {train: list.txt, val: list.txt}\nrun: run\n"
    "epochs: 1\nbatch_size: 2\nsize_hw: [32, 48]\nprecision: float32\n"
)


@pytest.fixture
def config(tmp_path, monkeypatch):
    spec = replace(registry.get("tiny_instances"), trainable=True)
    monkeypatch.setitem(registry._SPECS, "tiny_instances", spec)
    write_instance_list(tmp_path, PICTURES)
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    return path


def test_validation_scores_masks(config):
    (epoch,) = of(run(config, "augment={elastic: 0.02}"), EpochEnded)
    assert epoch.metric == "ap50"
    assert set(epoch.val) == {"ap", "ap50", "ap75", "box_ap50"}
    # Normalised by ImageNet's mean, the bright pixels are those above it.
    assert epoch.val["ap50"] == pytest.approx(1)


def test_mosaic_is_refused(config):
    with pytest.raises(TrainingError, match="mosaic"):
        run(config, "augment.mosaic=0.5")


def test_evaluation_scores_masks_in_frame_pixels(tmp_path):
    pictures = [[Annotation(ring(5, 7), 1), Annotation(ring(30, 1, 6, 2), IGNORE)], PICTURES[1]]
    path = write_instance_list(tmp_path, pictures)
    # What is ignored is not bright here, so that it is not found either.
    pixels = Image.open(tmp_path / "0.png").copy()
    pixels.paste((20, 20, 20), (30, 0, 48, 32))
    pixels.save(tmp_path / "0.png")
    pipeline = Pipeline(make_weights("tiny_instances"), device="cpu", backend="torch")
    report = evaluate(pipeline, path)
    assert report.metrics["ap"] == pytest.approx(1)
    assert report.metrics["box_ap"] == pytest.approx(1)
    assert report.metrics["images"] == 2
    assert [row["missed"] + row["false_alarms"] for row in report.worst] == [0, 0]


def test_masks_that_fill_their_holes_score_less(tmp_path):
    path = write_instance_list(tmp_path, [[Annotation(ring(5, 7, 16, 10), 1)]])
    Image.new("RGB", (48, 32), (20, 20, 20)).save(tmp_path / "0.png")
    pixels = Image.open(tmp_path / "0.png").copy()
    pixels.paste((240, 240, 240), (5, 7, 21, 23))
    pixels.save(tmp_path / "0.png")
    pipeline = Pipeline(make_weights("tiny_instances"), device="cpu", backend="torch")
    metrics = evaluate(pipeline, path).metrics
    assert metrics["box_ap"] == pytest.approx(1)
    assert metrics["ap75"] == 0
    assert metrics["ap50"] == pytest.approx(1)


def test_the_check_says_which_object_has_no_mask(tmp_path, capsys):
    from engine.values import Box

    path = write_instance_list(tmp_path, [*PICTURES, [Annotation(Box(1, 1, 5, 5), 1)]])
    assert main(["check", str(path)]) == 1
    assert "no-mask" in capsys.readouterr().out
