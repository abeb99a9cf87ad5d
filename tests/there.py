"""A stand-in for what a network says on a GPU: tensors that no array can be made of there."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.backends.inputs import Inputs
from engine.weights.weights import Weights
from models.contract import RawTensors
from tests.fakes import FakeBackend


class There(Tensor):
    """A tensor that says it is on a GPU, and all that is computed from it; `cpu` brings it back."""

    is_cuda = True

    def cpu(self, *options: Any, **named: Any) -> Tensor:
        return self.as_subclass(Tensor)

    def numpy(self, *options: Any, **named: Any) -> Any:
        raise TypeError("It is on a GPU: bring it back first.")


class FarBackend(FakeBackend):
    """Runs the module plainly, and leaves there what it says."""

    def run(self, batch: np.ndarray, *given: np.ndarray) -> RawTensors:
        return tuple(tensor.as_subclass(There) for tensor in super().run(batch, *given))


class SeeingBackend(FarBackend):
    """Takes frames as they are, too."""

    def __init__(self, weights: Weights, **options: Any) -> None:
        super().__init__(weights, **options)
        self._inputs = Inputs(weights.card.preprocessing, torch.device("cpu"))

    def run_frames(self, frames: Sequence[np.ndarray], *given: np.ndarray) -> RawTensors:
        return self.run(self._inputs.batch(frames).numpy(), *given)
