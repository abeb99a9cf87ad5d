"""A network asked by clicks, from the list to the scores."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine.datasets.truth import OBJECT, open_list
from engine.training.events import EpochEnded
from engine.training.validate_clicks import ClickValidation
from engine.values import IGNORE, Annotation
from engine.weights.card import read_card
from models.click.click_net import ClickNet
from models.contract import ClickOutput, DetectionTarget
from models.task import Task
from tests.make_instances import ring, write_instance_list
from tests.make_run import of, run

PICTURES = [
    [Annotation(ring(5, 7), 1), Annotation(ring(30, 4, 12), 2)],
    [Annotation(ring(20, 9, 12), 1), Annotation(ring(2, 2, 10), IGNORE)],
]
CONFIG = (
    "model: click\nname: clicks\ndata: {train: list.txt, val: list.txt}\nrun: run\n"
    "epochs: 1\nbatch_size: 2\nsize_hw: [64, 96]\nprecision: float32\n"
)


def test_all_labels_are_one_and_what_is_ignored_stays_so(tmp_path):
    source = open_list(write_instance_list(tmp_path, PICTURES), Task.CLICK)
    assert [label.name for label in source.labels] == [OBJECT]
    truths = [source.read(entry, (32, 48)).indices.tolist() for entry in source.entries]
    assert truths == [[0, 0], [0, IGNORE]]


@pytest.mark.slow
def test_a_run_trains_validates_and_writes_its_card(tmp_path):
    write_instance_list(tmp_path, PICTURES)
    (tmp_path / "config.yaml").write_text(CONFIG)
    (epoch,) = of(run(tmp_path / "config.yaml"), EpochEnded)
    assert epoch.metric == "iou_3"
    assert set(epoch.val) == {"iou_1", "iou_3", "iou_box"}
    assert all(0 <= value <= 1 for value in epoch.val.values())
    card = read_card(tmp_path / "run" / "weights" / "clicks.safetensors")
    assert card.task is Task.CLICK
    assert card.trained == {OBJECT: 3}


class Echo(ClickNet):
    """Answers with discs of 12 pixels at the clicks, and with the box."""

    def __init__(self):
        nn.Module.__init__(self)

    def answer(self, features, prompts):
        rows, columns = (
            torch.stack(torch.meshgrid(torch.arange(32), torch.arange(48), indexing="ij")) * 2.0 + 1
        )
        found = torch.zeros(32, 48, dtype=torch.bool)
        for x, y, sign in prompts.clicks[0].tolist():
            near = (rows - y) ** 2 + (columns - x) ** 2 < 144
            found = found | near if sign > 0 else found & ~near
        if prompts.has_box.any():
            x1, y1, x2, y2 = prompts.boxes[0].tolist()
            found |= (columns > x1) & (columns < x2) & (rows > y1) & (rows < y2)
        return torch.where(found, 5.0, -5.0)[None, None]


def target(*masks):
    boxes = []
    for mask in masks:
        rows, columns = np.nonzero(mask)
        boxes.append([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
    return DetectionTarget(
        torch.tensor(boxes, dtype=torch.float32),
        torch.zeros(len(masks), dtype=torch.long),
        torch.from_numpy(np.stack(masks)),
    )


def rectangle(top, bottom, left, right):
    found = np.zeros((64, 96), np.bool_)
    found[top:bottom, left:right] = True
    return found


def test_answers_are_scored_against_the_objects():
    output = ClickOutput((torch.zeros(1, 1, 32, 48),))
    validation = ClickValidation(Echo())
    validation.add(output, target(rectangle(10, 34, 10, 34)))
    found = validation.metrics()
    assert found["iou_1"] > 0.7
    assert found["iou_box"] > 0.9
    validation.add(output, target(rectangle(2, 20, 4, 94)))
    longer = validation.metrics()
    assert longer["iou_1"] < found["iou_1"]
    assert longer["iou_1"] < longer["iou_3"]


def test_what_is_ignored_is_not_scored():
    output = ClickOutput((torch.zeros(1, 1, 32, 48),))
    half = target(rectangle(10, 34, 10, 22))
    beside = torch.from_numpy(rectangle(0, 64, 22, 96))
    found = []
    for ignored in (None, beside):
        validation = ClickValidation(Echo())
        validation.add(output, replace(half, ignored=ignored))
        found.append(validation.metrics())
    assert found[1]["iou_1"] > found[0]["iou_1"] + 0.05


def test_what_has_hardly_a_pixel_is_not_asked_for():
    validation = ClickValidation(Echo())
    validation.add(ClickOutput((torch.zeros(1, 1, 32, 48),)), target(rectangle(10, 12, 10, 20)))
    assert set(validation.metrics().values()) == {0.0}
