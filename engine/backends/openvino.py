"""Runs a model with OpenVINO on the CPU, two to four times faster than torch there."""

import functools
import hashlib
import io
import logging
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import torch
from numpy.typing import NDArray
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

from engine.devices import cpu
from engine.errors import WeightsError
from engine.files import replacing
from engine.folders import cache_folder
from engine.weights.weights import Weights
from models.click.click_net import ClickNet
from models.contract import Model, RawTensors
from models.detector import Watch

logger = logging.getLogger(__name__)

# Compiled models kept in the cache; the oldest make room.
_KEPT = 24
# OpenVINO's first calls must not meet in two threads: one waits for a static variable and holds the
# interpreter's lock, for which the other waits while it makes that variable. All would stand still.
SETTING_UP = threading.RLock()
_PRECISIONS = {"bfloat16": "bf16", "float16": "f16", "float": "f32", "float32": "f32"}


@functools.cache
def core() -> Any:
    """The one Core of this process, which keeps OpenVINO's threads; ask for it while setting up.

    Without a Core they end with their network. One that had just run it may then be the last to
    hold it: it ends itself, and writes into memory that it has freed.
    """
    return openvino.Core()


class OpenvinoBackend:
    """The model converted in memory and compiled for pictures of its input size.

    One picture takes all cores, for the shortest delay; a batch spreads its pictures over them.
    """

    name = "openvino"
    device_id = "cpu"
    run_frames = None

    def __init__(self, weights: Weights) -> None:
        self.module = weights.module
        self._digest = _digest(weights)
        self._requests: dict[tuple[int, int], Any] = {}
        self._queues: dict[tuple[int, int], Any] = {}
        with SETTING_UP:
            request = self._request(weights.card.preprocessing.size_hw)
            kind = request.get_compiled_model().get_property("INFERENCE_PRECISION_HINT")
        self.device_text = f"{cpu().name}, {precision_of(kind)}"

    def run(self, batch: NDArray[np.float32], *given: NDArray[np.float32]) -> RawTensors:
        """Batch (N, 3, H, W) float32 -> raw tensors (N, ...) float32; nothing else is taken."""
        if given:
            raise TypeError("OpenVINO runs networks of one input here.")
        size_hw = batch.shape[2], batch.shape[3]
        if len(batch) > 1:
            raw = self._run_many(batch, size_hw)
        else:
            raw = _infer(self._request(size_hw), batch)
        return tuple(torch.from_numpy(array) for array in raw)

    def watch(self, watch: Watch | None) -> None:
        """Nothing: what runs here is given no proposals and is fast."""

    def _run_many(
        self, batch: NDArray[np.float32], size_hw: tuple[int, int]
    ) -> tuple[NDArray[np.float32], ...]:
        queue = self._queues.get(size_hw)
        if queue is None:
            with SETTING_UP:
                queue = openvino.AsyncInferQueue(self._compiled(size_hw, "THROUGHPUT"))
            self._queues[size_hw] = queue
        found: list[Any] = [None] * len(batch)

        def keep(request: Any, index: int) -> None:
            found[index] = [t.data.astype(np.float32) for t in request.output_tensors]

        queue.set_callback(keep)
        for index in range(len(batch)):
            queue.start_async([batch[index : index + 1]], index)
        queue.wait_all()
        return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))

    def _request(self, size_hw: tuple[int, int]) -> Any:
        if size_hw not in self._requests:
            with SETTING_UP:
                request = self._compiled(size_hw, "LATENCY").create_infer_request()
                _infer(request, np.zeros((1, 3, *size_hw), np.float32))
            self._requests[size_hw] = request
        return self._requests[size_hw]

    def _compiled(self, size_hw: tuple[int, int], hint: str) -> Any:
        config = {"PERFORMANCE_HINT": hint}
        if isinstance(self.module, ClickNet):
            # Each answer begins from the last: rounding grows into another outline.
            config["INFERENCE_PRECISION_HINT"] = "f32"
        text = f"{self._digest} {size_hw} {hint} {openvino.get_version()} {cpu().name}"
        path = _cache_folder() / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.blob"
        compiled = _read(path, config)
        if compiled is None:
            compiled = core().compile_model(convert(self.module, size_hw), "CPU", config)
            _keep(compiled, path)
        return compiled


def _infer(request: Any, batch: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    request.infer([batch], share_inputs=True)
    # Copied, as the request reuses its memory for the next picture.
    return tuple(t.data.astype(np.float32) for t in request.output_tensors)


def precision_of(kind: Any) -> str:
    """A kind of numbers, as OpenVINO has it, in short."""
    text = kind.to_string() if hasattr(kind, "to_string") else str(kind)
    name = text.removeprefix("<Type: '").removesuffix("'>")
    return _PRECISIONS.get(name, name)


def _digest(weights: Weights) -> str:
    """A hash of the model's kind, its options and every one of its numbers.

    A live option changes what is computed, and neither a number nor a module's text.
    """
    options = sorted(weights.card.options.items())
    digest = hashlib.blake2b(f"{weights.card.model} {options} {weights.module!r}".encode())
    for name, tensor in weights.module.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def convert(module: Model, size_hw: tuple[int, int]) -> Any:
    """The module as an OpenVINO model for one picture (1, 3, H, W).

    Not by `openvino.convert_model`: that reports its use over the network without asking, and
    runs the model five times more than needed.
    """
    example = torch.zeros(1, 3, *size_hw)
    with torch.no_grad(), warnings.catch_warnings(), ctrl_c_waits():
        warnings.simplefilter("ignore")  # Tracing is deprecated, but all that OpenVINO reads.
        traced = torch.jit.trace(module, example, check_trace=False, strict=False)  # type: ignore[no-untyped-call]
        decoder = TorchScriptPythonDecoder(torch.jit.freeze(traced), example_input=(example,))
        front = FrontEndManager().load_by_framework("pytorch")
        model = front.convert(front.load(decoder))
    # The frontend leaves the type open, and what comes before the first weights could not guess it.
    for parameter in model.get_parameters():
        parameter.set_element_type(openvino.Type.f32)
    model.validate_nodes_and_infer_types()
    model.reshape([1, 3, *size_hw])
    return model


@contextmanager
def ctrl_c_waits() -> Iterator[None]:
    """Ctrl+C acts at the end of this: C++ that calls Python back dies of an interrupt in there."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield  # Only the main thread is interrupted.
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        signal.raise_signal(signal.SIGINT)


def read_model(path: Path) -> Any:
    """A network that somebody brings, in ONNX or in OpenVINO's own form. WeightsError where the
    file is neither."""
    if not path.is_file():
        raise WeightsError(f"{path} does not exist.", hint="Check the spelling of the path.")
    try:
        with SETTING_UP:
            return core().read_model(path)
    except (RuntimeError, UnicodeError) as error:  # The latter of a damaged name inside.
        raise WeightsError(
            f"{path.name} cannot be read as ONNX.", hint="Export it again, or copy it anew."
        ) from error


def compile_for_cpu(model: Any) -> Any:
    """Such a network, ready to be called."""
    with SETTING_UP:
        return core().compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"})


def _cache_folder() -> Path:
    return cache_folder() / "compiled"


def _read(path: Path, config: dict[str, str]) -> Any | None:
    """The compiled model in the cache, if there is one that this OpenVINO accepts."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    try:
        compiled = core().import_model(io.BytesIO(data), "CPU", config)
    except RuntimeError as error:
        logger.info("A compiled model in the cache is of no use: %s", error)
        return None
    _touch(path)
    return compiled


def _touch(path: Path) -> None:
    try:
        os.utime(path)
    except OSError as error:
        logger.info("The cache is read-only: %s", error)


def _keep(compiled: Any, path: Path) -> None:
    """Write the compiled model to the cache; a cache that cannot be written only costs time."""
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(compiled.export_model().getvalue())
        for old in sorted(path.parent.glob("*.blob"), key=os.path.getmtime)[:-_KEPT]:
            old.unlink(missing_ok=True)
    except (OSError, RuntimeError) as error:
        logger.info("The compiled model was not cached: %s", error)
