"""A stand-in for what a network says on a GPU: tensors that no array can be made of there."""

from typing import Any

import numpy as np
from torch import Tensor

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
