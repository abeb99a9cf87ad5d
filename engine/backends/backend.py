"""What executes a model: batch in, raw tensors out. `choose` picks one, and says which."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.devices import Device, best, find
from engine.errors import DeviceError
from engine.foreign.kinds import KINDS
from models.contract import Model, RawTensors
from models.detector import Watch

if TYPE_CHECKING:
    from engine.weights.weights import Weights

BACKENDS = ("torch", "openvino")
Batch = NDArray[np.float32] | Sequence[NDArray[np.uint8]]
"""What a network is to see: prepared, (N, 3, H, W); or frames as they are, (H, W, 3) each."""
RESTART = "Start the program again, or choose the device cpu."


class Backend(Protocol):
    """Runs the `forward` of one Weights on one device."""

    @property
    def name(self) -> str:
        """torch or openvino."""

    @property
    def device_text(self) -> str:
        """The device and precision really in use, for people."""

    @property
    def device_id(self) -> str:
        """The device as torch names it: cpu, cuda:0, mps."""

    @property
    def module(self) -> Model:
        """The network whose `outputs` takes what `run` gives, where that is."""

    @property
    def run_frames(self) -> Callable[..., RawTensors] | None:
        """`run` for frames as they are, (H, W, 3) uint8 RGB of any sizes, where the device resizes
        and normalises them itself; else None."""

    def run(self, batch: NDArray[np.float32], *given: NDArray[np.float32]) -> RawTensors:
        """Batch (N, 3, H, W) float32 -> raw tensors (N, ...) float32, on the CPU or on CUDA.

        `given` is what else the network's `forward` takes: proposals (N, P, 4).
        """

    def watch(self, watch: Watch | None) -> None:
        """Have a ProposalDetector tell this how far it is while it runs, or nobody any more."""


def choose(weights: "Weights", device: str = "auto", backend: str = "auto") -> Backend:
    """The backend asked for, or with "auto" the fastest: a GPU, then OpenVINO, then torch.

    DeviceError says what is missing; nothing else is ever taken instead.
    """
    allowed = _allowed(weights)
    if backend not in ("auto", *BACKENDS):
        raise DeviceError(
            f"There is no backend {backend}.", hint=f"Choose auto, {' or '.join(BACKENDS)}."
        )
    # OpenVINO runs on the CPU, so asking for it settles the device too.
    wanted = "cpu" if device == "auto" and backend == "openvino" else device
    chosen = best() if wanted == "auto" else find(wanted)
    if backend == "auto":
        backend = "openvino" if chosen.kind == "cpu" and "openvino" in allowed else "torch"
    if backend not in allowed:
        raise DeviceError(
            f"The model {weights.card.model} does not run on {backend}.",
            hint=f"Choose {' or '.join(allowed)}.",
        )
    try:
        return _make(weights, backend, chosen)
    except (RuntimeError, MemoryError) as error:
        raise_if_lost(error, chosen.id)
        if not is_out_of_memory(error):
            raise
        raise DeviceError(
            f"{weights.name} does not fit into the memory of {chosen.id} ({chosen.name}).",
            hint="Close other programs that use it, choose smaller weights, or the device cpu.",
        ) from error


def _allowed(weights: "Weights") -> tuple[str, ...]:
    from engine.weights.build import spec_of

    return spec_of(weights.card.model).backends


def _make(weights: "Weights", backend: str, device: Device) -> Backend:
    if backend == "torch":
        from engine.backends.torch import TorchBackend

        return TorchBackend(weights, device)
    if device.kind != "cpu":
        raise DeviceError(
            f"OpenVINO runs on the CPU here, not on {device.id}.",
            hint="Choose the backend torch, or the device cpu.",
        )
    if weights.card.model in KINDS:
        from engine.backends.openvino_file import OpenvinoFileBackend

        return OpenvinoFileBackend(weights)
    from engine.backends.openvino import OpenvinoBackend

    return OpenvinoBackend(weights)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether this is a device's or the machine's way to say that memory is used up."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(
        words in text for words in ("can't allocate memory", "out of memory", "bad_alloc")
    )


def raise_if_lost(error: BaseException, device: str, *, hint: str = RESTART) -> None:
    """DeviceError if this is torch's way to say that a device has stopped working: nothing more
    runs on it in this process."""
    import torch

    if isinstance(error, torch.AcceleratorError) and not is_out_of_memory(error):
        raise DeviceError(f"{device} has stopped working.", hint=hint) from error
