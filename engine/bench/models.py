"""Models side by side: size, work, memory, speed and score, on the same frames."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.bench.registry import Measurement, register
from engine.errors import AppError, ConfigError
from engine.jobs import CancelToken, Progress, no_progress

if TYPE_CHECKING:
    from engine.bench.cost import Cost
    from engine.devices import Device
    from engine.weights.weights import Weights

Pixels = NDArray[np.uint8]

MADE_HW = (480, 640)
MOST_FRAMES = 16
SCORES = ("miou", "ap", "top1")
COUNTED = "counted: float32 weights and the most activations at once"
MEASURED = "measured: the most that CUDA allocated"


@dataclass(frozen=True)
class Plan:
    """What to measure: weights by name or path, registered models with random weights ("all" for
    every one), or with neither the bundled weights; where; and a list to score on.

    Device and backend are "all" that there are, "auto" for the fastest, or a name. `frames` are
    (H, W, 3) uint8 RGB; without any, the list's first pictures, or made ones of 640x480.
    """

    weights: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    device: str = "all"
    backend: str = "all"
    data: Path | None = None
    seconds: float = 2.0
    frames: tuple[Pixels, ...] = ()


@dataclass(frozen=True)
class Measured:
    """One model on one backend and device. Times are of one frame after another, pixels to
    prediction; `trouble` says why there are none."""

    name: str
    model: str
    task: str
    backend: str
    device: str
    input_hw: tuple[int, int]
    parameters: int = 0
    multiply_adds: int = 0
    memory_bytes: int = 0
    memory_how: str = COUNTED
    latency_ms: float = 0.0
    network_ms: float = 0.0
    fps: float = 0.0
    frames: int = 0
    score: float | None = None
    score_name: str = ""
    trouble: str = ""

    def as_json(self) -> dict[str, Any]:
        """The row as `maskloop bench models --json` prints it below "models"."""
        names = self.__dataclass_fields__
        result = {name: getattr(self, name) for name in names}
        return result | {
            "input_hw": list(self.input_hw),
            **{key: round(getattr(self, key), 3) for key in ("latency_ms", "network_ms", "fps")},
        }

    def rows(self) -> list[Measurement]:
        """Its time and rate as rows of `maskloop bench`."""
        if self.trouble:
            return []
        where = f"models.{self.name}.{self.backend}.{self.device}"
        return [
            Measurement(f"{where}.latency", self.latency_ms, "ms"),
            Measurement(f"{where}.fps", self.fps, "frames/s", more_is_better=True),
        ]


@register("models")
def measure_models() -> list[Measurement]:
    """The bundled weights on every device and backend that there is."""
    return [row for found in measure(Plan()) for row in found.rows()]


def measure(
    plan: Plan, *, progress: Progress = no_progress, cancel: CancelToken | None = None
) -> Iterator[Measured]:
    """Measure one after another, each on every device and backend of the plan.

    ConfigError for a model that is not registered. What cannot run where it is asked to gives a
    row with its trouble.
    """
    cancel = cancel or CancelToken()
    loaders = _loaders(plan)
    frames = plan.frames or _frames(plan.data)
    for number, (name, load) in enumerate(loaders):
        cancel.check()
        progress(number, len(loaders), name)
        try:
            weights = load()
        except AppError as error:
            yield Measured(name, "", "", "", "", (0, 0), trouble=str(error))
            continue
        yield from _measure_weights(weights, plan, frames, cancel)
    progress(len(loaders), len(loaders), "")


def _loaders(plan: Plan) -> list[tuple[str, Any]]:
    """What to measure: a name, and what loads or makes the weights."""
    import models as networks
    from engine.weights.library import bundled_live
    from engine.weights.load import load
    from models import registry

    networks.load_all()
    known = registry.names()
    wanted = known if plan.models == ("all",) else plan.models
    for name in wanted:
        if name not in known:
            raise ConfigError(
                f"No model is called {name}.", hint=f"Known: all, {', '.join(known)}."
            )
    given = plan.weights or (() if wanted else tuple(str(path) for path in bundled_live()))
    named = [(Path(name).stem, partial(load, name)) for name in given]
    return [*named, *((name, partial(random_weights, name)) for name in wanted)]


def random_weights(name: str) -> "Weights":
    """A registered model of its paper's size, untrained, for twenty objects."""
    from engine.preprocess import Preprocessing
    from engine.values import Label
    from engine.weights.card import Card
    from engine.weights.weights import Weights
    from models import registry
    from models.task import Task

    spec = registry.get(name)
    first = 0 if spec.task is Task.SEMANTIC else 1
    labels = tuple(Label(i, f"label {i}", (11 * i, 90, 255 - 11 * i)) for i in range(first, 21))
    module = spec.build(len(labels)).eval()
    card = Card(name, spec.task, labels, Preprocessing(spec.input_hw))
    return Weights(name, Path(f"{name}.safetensors"), card, module)


def _frames(data: Path | None) -> tuple[Pixels, ...]:
    if data is None:
        return tuple(_made(seed) for seed in range(4))
    from engine.formats.txt_list import read_list
    from engine.sources.picture import read_picture

    return tuple(read_picture(entry.image) for entry in read_list(data).entries[:MOST_FRAMES])


def _made(seed: int) -> Pixels:
    """A picture with large and small shapes: (480, 640, 3)."""
    import cv2

    noise = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    result: Pixels = cv2.resize(noise, MADE_HW[::-1], interpolation=cv2.INTER_CUBIC)
    return result


def _measure_weights(
    weights: "Weights", plan: Plan, frames: Sequence[Pixels], cancel: CancelToken
) -> Iterator[Measured]:
    card = weights.card
    cost = _cost_of(weights)
    for device, backend in _places(weights, plan):
        cancel.check()
        head = (weights.name, card.model, str(card.task), backend)
        try:
            yield _measure_one(weights, (device, backend), plan, (cost, frames, cancel))
        except AppError as error:
            size_hw = card.preprocessing.size_hw
            yield Measured(*head, device.name, size_hw, cost.parameters, trouble=str(error))


def _cost_of(weights: "Weights") -> "Cost":
    """What a pass costs; of a foreign network only the size of its file is known."""
    from engine.bench.cost import Cost, cost_of
    from engine.foreign.network import ForeignNet

    module, size_hw = weights.module, weights.card.preprocessing.size_hw
    if not isinstance(module, ForeignNet):
        return cost_of(module, size_hw)
    size = sum(len(data) for data in module.content.values())
    parameters = sum(parameter.numel() for parameter in module.parameters())
    return Cost(size_hw, parameters, 0, size, 0)


def _places(weights: "Weights", plan: Plan) -> list[tuple["Device", str]]:
    """The devices and backends of the plan; OpenVINO runs on the CPU alone."""
    from engine.backends.backend import BACKENDS
    from engine.devices import best, devices, find
    from engine.weights.build import spec_of

    allowed = spec_of(weights.card.model).backends
    if plan.device == "all":
        chosen = list(devices())
    else:
        chosen = [best() if plan.device == "auto" else find(plan.device)]
    if plan.backend != "all":
        return [(device, plan.backend) for device in chosen]
    return [
        (device, backend)
        for device in chosen
        for backend in BACKENDS
        if backend in allowed and (backend == "torch" or device.kind == "cpu")
    ]


def _measure_one(
    weights: "Weights",
    where: tuple["Device", str],
    plan: Plan,
    given: tuple["Cost", Sequence[Pixels], CancelToken],
) -> Measured:
    from engine.pipeline.pipeline import Pipeline

    (device, backend), (cost, frames, cancel) = where, given
    memory, how = cost.memory_bytes, COUNTED
    if device.kind == "cuda":
        import torch

        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device.id)
    pipeline = Pipeline(weights, device=device.id, backend=backend)
    pipeline.warm_up()
    times, network, seconds = _time(pipeline, frames, plan.seconds, cancel)
    if device.kind == "cuda":
        memory, how = torch.cuda.max_memory_allocated(device.id), MEASURED
    score, score_name = _score(pipeline, plan.data, cancel)
    return Measured(
        name=weights.name,
        model=weights.card.model,
        task=str(weights.card.task),
        backend=pipeline.backend_name,
        device=pipeline.device_text,
        input_hw=cost.size_hw,
        parameters=cost.parameters,
        multiply_adds=cost.multiply_adds,
        memory_bytes=memory,
        memory_how=how,
        latency_ms=1000 * median(times),
        network_ms=1000 * median(network),
        fps=len(times) / seconds,
        frames=len(times),
        score=score,
        score_name=score_name,
    )


def _time(
    pipeline: Any, frames: Sequence[Pixels], seconds: float, cancel: CancelToken
) -> tuple[list[float], list[float], float]:
    """Seconds of each pass over the frames in turn, those of the network alone, and of all."""
    from engine.values import FrameId

    times: list[float] = []
    network: list[float] = []
    begin = time.perf_counter()
    while len(times) < max(3, len(frames)) or time.perf_counter() - begin < seconds:
        cancel.check()
        pixels = frames[len(times) % len(frames)]
        start = time.perf_counter()
        raw = pipeline.infer(pixels)
        pipeline.decode(raw, FrameId("bench"))
        times.append(time.perf_counter() - start)
        network.append(raw.seconds["network"])
    return times, network, time.perf_counter() - begin


def _score(pipeline: Any, data: Path | None, cancel: CancelToken) -> tuple[float | None, str]:
    """The main score on a list, and what it is called."""
    if data is None:
        return None, ""
    from engine.evaluation.evaluate import evaluate
    from engine.metric_names import metric_name

    metrics = evaluate(pipeline, data, cancel=cancel).metrics
    for key in SCORES:
        if metrics.get(key) is not None:
            return float(metrics[key]), metric_name(key)
    return None, ""
