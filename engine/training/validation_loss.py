"""The loss of a model on validation batches: what training minimises, where nothing is learned."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from engine.datasets.batch import to_device
from models.contract import Model, RawTensors, Target

SEED = 0


class ValidationLoss:
    """The mean over pictures of the sum of a model's `losses`, computed in evaluation mode.

    So dropout is off and batch norm uses its running means, and pictures are not augmented: it may
    lie below the training's. Detectors that learn from regions drawn by lot draw the same in every
    validation. Every model here can tell its losses in evaluation mode; one that only knows them
    in training mode would raise, and has no place among those that are trained.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._total, self._count = 0.0, 0

    def add(self, inputs: Tensor, targets: Sequence[Target], raw: RawTensors | None) -> None:
        """Count a batch. `raw` is what the model said of it, so that it need not be asked again;
        None where it was asked in another way than the losses ask it."""
        placed = [to_device(target, inputs.device) for target in targets]
        with _same_lots(inputs.device), _said(self._model, raw):
            losses = self._model.losses(inputs, placed)
        value = torch.stack([loss.detach().float() for loss in losses.values()]).sum().item()
        self._total += value * len(targets)
        self._count += len(targets)

    @property
    def mean(self) -> float | None:
        """None without pictures, and where it is no finite number."""
        if not self._count or not math.isfinite(self._total):
            return None
        return self._total / self._count


@contextmanager
def _said(model: Model, raw: RawTensors | None) -> Iterator[None]:
    """While this block runs, the model answers with these raw tensors."""
    if raw is None:
        yield
        return

    def forward(batch: Tensor) -> RawTensors:
        return raw

    model.forward = forward  # type: ignore[method-assign]
    try:
        yield
    finally:
        del model.forward


@contextmanager
def _same_lots(device: torch.device) -> Iterator[None]:
    """Random numbers that begin anew, without a trace afterwards."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(SEED)
        yield
