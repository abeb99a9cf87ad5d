"""Every trainable detector learns two pictures by heart: from targets to boxes, the whole way."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
import torch

import models
from engine.evaluation.detection import PictureBoxes, score_boxes
from engine.evaluation.instances import score_instances
from engine.training.validate import masks_of
from models import registry
from models.contract import DetectionTarget, Task
from models.layers.suppression import suppress
from tests.families import LARGER_DETECTORS

models.load_all()
TASKS = (Task.DETECTION, Task.INSTANCE)


@dataclass(frozen=True)
class Lesson:
    """How two pictures are learned: as small and short as it gets. `alone`: one object in each.
    `by_batch`: judged by the batch's own norms, where two pictures' coarsest maps have a cell each:
    too little for a variance that holds for others.
    """

    side: int = 128
    steps: int = 60
    rate: float = 2e-3
    alone: bool = False
    by_batch: bool = False
    options: dict[str, Any] = field(default_factory=dict)


LEARNED = 0.9
LOOK_EVERY = 5
FOLLOWS = 0.4
"""The momentum of batch norms: by their own it takes them more steps to follow than it does to
learn two pictures."""
THIN = {"width": 0.125}
NINE = {"anchors": [[24, 24]] * 3 + [[32, 32]] * 3 + [[48, 48]] * 3}
LESSONS = {
    "efficientdet_d0": Lesson(steps=30, rate=3e-3, by_batch=True, options={"anchor_scale": 2.0}),
    "fast_rcnn": Lesson(
        side=96, steps=30, rate=1e-3, options={"backbone": "resnet18", "batch_norm": True}
    ),
    "rcnn": Lesson(
        side=96, steps=30, rate=1e-3, options={"warp": 67, "sampled": 32, "batch_norm": True}
    ),
    "sppnet": Lesson(side=96, steps=30, rate=1e-3, options={"batch_norm": True}),
    "localizer": Lesson(side=96, alone=True),
    "ssd300": Lesson(options={"norm": "batch"}),
    "ssdlite": Lesson(side=96, steps=80),
    "yolo_v1_tiny": Lesson(side=128, steps=100, rate=5e-4),
    "faster_rcnn": Lesson(
        side=96,
        steps=50,
        rate=1e-3,
        options={"backbone": "resnet18", "stride": 8, "anchor_sides": [20, 30, 45]},
    ),
    "hypercolumn_instance": Lesson(
        side=64,
        steps=36,
        rate=1e-3,
        options={
            "backbone": "resnet18",
            "stride": 8,
            "anchor_sides": [14, 20, 30],
            "width": 0.125,
        },
    ),
    "yolo_v2_tiny": Lesson(
        side=128, steps=60, rate=1e-3, options={"anchors": [[24, 24]] * 2 + [[48, 48]] * 3}
    ),
    "yolo_v4_tiny": Lesson(
        side=96, steps=60, rate=1e-3, options={"anchors": [[24, 24]] * 3 + [[48, 48]] * 3}
    ),
    "yolo_v3": Lesson(side=96, steps=60, rate=1e-3, options=NINE | THIN),
    "sds": Lesson(
        side=64,
        steps=10,
        rate=1e-3,
        options={"warp": 64, "backbone": "resnet18", "batch_norm": True, "width": 0.125},
    ),
    "yolo_v3_tiny": Lesson(
        side=96, steps=80, rate=1e-3, options={"anchors": [[24, 24]] * 3 + [[48, 48]] * 3}
    ),
    "yolo_v4": Lesson(side=64, steps=60, rate=1e-3, options=NINE),
}
NAMES = [
    name
    for name in registry.names()
    if registry.get(name).trainable
    and registry.get(name).task in TASKS
    and registry.get(name).build.__module__.startswith("models.")
    and name not in LARGER_DETECTORS
]


def lesson_pictures(side, *, alone=False):
    """Two pictures, each with a red and a larger blue rectangle, and what is to be said of them.

    With `alone` the first picture has the red one only, the second the blue one.
    """
    torch.manual_seed(3)
    batch = torch.rand(2, 3, side, side) * 0.2
    unit = side / 128
    places = [[(16, 24, 44, 48), (60, 50, 116, 108)], [(80, 12, 108, 40), (12, 56, 68, 112)]]
    targets = []
    for index, (picture, corners) in enumerate(zip(batch, places, strict=True)):
        labels = torch.tensor([index] if alone else [0, 1])
        boxes = torch.tensor(corners, dtype=torch.float32)[labels] * unit
        masks = torch.zeros(len(labels), side, side, dtype=torch.bool)
        shown = zip(labels.tolist(), masks, boxes.int().tolist(), strict=True)
        for label, mask, (x1, y1, x2, y2) in shown:
            picture[2 * label, y1:y2, x1:x2] += 1.5
            mask[y1:y2, x1:x2] = True
        targets.append(DetectionTarget(boxes, labels, masks, proposals(boxes, side)))
    return batch, targets


def proposals(boxes, side, count=60):
    """Boxes near the true ones and boxes anywhere, as a proposal method would give them."""
    near = boxes.repeat(8, 1) + torch.randn(8 * len(boxes), 4) * 0.04 * side
    corners = torch.rand(count, 2) * 0.7 * side
    anywhere = torch.cat([corners, corners + (0.1 + 0.3 * torch.rand(count, 2)) * side], dim=1)
    return torch.cat([near, anywhere]).clamp(0, side)


def smallest(spec, lesson):
    """A network for two labels, as small as it gets, in training."""
    width = {o.name: min(o.choices) for o in spec.options if o.name == "width"}
    torch.manual_seed(0)
    return spec.build(2, **width | lesson.options).train()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_two_pictures_are_learned_by_heart(name):
    spec, lesson = registry.get(name), LESSONS.get(name, Lesson())
    model = smallest(spec, lesson)
    for norm in model.modules():
        if isinstance(norm, torch.nn.BatchNorm2d):
            norm.momentum = FOLLOWS
    batch, targets = lesson_pictures(lesson.side, alone=lesson.alone)
    optimizer = torch.optim.AdamW(model.parameters(), lesson.rate, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, lesson.steps)
    for step in range(1, lesson.steps + 1):
        loss = sum(model.losses(batch, targets).values())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        optimizer.step()
        schedule.step()
        is_asked = step % LOOK_EVERY == 0 or step == lesson.steps
        if is_asked and average_precision(model, batch, targets, spec, lesson) >= LEARNED:
            return
    pytest.fail(f"not learned in {lesson.steps} steps")


@torch.inference_mode()
@pytest.mark.parametrize("name", NAMES)
def test_ignored_pixels_change_nothing(name):
    """Only who is asked by clicks leaves them out."""
    spec, lesson = registry.get(name), LESSONS.get(name, Lesson())
    model = smallest(spec, lesson)
    batch, targets = lesson_pictures(lesson.side, alone=lesson.alone)
    told = [replace(t, ignored=torch.ones(t.masks.shape[1:], dtype=torch.bool)) for t in targets]
    found = []
    for each in (targets, told):
        torch.manual_seed(1)
        found.append(model.losses(batch, each))
    assert found[0].keys() == found[1].keys()
    assert all(torch.equal(found[0][key], found[1][key]) for key in found[0])


@torch.inference_mode()
def average_precision(model, batch, targets, spec, lesson):
    """AP50 of the boxes; of the masks too where there are any, the lower one."""
    model.train(lesson.by_batch)
    scores = scores_of(model, batch, targets, spec.proposals)
    model.train()
    return min(float(np.nan_to_num(score.ap50)) for score in scores)


def scores_of(model, batch, targets, with_proposals):
    """Of the boxes, and of the masks where there are any."""
    given = [torch.stack([t.proposals for t in targets])] if with_proposals else []
    found, truth, masks = [], [], []
    for output, target in zip(model.outputs(model(batch, *given)), targets, strict=True):
        kept = suppress(output, conf=0.05, iou=0.5)
        found.append(PictureBoxes(kept.boxes.numpy(), kept.labels.numpy(), kept.scores.numpy()))
        truth.append(PictureBoxes(target.boxes.numpy(), target.labels.numpy()))
        if kept.masks is not None:
            masks.append(masks_of(kept, target))
    scores = [score_boxes(found, truth, 2)]
    if masks:
        scores.append(score_instances(*zip(*masks, strict=True), 2))
    return scores
