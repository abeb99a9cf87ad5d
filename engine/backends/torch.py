"""Runs a model with torch, on any device: CUDA, MPS or the CPU."""

import copy
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.devices import Device
from engine.foreign.network import ForeignNet
from engine.weights.weights import Weights
from models.click.click_net import ClickNet
from models.detector import ProposalDetector, Watch

# bfloat16 must beat float32 by this much on the CPU to be worth its lower precision.
_WORTH = 0.85


class TorchBackend:
    """Eager torch: channels_last everywhere, bfloat16 where the device is faster with it."""

    name = "torch"

    def __init__(self, weights: Weights, device: Device) -> None:
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

    def run(
        self, batch: NDArray[np.float32], *given: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], ...]:
        """Batch (N, 3, H, W) float32 -> raw tensors (N, ...) float32 on the CPU."""
        with torch.inference_mode():
            further = [torch.from_numpy(array) for array in given]
            raw = self._forward(torch.from_numpy(batch), *further, half=self._half)
            return tuple(t.float().cpu().numpy() for t in raw)

    def watch(self, watch: Watch | None) -> None:
        """Have a ProposalDetector tell this how far it is while it runs, or nobody any more."""
        if isinstance(self._module, ProposalDetector):
            self._module.watch = watch

    def _forward(self, batch: Tensor, *given: Tensor, half: bool) -> tuple[Tensor, ...]:
        if self._device.type == "cuda":
            # Pinned memory lets the copy run beside the GPU's work.
            batch = batch.pin_memory()
        batch = batch.to(self._device, non_blocking=True, memory_format=self._layout)
        with self._autocast(half):
            result: tuple[Tensor, ...] = self._module(
                batch, *(tensor.to(self._device) for tensor in given)
            )
        return result

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
        batch = torch.zeros(1, 3, *size_hw)
        with torch.inference_mode():
            full, half = (self._seconds(batch, half=h) for h in (False, True))
        return half < _WORTH * full

    def _seconds(self, batch: Tensor, *, half: bool) -> float:
        self._forward(batch, half=half)  # The first pass sets things up.
        start = time.perf_counter()
        self._forward(batch, half=half)
        return time.perf_counter() - start
