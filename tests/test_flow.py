"""The loop without a window: predict, correct, export, check, train two steps, predict again."""

from functools import partial

import numpy as np
import pytest
import torch

from engine.annotations import edits
from engine.annotations.accept import proposals_of
from engine.annotations.edits import Edit
from engine.checks.check import check
from engine.evaluation.evaluate import evaluate
from engine.export.export import export
from engine.export.options import ExportOptions, Split, Unheld
from engine.formats.txt_label_files import FORMATS
from engine.jobs import CancelToken, no_progress
from engine.open import open_source
from engine.pipeline.pipeline import Pipeline
from engine.preprocess import Preprocessing
from engine.project.project import Project
from engine.training.config import read_config
from engine.training.events import Ended
from engine.training.train import train
from engine.values import Annotation, Box, Dataset, Mask, SampleState
from engine.weights.card import Card
from engine.weights.load import load
from engine.weights.weights import save
from models.detection.yolo_tiny import yolo_v3_tiny
from models.segmentation.unet import unet32
from models.task import Task
from tests.make import LABELS, write_picture

COUNT = 5


def first_weights(folder, task):
    """Untrained weights, as a person would get them from somebody else."""
    torch.manual_seed(0)
    if task is Task.SEMANTIC:
        card = Card("unet32", task, LABELS, Preprocessing((32, 48)))
        save(folder / "first.safetensors", unet32(3).state_dict(), card)
    else:
        card = Card("yolo_v3_tiny", task, LABELS[1:], Preprocessing((64, 64)))
        save(folder / "first.safetensors", yolo_v3_tiny(2).state_dict(), card)
    return folder / "first.safetensors"


def correct(sample, number):
    """What a person does: reject what is wrong, draw what is missing, verify."""
    pixels = np.zeros((20, 24), bool)
    pixels[2:-2, 3:-3] = True
    region = Mask(10 + number, 12, pixels) if number % 2 else Box(8, 6, 30 + number, 40)
    sample = edits.reject_all(sample)
    sample = edits.add(sample, Annotation(region, label_id=1 + number % 2))
    return edits.set_state(sample, SampleState.VERIFIED)


@pytest.mark.slow
@pytest.mark.parametrize("task", [Task.SEMANTIC, Task.DETECTION])
def test_the_loop_closes(tmp_path, task):
    for i in range(COUNT):
        write_picture(tmp_path / "pictures" / f"{i}.png", seed=i)
    pipeline = Pipeline(load(first_weights(tmp_path, task)), device="cpu", backend="torch")

    with Project.look(tmp_path / "pictures") as project:
        project.set_labels(LABELS)
        source = open_source(tmp_path / "pictures")
        project.add_frames(sorted((tmp_path / "pictures").glob("*.png")))
        for number, frame in enumerate(source.frames(CancelToken())):
            prediction = pipeline.predict(frame)
            found = proposals_of(prediction, project.sample(frame.id))
            propose = partial(edits.set_proposals, proposals=found, size_hw=frame.size_hw)
            project.apply(frame.id, Edit("Predict", propose))
            project.apply(frame.id, Edit("Correct", partial(correct, number=number)))
        source.close()
        dataset = Dataset(tuple(project.samples()), project.labels)

    unheld = Unheld.IGNORE if task is Task.SEMANTIC else Unheld.LEAVE_OUT
    options = ExportOptions(FORMATS[task], unheld=unheld, split=Split((0.6, 0.4, 0.0), seed=1))
    report = export(dataset, tmp_path / "set", options)
    assert report.written == COUNT
    for path in report.lists.values():
        found = check(path)
        assert found.ok, found.problems

    config = tmp_path / "config.yaml"
    val = f", val: '{report.lists['val']}'" if "val" in report.lists else ""
    config.write_text(
        f"model: {pipeline.weights.card.model}\nname: second\nrun: run\n"
        f"data: {{train: '{report.lists['train']}'{val}}}\n"
        f"warm_start: first.safetensors\nsize_hw: [64, 64]\nbatch_size: 2\nmax_steps: 2\n"
    )
    events = []
    train(read_config(config), events.append, CancelToken())
    assert isinstance(events[-1], Ended)

    second = Pipeline(load(events[-1].weights), device="cpu", backend="torch")
    assert second.weights.card.parent == "first"
    names = {label.name for label in second.weights.card.labels}
    assert {"cat", "dog"} <= names
    scores = evaluate(
        second, report.lists["train"], progress=no_progress, cancel=CancelToken()
    ).metrics
    assert scores["images"] == len(report.lists["train"].read_text().splitlines())
