"""The training loop: epochs, schedule, validation, the best Weights."""

import shutil
import time
from dataclasses import asdict, replace

import torch

from engine.backends.backend import raise_if_lost
from engine.datasets.batch import Loader
from engine.errors import DatasetError, DeviceError, SourceError
from engine.jobs import Cancelled, CancelToken
from engine.training.config import TrainConfig
from engine.training.events import (
    CheckpointWritten,
    Emit,
    Ended,
    Fitted,
    Stepped,
    progress_events,
)
from engine.training.fit import fitted
from engine.training.glimpses import Glimpses
from engine.training.learner import TrainState
from engine.training.pace import Pace
from engine.training.parts import RunParts
from engine.training.patience import Patience
from engine.training.plan import OptimizerStep, Pass, prepare
from engine.training.run import Position, RunFolder, load_checkpoint, save_checkpoint
from engine.training.schedule import factor_at
from engine.training.told import CHOOSES, MEASURED, best_of, epoch_event, told
from engine.training.validate import METRICS, Validation, validate
from engine.weights.weights import save
from models.contract import Model
from models.fitted import FittedDetector

STOP_SECONDS = 10.0
"""How long a validation goes on once the Run is to stop. The window kills it after thirty."""


class Trainer:
    """One Run. `run()` trains until the end or until `stop` is cancelled, then saves."""

    def __init__(self, config: TrainConfig, parts: RunParts, emit: Emit, stop: CancelToken) -> None:
        self._config = config
        self._parts = parts
        self._ranks = parts.ranks
        self._emit = emit
        self._stop = stop
        self._is_stopped = False
        self._folder = RunFolder(config.run)
        self._learner = TrainState(config, parts.model, parts.device, parts.ranks)
        self._learner.kept = parts.kept
        self.position = Position()
        self._next: Pass | None = None
        samples = len(parts.train) if parts.repeats is None else len(parts.repeats)
        self.steps_per_epoch = -(-samples // (config.batch_size * config.accumulate))
        self.steps = config.epochs * self.steps_per_epoch
        if config.max_steps:
            self.steps = min(self.steps, config.max_steps)
        self._pace = Pace(
            self.steps,
            self.steps_per_epoch,
            validate_every=config.validate_every,
            val_samples=len(parts.val) if parts.val is not None else 0,
        )
        self._glimpses = None
        if parts.val is not None and parts.ranks.is_first:
            self._glimpses = Glimpses(parts.val, parts.card.labels, config.run)
        self._factor = factor_at(
            config.schedule, steps=self.steps, steps_per_epoch=self.steps_per_epoch
        )

    @property
    def precision(self) -> str:
        """What it computes in: float32, bfloat16 or float16."""
        return str(self._learner.dtype).removeprefix("torch.")

    def resume(self) -> None:
        """Go on from the run folder's Checkpoint, if there is one."""
        if self._folder.checkpoint.exists():
            self.position = load_checkpoint(self._folder.checkpoint, self._learner)
            if self.position.is_fitted and self.position.step < self.steps:
                # What follows is compared with itself, not with what was fitted before.
                self.position.is_fitted, self.position.best = False, -1.0

    def run(self) -> None:
        """Train, validate, save; events tell how it goes. TrainingError when the loss diverges."""
        try:
            if self.position.is_open and self._ranks.is_first:
                self._end_epoch(time.perf_counter(), None)
            while not self._is_over():
                self._epoch()
            self._fit()
        except (DatasetError, SourceError):
            # A sample cannot be read: the steps before it are kept, for when it is repaired.
            if self.position.step:
                self._save_checkpoint()
            raise
        except torch.OutOfMemoryError as error:
            raise DeviceError(
                f"{self._parts.device} ran out of memory at batch size {self._config.batch_size}.",
                hint="Halve batch_size and double accumulate, or choose a smaller size_hw.",
            ) from error
        except RuntimeError as error:
            raise_if_lost(error, str(self._parts.device), hint="Start again, with resume: true.")
            raise
        finally:
            if self._next is not None:
                self._next.loader.close()
        self._save_checkpoint()
        weights = self._folder.weights(self._config.name)
        self._emit(
            Ended(
                weights=str(weights) if weights.exists() else None,
                checkpoint=str(self._folder.checkpoint),
                best=best_of(self.position),
                stopped=self._is_stopped,
                stopped_early=self._has_stalled and self.position.step < self.steps,
            )
        )

    @property
    def _has_stalled(self) -> bool:
        patience = self._config.early_stop
        return patience is not None and self.position.stale >= patience

    def _is_over(self) -> bool:
        if self.position.step >= self.steps:
            return True
        self._is_stopped = self._agreed(self._stop.is_cancelled)
        # Only the first process validates, and knows of this.
        return self._is_stopped or self._agreed(self._has_stalled)

    def _agreed(self, claim: bool) -> bool:
        return self._ranks.any(claim, self._parts.device)

    def _epoch(self) -> None:
        """One pass over the samples, from where the Checkpoint left off."""
        started, position = time.perf_counter(), self.position
        position.epoch, done = divmod(position.step, self.steps_per_epoch)
        taken, self._next = self._next or self._prepare(done), None
        with taken.loader:
            busy = self._pass(taken)
        is_whole = position.step >= self.steps or position.step % self.steps_per_epoch == 0
        if self._is_stopped and not is_whole:
            # Numbers of a part of an epoch would mislead; the Checkpoint goes on from here.
            self._save_best(None)
            return
        position.epoch += 1
        if position.step < self.steps:
            # Its first batches are ready when the validation is over.
            self._next = self._prepare(0)
        if self._ranks.is_first:
            self._end_epoch(started, busy)

    def _end_epoch(self, started: float, busy: float | None) -> None:
        """Validate when it is time to, keep the best, report. A Run that is stopped meanwhile does
        so when it goes on."""
        position = self.position
        due = position.epoch % self._config.validate_every == 0 or position.step >= self.steps
        position.is_open, ended = True, time.perf_counter()
        try:
            validation = self._validate(self._learner.judged) if due else None
        except Cancelled:
            self._is_stopped = True
            self._save_best(None)
            return
        position.is_open = False
        self._save_best(validation)
        seconds = time.perf_counter() - started
        event = epoch_event(self._config, position, validation, seconds=seconds, busy=busy)
        if position.step % self.steps_per_epoch == 0:
            position.losses, position.counted = 0.0, 0
        names = (*MEASURED, *METRICS[self._parts.card.task], CHOOSES)
        self._folder.append_metrics(asdict(event) | dict(event.val), names)
        if validation is not None and self._glimpses is not None:
            self._glimpses.write(position.epoch)
        self._emit(event)
        self._save_checkpoint()
        if validation is not None:
            self._pace.validated(time.perf_counter() - ended)

    def _prepare(self, done: int) -> Pass:
        """The epoch's steps after the first `done`."""
        parts = self._parts
        parts.train.epoch = self.position.epoch
        closing = self._config.epochs - self._config.close_mosaic
        parts.train.has_mosaic = self.position.epoch < closing
        pinned = parts.device.type == "cuda"
        return prepare(
            parts.train,
            self._config,
            parts.ranks,
            repeats=parts.repeats,
            done=done,
            pinned=pinned,
        )

    def _pass(self, taken: Pass) -> float:
        """Take the steps, up to a stop; the share of time not spent waiting for data."""
        started = time.perf_counter()
        for step in taken.steps:
            self._step(step, taken.loader)
            self._is_stopped = self._agreed(self._stop.is_cancelled)
            if self._is_stopped or self.position.step >= self.steps:
                break
        return 1 - taken.loader.waited / (time.perf_counter() - started)

    def _step(self, step: OptimizerStep, loader: Loader) -> None:
        started, waited, position = time.perf_counter(), loader.waited, self.position
        rate = self._config.learning_rate * self._factor(position.step)
        losses = self._learner.step(step, loader, number=position.step, rate=rate)
        position.step += 1
        position.losses += sum(losses.values())
        position.counted += 1
        seconds = time.perf_counter() - started
        self._pace.stepped(seconds, step.samples)
        self._emit(
            Stepped(
                epoch=position.epoch + 1,
                step=position.step,
                loss=sum(losses.values()),
                losses=losses,
                lr=rate,
                images_per_second=step.samples / (seconds - (loader.waited - waited)),
                samples_per_second=self._pace.samples_per_second,
                seconds_left=self._pace.seconds_left(position.step),
            )
        )

    def _fit(self) -> None:
        """Solve a model's second stage, if it has one, on the best weights, and save those."""
        position, judged = self.position, self._learner.judged
        if not isinstance(judged, FittedDetector) or position.is_fitted or self._is_stopped:
            return
        if not self._ranks.is_first:
            return
        weights = self._folder.weights(self._config.name)
        # Features are of these weights: a Run that has learned more since makes its own.
        features = self._folder.features / str(position.step)
        tell, check = progress_events(self._emit), self._stop.check
        try:
            model = fitted(judged, weights, self._parts.train, features, progress=tell, check=check)
            validation = self._validate(model)
        except Cancelled:
            self._is_stopped = True
            return
        position.is_fitted = True
        if validation is not None:
            position.best, position.best_epoch = validation.value, position.epoch
        self._save_weights(model, validation)
        shutil.rmtree(self._folder.features, ignore_errors=True)
        self._emit(Fitted(*told(validation)))

    def _validate(self, model: Model) -> Validation | None:
        if self._parts.val is None:
            return None
        return validate(
            model,
            self._parts.val,
            num_labels=len(self._parts.card.labels),
            batch_size=self._config.batch_size,
            dtype=self._learner.dtype,
            workers=self._config.workers,
            progress=progress_events(self._emit),
            cancel=Patience(self._stop, STOP_SECONDS),
            see=self._glimpses.see if self._glimpses is not None else None,
        )

    def _save_best(self, validation: Validation | None) -> None:
        """Save the Weights if none were better so far, or if nothing can tell.

        Of equally good ones the later stay: a classifier is soon right on all of a small list, and
        only then becomes sure of it.
        """
        if not self._ranks.is_first:
            return
        position, path = self.position, self._folder.weights(self._config.name)
        if validation is not None:
            position.stale = 0 if validation.value > position.best else position.stale + 1
            if validation.value < position.best and path.exists():
                return
            position.best, position.best_epoch = validation.value, position.epoch
        elif self._parts.val is not None and path.exists():
            return
        self._save_weights(self._learner.judged, validation)

    def _save_weights(self, model: Model, validation: Validation | None) -> None:
        metrics = {"val": validation.metrics, "epoch": self.position.epoch} if validation else {}
        path = self._folder.weights(self._config.name)
        save(path, model.state_dict(), replace(self._parts.card, metrics=metrics))

    def _save_checkpoint(self) -> None:
        if not self._ranks.is_first:
            return
        save_checkpoint(self._folder.checkpoint, self._learner, self.position)
        self._emit(CheckpointWritten(str(self._folder.checkpoint)))
