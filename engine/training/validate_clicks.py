"""How good a network asked by clicks is while it trains: a made-up person asks it."""

import numpy as np
from torch import Tensor
from torch.nn import functional

from engine.evaluation.clicks import ClickScores, Outline, next_click, overlap
from models.click.click_net import ClickNet, quarter
from models.click.prompts import Prompts, no_prompts
from models.contract import ClickOutput, DetectionTarget, Output, RawTensors, Target

CLICKS = 3
OBJECTS = 4
"""Of one picture that are asked for: the largest."""
SMALLEST = 64
"""Pixels of the input: smaller objects are not asked for."""
METRICS = ("iou_1", "iou_3", "iou_box")


class ClickValidation:
    """Counts pictures with their objects; what is asked is at the input's size."""

    def __init__(self, model: ClickNet) -> None:
        self._model = model
        self._scores = ClickScores()

    def add(self, output: Output, target: Target) -> None:
        """Ask for a picture's objects, by clicks and by the box."""
        assert isinstance(output, ClickOutput)
        assert isinstance(target, DetectionTarget)
        assert target.masks is not None
        areas = target.masks.flatten(1).sum(1)
        order = areas.argsort(descending=True)[:OBJECTS]
        known = np.ones(target.masks.shape[1:], np.bool_)
        if target.ignored is not None:
            known = ~target.ignored.numpy()
        for number in order[areas[order] >= SMALLEST].tolist():
            truth = target.masks[number].bool().numpy()
            counted = known | truth
            self._scores.after.append(self._by_clicks(output.features, truth, counted))
            nothing = _nothing(output.features)
            boxes = target.boxes[number : number + 1].to(nothing.boxes)
            prompts = Prompts(nothing.clicks, boxes, nothing.before)
            outline, _ = self._answer(output.features, prompts, counted)
            self._scores.from_box.append(overlap(truth, outline))

    def metrics(self) -> dict[str, float]:
        """The metrics by name."""
        found = self._scores.metrics()
        return {name: 0.0 if np.isnan(found[name]) else found[name] for name in METRICS}

    def _by_clicks(self, features: RawTensors, truth: Outline, counted: Outline) -> list[float]:
        prompts, outline, found = _nothing(features), np.zeros_like(truth), []
        for _ in range(CLICKS):
            click = next_click(truth, outline)
            if click is None:
                break
            place = prompts.boxes.new_tensor([[click.x, click.y, 1 if click.is_positive else -1]])
            prompts = prompts.with_click(place, prompts.before)
            outline, before = self._answer(features, prompts, counted)
            prompts = Prompts(prompts.clicks, prompts.boxes, before)
            found.append(overlap(truth, outline))
        return found

    def _answer(
        self, features: RawTensors, prompts: Prompts, counted: Outline
    ) -> tuple[Outline, Tensor]:
        """The outline among the pixels that count, and what the next question is told of it."""
        logits = self._model.answer(features, prompts)
        large = functional.interpolate(
            logits, scale_factor=2.0, mode="bilinear", align_corners=False
        )
        height, width = counted.shape
        outline = (large[0, 0, :height, :width] > 0).cpu().numpy() & counted
        return outline, quarter(logits)


def _nothing(features: RawTensors) -> Prompts:
    height, width = features[0].shape[-2:]
    return no_prompts(1, (2 * height, 2 * width), features[0].device)
