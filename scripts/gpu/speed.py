"""How fast systems are: plain torch in float32 against our path, and against what the device can.

Every time is in milliseconds, a median. Weights are random, inputs are noise.
"""

import copy
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.backends.torch import TorchBackend
from engine.bench.clock import median_ms
from engine.bench.cost import cost_of
from engine.bench.models import random_weights
from engine.devices import Device, find
from engine.errors import AppError
from engine.pipeline.decode import at_hand
from engine.pipeline.pipeline import Pipeline
from engine.preprocess import Preprocessing, prepare_batch
from engine.values import FrameId
from engine.weights.weights import Weights
from models import load_all
from models.contract import DetectionOutput, Model, Output, SemanticOutput
from scripts.gpu.live import measure_live
from scripts.gpu.parts import write_result
from scripts.gpu.table import Settings

PRODUCTS = 10


def measure(settings: Settings, result: Path, seconds: float) -> None:
    """Measure every system until the time is over, and write after each what is known."""
    load_all()
    end = time.monotonic() + seconds
    device = find(settings.device)
    rate = matrix_rate(torch.device(device.id), settings)
    found: dict[str, Any] = {"device": device.name, "matrix_tflops": rate / 1e12, "systems": []}
    write_result(result, found)
    for name in settings.systems:
        if time.monotonic() > end:
            found["systems"].append({"system": name, "trouble": "no time was left"})
        else:
            found["systems"] += _measured(name, device, settings, rate)
        write_result(result, found)


def _measured(name: str, device: Device, settings: Settings, rate: float) -> list[dict[str, Any]]:
    try:
        return measure_system(name, device, settings, rate)
    except (AppError, RuntimeError) as error:  # the others are measured all the same
        return [{"system": name, "trouble": str(error)[:300]}]


def matrix_rate(device: torch.device, settings: Settings) -> float:
    """Operations a second of a large product of random matrices in bfloat16."""
    side = settings.matrix
    a, b = (torch.randn(side, side, device=device, dtype=torch.bfloat16) for _ in range(2))

    def multiply() -> None:
        for _ in range(PRODUCTS):
            a @ b
        _wait(device)

    return PRODUCTS * 2 * side**3 / (median_ms(multiply, seconds=settings.seconds) / 1000)


def system_of(name: str, side: int) -> Weights:
    """A system with random weights that sees pictures of this size."""
    torch.manual_seed(0)
    weights = random_weights(name)
    card = replace(weights.card, preprocessing=Preprocessing((side, side)))
    return replace(weights, card=card)


def measure_system(
    name: str, device: Device, settings: Settings, rate: float
) -> list[dict[str, Any]]:
    """A row for each batch size; the first also tells of two at once, of decoding, and of live."""
    weights = system_of(name, settings.side)
    cost = cost_of(weights.module, (settings.side, settings.side))
    plain = copy.deepcopy(weights.module).to(device.id)
    pair = [TorchBackend(weights, device) for _ in range(2)]
    no_graphs = TorchBackend(weights, device, use_graphs=False)
    rows = []
    for size in settings.batches:
        row: dict[str, Any] = {"system": name, "batch": size}
        rows.append(row)
        try:
            row |= _measure_batch((plain, pair[0], no_graphs), size, settings)
            if len(rows) == 1:
                row |= _measure_two(pair, size, settings)
                row |= _measure_frame(pair[0], weights.card.preprocessing, settings)
                row |= _measure_decode(Pipeline(weights, use=pair[0]), settings)
        except RuntimeError as error:
            row["trouble"] = str(error)[:300]
            continue
        operations = 2 * cost.multiply_adds * size
        row["share_of_matrix_rate"] = operations / (row["network_ms"] / 1000) / rate
        row["times"] = row["eager_ms"] / row["ours_ms"]
    if name in settings.live:
        rows[0] |= measure_live(weights, plain, device, settings)
    return rows


def _noise(size: int, settings: Settings) -> NDArray[np.float32]:
    """A batch (N, 3, H, W)."""
    shape = (size, 3, settings.side, settings.side)
    return np.random.default_rng(0).standard_normal(shape, np.float32)


def _measure_batch(
    ways: tuple[Model, TorchBackend, TorchBackend], size: int, settings: Settings
) -> dict[str, Any]:
    plain, backend, no_graphs = ways
    device = torch.device(backend.device_id)
    batch = _noise(size, settings)

    def eager() -> None:
        with torch.no_grad():
            for tensor in plain(torch.from_numpy(batch).to(device)):
                tensor.cpu()

    tuned = copy.deepcopy(plain).to(memory_format=torch.channels_last)
    there = torch.from_numpy(batch).to(device, memory_format=torch.channels_last)
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, cache_enabled=False):

        def network() -> None:
            tuned(there)
            _wait(device)

        network_ms = _median(network, settings)
    return {
        "eager_ms": _median(eager, settings),
        "ours_ms": _median(lambda: backend.run(batch), settings),
        "no_graph_ms": _median(lambda: no_graphs.run(batch), settings),
        "network_ms": network_ms,
        "graphs": backend.graphs.recorded if backend.graphs is not None else 0,
        "why_no_graphs": backend.graphs.why_off if backend.graphs is not None else "",
    }


def _measure_two(pair: Sequence[TorchBackend], size: int, settings: Settings) -> dict[str, float]:
    """Two models on the same batch: in turn, and at once on a stream each."""
    batch = _noise(size, settings)

    def in_turn() -> None:
        for backend in pair:
            backend.run(batch)

    with ThreadPoolExecutor(len(pair)) as pool:

        def at_once() -> None:
            list(pool.map(lambda backend: backend.run(batch), pair))

        return {
            "two_in_turn_ms": _median(in_turn, settings),
            "two_at_once_ms": _median(at_once, settings),
        }


def _measure_frame(
    backend: TorchBackend, preprocessing: Preprocessing, settings: Settings
) -> dict[str, float]:
    """A frame until the network has answered: resized and normalised there, and on the CPU."""
    frames = [_frame(settings)]

    def prepared_here() -> None:
        backend.run(prepare_batch(frames, preprocessing))

    found = {"prepared_here_ms": _median(prepared_here, settings)}
    if backend.run_frames is not None:
        found["frame_ms"] = _median(partial(backend.run_frames, frames), settings)
    return found


def _frame(settings: Settings) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (*settings.frame_hw, 3), dtype=np.uint8)


def _measure_decode(pipeline: Pipeline, settings: Settings) -> dict[str, float]:
    """What was said of a frame until it is seen: where the network said it, and all copied first.

    Of noise, in which the CPU finds more outlines, and more candidates, than in pictures.
    """
    raw = pipeline.infer(_frame(settings))

    def copied() -> SemanticOutput | DetectionOutput:
        if isinstance(raw.output, SemanticOutput):
            return SemanticOutput(raw.output.logits.cpu())
        assert isinstance(raw.output, DetectionOutput)
        return at_hand(raw.output)

    def decode(output: Output) -> None:
        pipeline.decode(replace(raw, output=output), FrameId("noise"))

    return {
        "decode_ms": _median(lambda: decode(raw.output), settings),
        "copied_decode_ms": _median(lambda: decode(copied()), settings),
    }


def _median(work: Callable[[], Any], settings: Settings) -> float:
    return median_ms(work, seconds=settings.seconds, at_least=3)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
