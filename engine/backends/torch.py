"""Runs a model with torch, on any device: CUDA, MPS or the CPU."""

import copy
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.backends.cuda import Cuda
from engine.backends.graphs import Graphs
from engine.backends.inputs import Inputs
from engine.devices import Device
from engine.foreign.network import ForeignNet
from engine.weights.build import spec_of
from engine.weights.weights import Weights
from models.click.click_net import ClickNet
from models.contract import RawTensors
from models.detector import ProposalDetector, Watch

# bfloat16 must beat float32 by this much on the CPU to be worth its lower precision.
_WORTH = 0.85


class TorchBackend:
    """Torch: channels_last everywhere, bfloat16 where the device is faster with it.

    On CUDA a stream of its own, and `graphs` where the network's work is the same for each frame.
    They last as long as the weights, of which the device has a copy that nobody else reaches. What
    the network says stays there.
    """

    name = "torch"

    def __init__(self, weights: Weights, device: Device, *, use_graphs: bool = True) -> None:
        self.device_id = device.id
        self._device = torch.device(device.id)
        # The Weights stay on the CPU, as they may go to another backend too.
        module = copy.deepcopy(weights.module) if device.kind != "cpu" else weights.module
        module = module.to(self._device).eval()
        # A program may view its tensors in the order that it was written for.
        is_foreign = isinstance(module, ForeignNet)
        self._layout = torch.contiguous_format if is_foreign else torch.channels_last
        self._module: Any = module.to(memory_format=self._layout)
        self._half = self._is_half_better(weights.card.preprocessing.size_hw)
        self.device_text = f"{device.name}, {'bf16' if self._half else 'f32'}"
        self._inputs = Inputs(weights.card.preprocessing, self._device)
        self._cuda = Cuda(self._device) if device.kind == "cuda" else None
        self.module: Any = self._module if self._cuda is not None else weights.module
        self.graphs: Graphs | None = None
        if self._cuda is not None and use_graphs and has_fixed_work(weights):
            self.graphs = Graphs(self._cuda)

    @property
    def run_frames(self) -> Callable[..., RawTensors] | None:
        """On CUDA: frames (H, W, 3) uint8 RGB of any sizes -> raw tensors."""
        return self._run_frames if self._cuda is not None else None

    def run(self, batch: NDArray[np.float32], *given: NDArray[np.float32]) -> RawTensors:
        """Batch (N, 3, H, W) float32 -> raw tensors (N, ...) float32, on CUDA or the CPU."""
        return self._run(partial(torch.from_numpy, batch), given)

    def _run_frames(
        self, frames: Sequence[NDArray[np.uint8]], *given: NDArray[np.float32]
    ) -> RawTensors:
        return self._run(partial(self._inputs.batch, frames), given)

    def _run(
        self, made: Callable[[], Tensor], given: tuple[NDArray[np.float32], ...]
    ) -> RawTensors:
        try:
            with torch.inference_mode(), self._stream():
                inputs = self._uploaded(made(), *map(torch.from_numpy, given))
                return self._handed_on(self._said(inputs))
        except RuntimeError:
            if self.graphs is not None:
                self.graphs.clear()  # What they hold may be the memory that is missing.
            raise

    def watch(self, watch: Watch | None) -> None:
        """Have a ProposalDetector tell this how far it is while it runs, or nobody any more."""
        if isinstance(self._module, ProposalDetector):
            self._module.watch = watch

    def _stream(self) -> AbstractContextManager[Any]:
        return self._cuda.stream() if self._cuda is not None else nullcontext()

    def _uploaded(self, batch: Tensor, *given: Tensor) -> tuple[Tensor, ...]:
        if self._device.type == "cuda" and not batch.is_cuda:
            # Pinned memory lets the copy run beside the GPU's work.
            batch = batch.pin_memory()
        batch = batch.to(self._device, non_blocking=True, memory_format=self._layout)
        return batch, *(tensor.to(self._device) for tensor in given)

    def _said(self, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        network = partial(self._forward, half=self._half)
        return network(*inputs) if self.graphs is None else self.graphs.run(network, inputs)

    def _handed_on(self, raw: RawTensors) -> RawTensors:
        """Raw tensors that hold whatever the network does next."""
        if self.graphs is not None:
            raw = tuple(tensor.clone() for tensor in raw)
        if self._cuda is None:
            return tuple(tensor.cpu() for tensor in raw)
        self._cuda.hand_on(raw)
        return raw

    def _forward(self, *inputs: Tensor, half: bool) -> tuple[Tensor, ...]:
        with self._autocast(half):
            return tuple(tensor.float() for tensor in self._module(*inputs))

    def _autocast(self, half: bool) -> AbstractContextManager[Any]:
        return torch.autocast(self._device.type, torch.bfloat16) if half else nullcontext()

    def _is_half_better(self, size_hw: tuple[int, int]) -> bool:
        """Known for GPUs, measured on the CPU: without bfloat16 instructions it is far slower."""
        if isinstance(self._module, ForeignNet):
            return False  # Its boxes are in pixels of the input, for which bfloat16 is too coarse.
        if isinstance(self._module, ClickNet):
            return False  # Each answer begins from the last: rounding grows into another outline.
        if self._device.type == "cuda":
            return torch.cuda.is_bf16_supported()
        if self._device.type != "cpu":
            return False
        if isinstance(self._module, ProposalDetector):
            return False  # Corners of boxes would be rounded to whole blocks of pixels.
        with torch.inference_mode():
            (batch,) = self._uploaded(torch.zeros(1, 3, *size_hw))
            full, half = (self._seconds(batch, half=h) for h in (False, True))
        return half < _WORTH * full

    def _seconds(self, batch: Tensor, *, half: bool) -> float:
        self._forward(batch, half=half)  # The first pass sets things up.
        start = time.perf_counter()
        self._forward(batch, half=half)
        return time.perf_counter() - start


def has_fixed_work(weights: Weights) -> bool:
    """Whether the network does the same whatever it sees: OpenVINO asks that of it, too."""
    is_foreign = isinstance(weights.module, ForeignNet)
    return not is_foreign and "openvino" in spec_of(weights.card.model).backends
