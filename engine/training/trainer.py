"""The training loop: epochs, optimizer, schedule, validation, the best Weights."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.datasets.batch import batches, to_device
from engine.datasets.dataset import ListDataset
from engine.errors import DatasetError, DeviceError, SourceError, TrainingError
from engine.jobs import CancelToken
from engine.training.config import TrainConfig
from engine.training.run import Position, RunFolder, load_checkpoint, save_checkpoint
from engine.training.schedule import factor_at
from engine.training.validate import METRICS, Validation, validate
from engine.weights.card import Card
from engine.weights.weights import save
from models.contract import Model

Emit = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Parts:
    """What a Run works on: the model on its device, the lists, and the card of its Weights."""

    model: Model
    device: torch.device
    train: ListDataset
    val: ListDataset | None
    card: Card


class Trainer:
    """One Run. `run()` trains until the end or until `stop` is cancelled, then saves."""

    def __init__(self, config: TrainConfig, parts: Parts, emit: Emit, stop: CancelToken) -> None:
        self._config = config
        self._parts = parts
        self._emit = emit
        self._stop = stop
        self._folder = RunFolder(config.run)
        self._model = parts.model
        self._average = copy.deepcopy(parts.model) if config.ema else None
        self._optimizer = make_optimizer(config, parts.model)
        self._position = Position()
        self.steps_per_epoch = -(-len(parts.train) // config.batch_size)
        self.steps = config.epochs * self.steps_per_epoch
        if config.max_steps:
            self.steps = min(self.steps, config.max_steps)
        self._factor = factor_at(
            config.schedule, steps=self.steps, steps_per_epoch=self.steps_per_epoch
        )

    def run(self) -> None:
        """Train, validate, save; events tell how it goes. TrainingError when the loss diverges."""
        if self._config.resume and self._folder.checkpoint.exists():
            self._position = load_checkpoint(
                self._folder.checkpoint, self._model, self._average, self._optimizer
            )
        try:
            while self._position.step < self.steps and not self._stop.is_cancelled:
                self._epoch()
        except (DatasetError, SourceError):
            # A sample cannot be read: the steps before it are kept, for when it is repaired.
            if self._position.step:
                self._save_checkpoint()
            raise
        except torch.OutOfMemoryError as error:
            raise DeviceError(
                f"{self._parts.device} ran out of memory at batch size {self._config.batch_size}.",
                hint="Halve batch_size, or choose a smaller size_hw.",
            ) from error
        self._save_checkpoint()
        best = self._position.best if self._position.best >= 0 else None
        weights = self._folder.weights(self._config.name)
        self._emit(
            {
                "event": "end",
                "weights": str(weights) if weights.exists() else None,
                "checkpoint": str(self._folder.checkpoint),
                "best": best,
                "stopped": self._stop.is_cancelled,
            }
        )

    def _epoch(self) -> None:
        """One pass over the samples, from where the Checkpoint left off."""
        started, config, position = time.perf_counter(), self._config, self._position
        position.epoch, done = divmod(position.step, self.steps_per_epoch)
        self._parts.train.epoch = position.epoch
        generator = np.random.default_rng((config.seed, position.epoch))
        order = generator.permutation(len(self._parts.train)).tolist()
        losses = []
        self._model.train()
        for inputs, targets in batches(
            self._parts.train, order[done * config.batch_size :], config.batch_size
        ):
            losses.append(self._step(inputs, targets))
            if self._stop.is_cancelled or position.step >= self.steps:
                break
        is_whole = position.step >= self.steps or position.step % self.steps_per_epoch == 0
        if self._stop.is_cancelled and not is_whole:
            # Numbers of a part of an epoch would mislead; the Checkpoint goes on from here.
            self._save_best(None)
            return
        position.epoch += 1
        last = position.step >= self.steps
        due = position.epoch % config.validate_every == 0 or last
        validation = self._validate() if due else None
        self._save_best(validation)
        self._report(float(np.mean(losses)), validation, time.perf_counter() - started)
        self._save_checkpoint()

    def _step(self, inputs: Tensor, targets: list[Any]) -> float:
        started, position = time.perf_counter(), self._position
        rate = self._config.learning_rate * self._factor(position.step)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        device = self._parts.device
        inputs = inputs.to(device, memory_format=torch.channels_last, non_blocking=True)
        with torch.autocast(device.type, torch.bfloat16):
            losses = self._model.losses(inputs, [to_device(t, device) for t in targets])
        loss = torch.stack(list(losses.values())).sum()
        if not torch.isfinite(loss):
            raise TrainingError(
                f"The loss is no longer finite at step {position.step}.",
                hint="Train again with a smaller learning rate.",
            )
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), self._config.clip_norm)
        self._optimizer.step()
        position.step += 1
        self._follow()
        self._emit(
            {
                "event": "step",
                "epoch": position.epoch + 1,
                "step": position.step,
                "loss": loss.item(),
                "losses": {name: value.item() for name, value in losses.items()},
                "lr": rate,
                "images_per_second": len(inputs) / (time.perf_counter() - started),
            }
        )
        return loss.item()

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the average towards the weights; quickly at first, as it starts from chance."""
        if self._average is None:
            return
        step = self._position.step
        keep = min(self._config.ema, (1 + step) / (10 + step))
        own = self._model.state_dict()
        for name, value in self._average.state_dict().items():
            if value.is_floating_point():
                value.lerp_(own[name], 1 - keep)
            else:
                value.copy_(own[name])

    @property
    def _judged(self) -> Model:
        """The model that is validated and saved."""
        return self._average if self._average is not None else self._model

    def _validate(self) -> Validation | None:
        if self._parts.val is None:
            return None
        # Not the stop token: an epoch that was trained deserves its number.
        return validate(
            self._judged,
            self._parts.val,
            num_labels=len(self._parts.card.labels),
            batch_size=self._config.batch_size,
            cancel=CancelToken(),
        )

    def _save_best(self, validation: Validation | None) -> None:
        """Save the Weights if they are the best so far, or if nothing can tell."""
        position, path = self._position, self._folder.weights(self._config.name)
        if validation is not None:
            if validation.value <= position.best and path.exists():
                return
            position.best, position.best_epoch = validation.value, position.epoch
        elif self._parts.val is not None and path.exists():
            return
        metrics = {"val": validation.metrics, "epoch": position.epoch} if validation else {}
        save(path, self._judged.state_dict(), replace(self._parts.card, metrics=metrics))

    def _save_checkpoint(self) -> None:
        save_checkpoint(
            self._folder.checkpoint, self._model, self._average, self._optimizer, self._position
        )
        self._emit({"event": "checkpoint", "path": str(self._folder.checkpoint)})

    def _report(self, loss: float, validation: Validation | None, seconds: float) -> None:
        position, metrics = self._position, validation.metrics if validation else {}
        self._folder.append_metrics(
            {"epoch": position.epoch, "train_loss": loss, "seconds": seconds, **metrics},
            ("epoch", "train_loss", "seconds", *METRICS[self._parts.card.task]),
        )
        self._emit(
            {
                "event": "epoch",
                "epoch": position.epoch,
                "epochs": self._config.epochs,
                "train_loss": loss,
                "val": metrics,
                "metric": validation.metric if validation else None,
                "value": validation.value if validation else None,
                "best": position.best if position.best >= 0 else None,
                "seconds": seconds,
            }
        )


def make_optimizer(config: TrainConfig, model: Model) -> torch.optim.Optimizer:
    """The optimizer; weight decay on the convolutions alone, not on norms and biases."""
    decayed = [p for p in model.parameters() if p.ndim > 1]
    free = [p for p in model.parameters() if p.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay},
        {"params": free, "weight_decay": 0.0},
    ]
    if config.optimizer == "sgd":
        return torch.optim.SGD(groups, config.learning_rate, momentum=0.9, nesterov=True)
    return torch.optim.AdamW(groups, config.learning_rate)
