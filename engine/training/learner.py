"""The model with its optimizer: one step at a time."""

import copy
import math
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel

from engine.datasets.batch import Batch, to_device
from engine.errors import TrainingError
from engine.training.config import TrainConfig
from engine.training.kept_features import KeptFeatures
from engine.training.optimizer import make_optimizer
from engine.training.plan import OptimizerStep, RankShare
from engine.training.precision import autocast, dtype_of
from engine.training.pretraining import freeze, rate_of_encoder
from engine.training.ranks import Ranks, losses_of
from models.contract import Model


class TrainState:
    """Model, averaged model, optimizer and loss scale: all that a step changes.

    With `kept`, features of the frozen encoder are taken from there.
    A step's random numbers (dropout) depend on seed, step and process alone, so a resumed Run
    draws those of an unbroken one.
    """

    def __init__(
        self, config: TrainConfig, model: Model, device: torch.device, ranks: Ranks
    ) -> None:
        self._config = config
        self._ranks = ranks
        self._device = device
        self.dtype = dtype_of(config.precision, device)
        self.model = model
        self._average = copy.deepcopy(model) if config.ema and ranks.is_first else None
        self._frozen = freeze(config, model)
        self._optimizer = make_optimizer(config, model, encoder_rate=rate_of_encoder(config))
        self._scaler = torch.amp.GradScaler(device.type, enabled=self.dtype is torch.float16)
        self._losses = losses_of(model, ranks)
        self.kept: KeptFeatures | None = None

    @property
    def judged(self) -> Model:
        """The model that is validated and saved."""
        return self._average if self._average is not None else self.model

    def step(
        self, step: OptimizerStep, loader: Iterable[Batch], *, number: int, rate: float
    ) -> dict[str, float]:
        """Learn from the step's batches; their mean losses over all processes, by name.

        TrainingError when they are not finite.
        """
        config, rank = self._config, self._ranks.rank
        torch.manual_seed(_mixed(config.seed, number, rank))
        self.model.train()
        for layer in self._frozen:
            layer.eval()
        self._optimizer.zero_grad(set_to_none=True)
        total: dict[str, float] = {}
        for part, batch in zip(step.parts, loader, strict=False):  # the loader goes on after it
            with self._gradients_shared(part is step.parts[-1]):
                for name, value in self._learn(part, batch, number).items():
                    total[name] = total.get(name, 0.0) + value
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["share"]
        self._scaler.unscale_(self._optimizer)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), config.clip_norm)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._follow(number + 1)
        return total

    def _learn(self, part: RankShare, batch: Batch, number: int) -> dict[str, float]:
        """Add a batch's gradients; its part of the step's losses."""
        device = self._device
        inputs = batch.inputs.to(device, memory_format=torch.channels_last, non_blocking=True)
        errors = _batch_norm_errors(self._config.model)
        with autocast(device, self.dtype), errors, self._encoded(part):
            losses = self._losses(inputs, [to_device(t, device) for t in batch.targets])
        values = torch.stack([value.float() for value in losses.values()])
        shared = self._ranks.sum(values.detach() * part.share).tolist()
        if not all(map(math.isfinite, shared)):
            raise TrainingError(
                f"The loss is no longer finite at step {number}.",
                hint="Train again with a smaller learning rate.",
            )
        # The processes' gradients are averaged, while the shares want their sum.
        loss = values.sum() * (part.share * self._ranks.size)
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        return dict(zip(losses, shared, strict=True))

    def _encoded(self, part: RankShare) -> AbstractContextManager[None]:
        """While this block runs, the model is given the features that are kept, if any are."""
        if self.kept is None:
            return nullcontext()
        return self.kept.in_place_of_encoder(self.model, part.indices)

    def _gradients_shared(self, wanted: bool) -> AbstractContextManager[Any]:
        """Only the last batch of a step sends its gradients to the other processes."""
        if wanted or not isinstance(self._losses, DistributedDataParallel):
            return nullcontext()
        return self._losses.no_sync()

    @torch.no_grad()
    def _follow(self, steps: int) -> None:
        """Move the average towards the weights; quickly at first, as it starts from chance."""
        if self._average is None:
            return
        keep = min(self._config.ema, (1 + steps) / (10 + steps))
        own = self.model.state_dict()
        for name, value in self._average.state_dict().items():
            if value.is_floating_point():
                value.lerp_(own[name], 1 - keep)
            else:
                value.copy_(own[name])

    def state(self) -> dict[str, Tensor]:
        """All it takes to go on, as named tensors."""
        tensors = {f"model.{k}": v for k, v in self.model.state_dict().items()}
        if self._average is not None:
            tensors |= {f"average.{k}": v for k, v in self._average.state_dict().items()}
        for index, state in self._optimizer.state_dict()["state"].items():
            tensors |= {
                f"optimizer.{index}.{k}": torch.as_tensor(v)
                for k, v in state.items()
                if v is not None
            }
        tensors |= {f"scaler.{k}": torch.tensor(v) for k, v in self._scaler.state_dict().items()}
        return tensors

    def load(self, tensors: dict[str, Tensor]) -> None:
        """Put a `state` back. KeyError, ValueError or RuntimeError if it is of another Run."""
        self.model.load_state_dict(_part(tensors, "model."))
        if self._average is not None:
            self._average.load_state_dict(_part(tensors, "average."))
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _part(tensors, "optimizer.").items():
            index, key = name.split(".", 1)
            state.setdefault(int(index), {})[key] = tensor
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": state, "param_groups": groups})
        scale = {k: v.item() for k, v in _part(tensors, "scaler.").items()}
        if scale:
            self._scaler.load_state_dict(scale)


@contextmanager
def _batch_norm_errors(model: str) -> Iterator[None]:
    """Say what to do where batch norm finds a single number, which has no variance."""
    try:
        yield
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        raise TrainingError(
            f"{model} cannot learn from one sample at a time at this size.",
            hint="Choose a larger size_hw, or a batch_size that leaves no single sample over.",
        ) from error


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def _mixed(*numbers: int) -> int:
    """One seed of several numbers; torch takes no more than 32 bits of it on the CPU."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])
