"""What one pass of a network costs, counted rather than timed: the same on every machine."""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters, multiply-adds of one picture of `size_hw`, bytes of the weights, and the most
    bytes that activations take at one moment of the pass, float32."""

    size_hw: tuple[int, int]
    parameters: int
    multiply_adds: int
    weight_bytes: int
    activation_bytes: int

    @property
    def memory_bytes(self) -> int:
        """What the network needs at once: weights and activations."""
        return self.weight_bytes + self.activation_bytes


def cost_of(module: nn.Module, size_hw: tuple[int, int]) -> Cost:
    """Run the module once on nothing, on the CPU, and count.

    Multiply-adds are those of convolutions, transposed and deformable ones included, and of
    matrix products; additions, norms and activations are left out, as papers do.
    """
    stored = [*module.parameters(), *module.buffers()]
    counter = FlopCounterMode(display=False, custom_mapping=_foreign())
    peak = _Peak(stored)
    with torch.no_grad(), counter, peak:
        module(torch.zeros(1, 3, *size_hw))
    return Cost(
        size_hw=size_hw,
        parameters=sum(p.numel() for p in module.parameters()),
        multiply_adds=counter.get_total_flops() // 2,
        weight_bytes=sum(t.numel() * t.element_size() for t in stored),
        activation_bytes=peak.most,
    )


class _Peak(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up the memory of all tensors alive, as each operation makes and frees them."""

    def __init__(self, stored: list[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._known = {tensor.untyped_storage().data_ptr() for tensor in stored}
        self._alive = 0
        self.most = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Torch: an operation runs."""
        result = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, Tensor):
                self._note(leaf.untyped_storage())
        return result

    def _note(self, storage: torch.UntypedStorage) -> None:
        """Count a storage until it is freed; a view's storage is counted already."""
        place = storage.data_ptr()
        if place in self._known or not storage.nbytes():
            return
        self._known.add(place)
        self._alive += storage.nbytes()
        self.most = max(self.most, self._alive)
        weakref.finalize(storage, self._freed, place, storage.nbytes())

    def _freed(self, place: int, size: int) -> None:
        self._known.discard(place)
        self._alive -= size


def _foreign() -> dict[Any, Callable[..., int]]:
    """Operations that torch's counter does not know."""
    import torchvision  # noqa: F401 - registers the operation below

    return {torch.ops.torchvision.deform_conv2d: _deformable}


def _deformable(
    input_shape: Any, weight_shape: Any, *_: Any, out_shape: Any = None, **__: Any
) -> int:
    """Two operations for each multiply-add, as the counter wants it."""
    return 2 * prod(out_shape) * prod(weight_shape[1:])
