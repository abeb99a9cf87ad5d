"""How good a model is while it trains: scored on the validation list, at the input's size."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from engine.datasets.batch import Loader, in_groups
from engine.datasets.dataset import ListDataset
from engine.evaluation.classification import ClassificationCounter
from engine.evaluation.detection import PictureBoxes, score_boxes
from engine.evaluation.instances import NO_PIXELS, PictureMasks, score_instances
from engine.evaluation.semantic import SemanticCounter
from engine.jobs import CancelToken, Progress, no_progress
from engine.pipeline.paste import paste_mask
from engine.training.precision import autocast
from engine.training.validate_clicks import METRICS as CLICK_METRICS
from engine.training.validate_clicks import ClickValidation
from engine.training.validation_loss import ValidationLoss
from engine.values import Mask
from models.click.click_net import ClickNet
from models.contract import (
    ClassificationOutput,
    ClassificationTarget,
    DetectionOutput,
    DetectionTarget,
    Model,
    Output,
    SemanticOutput,
    SemanticTarget,
    Target,
    Task,
)
from models.detector import ProposalDetector, SegmentDetector, detection_targets
from models.layers.suppression import suppress

MIN_SCORE = 0.01
SUPPRESSION_IOU = 0.5
METRICS = {
    Task.SEMANTIC: ("pixel_accuracy", "miou", "mean_image_iou"),
    Task.DETECTION: ("ap", "ap50", "ap75"),
    Task.INSTANCE: ("ap", "ap50", "ap75", "box_ap50"),
    Task.CLASSIFICATION: ("top1", "top5"),
    Task.CLICK: CLICK_METRICS,
}
"""The names of what `validate` measures."""

See = Callable[[int, Output], None]
"""Is given the number of a sample and what the model says of it."""


@dataclass(frozen=True)
class Validation:
    """The metrics by name, the one the best weights are chosen by, and the mean loss."""

    metrics: dict[str, float]
    metric: str
    loss: float | None = None

    @property
    def value(self) -> float:
        """The metric that chooses; larger is better."""
        return self.metrics[self.metric]


@torch.inference_mode()
def validate(
    model: Model,
    dataset: ListDataset,
    *,
    num_labels: int,
    batch_size: int,
    dtype: torch.dtype = torch.bfloat16,
    workers: int | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
    see: See | None = None,
) -> Validation:
    """Score a model in evaluation mode on every sample, computing in `dtype`; `see` is told what it
    says of each.

    `cancel` is checked for every batch, and within pictures by detectors that take long over one.
    """
    device, cancel = next(model.parameters()).device, cancel or CancelToken()
    model.eval()
    scores = _ClickScores(model) if isinstance(model, ClickNet) else _Scores(num_labels)
    loss = ValidationLoss(model)
    done = 0
    groups = in_groups(range(len(dataset)), batch_size)
    pinned = device.type == "cuda"
    with (
        watched(model, cancel.check),
        Loader(dataset, groups, workers=workers, pinned=pinned) as loader,
    ):
        for inputs, targets in loader:
            cancel.check()
            inputs = inputs.to(device, memory_format=torch.channels_last, non_blocking=True)
            with autocast(device, dtype):
                proposals = _proposals(model, targets, device)
                raw = model(inputs, *proposals)
                loss.add(inputs, targets, None if proposals else raw)
            for number, output in enumerate(model.outputs(raw)):
                scores.add(output, targets[number])
                if see is not None:
                    see(done + number, output)
            done += len(targets)
            progress(done, len(dataset), "Validating")
    return replace(scores.result(), loss=loss.mean)


class _Scores:
    """Outputs and what should have come out, whatever the task."""

    def __init__(self, num_labels: int) -> None:
        self._num_labels = num_labels
        self._boxes: list[tuple[PictureBoxes, PictureBoxes]] = []
        self._masks: list[tuple[PictureMasks, PictureMasks]] = []
        self._maps, self._pictures = SemanticCounter(num_labels), ClassificationCounter(num_labels)

    def add(self, output: Output, target: Target) -> None:
        """Count a picture."""
        if isinstance(output, SemanticOutput) and isinstance(target, SemanticTarget):
            self._maps.add(_array(output.logits.argmax(0)), _array(target.ids))
        elif isinstance(output, ClassificationOutput):
            assert isinstance(target, ClassificationTarget)
            self._pictures.add(output.logits.cpu().numpy(), int(target.label))
        else:
            assert isinstance(output, DetectionOutput)
            assert isinstance(target, DetectionTarget)
            kept = suppress(output, conf=MIN_SCORE, iou=SUPPRESSION_IOU)
            self._boxes.append(_boxes(kept, target))
            if target.masks is not None:
                self._masks.append(masks_of(kept, target))

    def result(self) -> Validation:
        """The metrics of the task."""
        if self._pictures.count:
            return _classification(self._pictures)
        if self._boxes:
            return _objects(self._boxes, self._masks, self._num_labels)
        return _semantic(self._maps)


class _ClickScores(ClickValidation):
    def result(self) -> Validation:
        """IoU after clicks and from a box; three clicks choose."""
        return Validation(self.metrics(), "iou_3")


@contextmanager
def watched(model: Model, check: Callable[[], None]) -> Iterator[None]:
    """Call `check` within pictures as well, where a detector takes long over one; it may raise."""
    if not isinstance(model, ProposalDetector):
        yield
        return

    def watch(done: int, total: int) -> None:
        check()

    model.watch = watch
    try:
        yield
    finally:
        model.watch = None


def _proposals(model: Model, targets: list[Target], device: torch.device) -> tuple[Tensor, ...]:
    """What a network is given besides the pictures: the targets' proposals (N, P, 4), and their
    segments (N, P, s, s) where it wants them."""
    if not isinstance(model, ProposalDetector):
        return ()
    truths = detection_targets(targets)
    given = [[t.proposals for t in truths if t.proposals is not None]]
    if isinstance(model, SegmentDetector):
        given.append([t.segments for t in truths if t.segments is not None])
    return tuple(pad_sequence(found, batch_first=True).to(device) for found in given)


def _classification(counter: ClassificationCounter) -> Validation:
    scores = counter.scores()
    return Validation({"top1": scores.top1, "top5": scores.top5}, "top1")


def _semantic(counter: SemanticCounter) -> Validation:
    scores = counter.scores()
    objects = [x for x in scores.mean_image_iou[1:] if not np.isnan(x)]
    metrics = {
        "pixel_accuracy": scores.pixel_accuracy,
        "miou": scores.miou,
        "mean_image_iou": float(np.mean(objects)) if objects else 0.0,
    }
    # With one object label, how well each picture's object is met; else the field's mean IoU.
    return Validation(metrics, "mean_image_iou" if len(scores.iou) == 2 else "miou")


def _objects(
    boxes: list[tuple[PictureBoxes, PictureBoxes]],
    masks: list[tuple[PictureMasks, PictureMasks]],
    num_labels: int,
) -> Validation:
    """Of instances the masks count, of other objects the boxes. Pairs: what is found and there."""
    found, there = zip(*boxes, strict=True)
    scores = score_boxes(found, there, num_labels)
    metrics = {"ap": scores.ap, "ap50": scores.ap50, "ap75": scores.ap75}
    if masks:
        masks_found, masks_there = zip(*masks, strict=True)
        scores = score_instances(masks_found, masks_there, num_labels)
        metrics = {
            "ap": scores.ap,
            "ap50": scores.ap50,
            "ap75": scores.ap75,
            "box_ap50": metrics["ap50"],
        }
    return Validation({k: 0.0 if np.isnan(v) else v for k, v in metrics.items()}, "ap50")


def _boxes(kept: DetectionOutput, target: DetectionTarget) -> tuple[PictureBoxes, PictureBoxes]:
    arrays = (kept.boxes, kept.labels, kept.scores)
    found = PictureBoxes(*(tensor.cpu().numpy() for tensor in arrays))
    return found, PictureBoxes(target.boxes.numpy(), target.labels.numpy())


def masks_of(kept: DetectionOutput, target: DetectionTarget) -> tuple[PictureMasks, PictureMasks]:
    """What was found and what is there, as masks at the input's size."""
    assert kept.masks is not None
    assert target.masks is not None
    size_hw = target.masks.shape[1], target.masks.shape[2]
    whole = kept.boxes.float().cpu().numpy()  # (N, 4)
    visible = whole.clip(0, (size_hw[1], size_hw[0]) * 2)
    found = [
        paste_mask(values, box, part) or NO_PIXELS
        for values, box, part in zip(kept.masks.float().cpu().numpy(), whole, visible, strict=True)
    ]
    there = [Mask(0, 0, plane) for plane in target.masks.numpy()]
    return (
        PictureMasks(size_hw, found, kept.labels.cpu().numpy(), kept.scores.cpu().numpy()),
        PictureMasks(size_hw, there, target.labels.numpy()),
    )


def _array(ids: torch.Tensor) -> Any:
    return ids.to(torch.uint8).cpu().numpy()
