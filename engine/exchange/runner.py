"""Runs a network that was brought, before anybody has said what its outputs mean."""

import threading
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.backends.openvino_file import compiled, infer
from engine.devices import cpu
from engine.exchange.brought import Brought
from engine.foreign.head import Feed
from engine.foreign.network import ForeignNet, fed, joined, run_script
from engine.foreign.seen import Seen
from engine.weights.weights import Weights
from models.contract import RawTensors
from models.detector import Watch


class Runner:
    """The network on the CPU; compiled again where another size or form is asked for."""

    def __init__(self, brought: Brought) -> None:
        self.brought = brought
        self._form: tuple[Any, ...] = ()
        self._request: Any = None
        self._turn = threading.Lock()

    def outputs(self, batch: Tensor, feed: Feed) -> list[Seen]:
        """All that the network gives for a batch (1, 3, H, W). WeightsError where it cannot."""
        size_hw = (batch.shape[2], batch.shape[3])
        if self.brought.script is not None:
            return self._run_script(self.brought.script, batch, feed)
        with self._turn:
            form = (size_hw, feed.channels, feed.is_last, feed.kind)
            if form != self._form:
                self._form = ()
                self._request = compiled(self.brought.content, feed, size_hw, is_exact=True)
                self._form = form
            arrays = infer(self._request, fed(batch, feed))
            ports = self._request.get_compiled_model().outputs
        names = [min(port.get_names(), default=f"output{i}") for i, port in enumerate(ports)]
        return [Seen(name, array) for name, array in zip(names, arrays, strict=True)]

    def _run_script(self, script: nn.Module, batch: Tensor, feed: Feed) -> list[Seen]:
        with torch.inference_mode():
            found = run_script(script, fed(batch, feed))
        return [Seen(name, tensor.numpy()) for name, tensor in found.items()]


class TrialBackend:
    """A Runner as a Backend, under the head of these weights."""

    name = "trial"
    device_id = "cpu"
    run_frames = None

    def __init__(self, runner: Runner, weights: Weights) -> None:
        assert isinstance(weights.module, ForeignNet)
        self._runner, self.module = runner, weights.module
        self.device_text = cpu().name

    def run(self, batch: NDArray[np.float32], *given: NDArray[np.float32]) -> RawTensors:
        """Batch (N, 3, H, W) float32 -> the parts that the head reads, each (N, ...)."""
        feed, head = self.module.feed, self.module.head
        found = [self._runner.outputs(torch.from_numpy(one[None]), feed) for one in batch]
        raw = joined([[torch.from_numpy(s.array) for s in each] for each in found], head)
        return tuple(tensor.float() for tensor in raw)

    def watch(self, watch: Watch | None) -> None:
        """Nothing: it is given no proposals."""
