"""What the torch backend does on a GPU: numbers, copies, graphs, and its kinds of trouble."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import models
from engine.backends.torch import TorchBackend
from engine.bench.models import random_weights
from engine.devices import find
from engine.errors import DeviceError
from engine.pipeline.pipeline import Pipeline
from engine.preprocess import Preprocessing
from engine.weights.weights import Weights
from tests.make import make_pixels

pytestmark = pytest.mark.gpu
ROOT = Path(__file__).resolve().parents[3]
NETWORKS = ("unet32", "deeplab_v3plus_mobilenet", "yolo_v3_tiny")
SIDE = 128
WITHIN = {torch.float32: 0.005, torch.float16: 0.01, torch.bfloat16: 0.03}
"""How far the answer of a network of random weights may be off, by its length: convolutions in
float32 multiply in TF32 by torch's default."""
LOSE = """
import numpy as np
import torch

from engine.errors import DeviceError
from engine.pipeline.pipeline import Pipeline
from tests.fakes import make_weights

pipeline = Pipeline(make_weights(), "cuda", "torch")
pipeline.warm_up()
try:
    torch.zeros(1, device="cuda")[torch.tensor([7], device="cuda")]
    torch.cuda.synchronize()
except RuntimeError:
    pass
try:
    pipeline.infer(np.zeros((32, 48, 3), np.uint8))
except DeviceError as error:
    print(error)
"""


def network(name: str, side: int = SIDE) -> Weights:
    models.load_all()
    torch.manual_seed(0)
    weights = random_weights(name)
    card = replace(weights.card, preprocessing=Preprocessing((side, side)))
    return replace(weights, card=card)


def batch_of(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 3, SIDE, SIDE), np.float32)


def off(found: torch.Tensor, expected: torch.Tensor) -> float:
    """The length of what differs, as a share of the expected length."""
    expected = expected.double().cpu()
    return float((found.double().cpu() - expected).norm() / expected.norm())


@contextmanager
def no_more_memory() -> Iterator[None]:
    """Torch gets no more of the device's memory than it has."""
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(torch.cuda.memory_reserved() / total)
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


@pytest.mark.parametrize("dtype", WITHIN, ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_says_what_it_says_on_the_cpu(name: str, dtype: torch.dtype) -> None:
    weights, batch = network(name), torch.from_numpy(batch_of(2))
    with torch.inference_mode():
        expected = weights.module(batch)
        module = weights.module.to("cuda")
        with torch.autocast("cuda", dtype, enabled=dtype is not torch.float32):
            found = module(batch.to("cuda"))
    for one, other in zip(found, expected, strict=True):
        assert off(one, other) < WITHIN[dtype]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_backend_gives_float32_on_the_cpu(name: str) -> None:
    weights, batch = network(name), batch_of(3)
    with torch.inference_mode():
        expected = weights.module(torch.from_numpy(batch))
    found = TorchBackend(weights, find("cuda")).run(batch)
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == np.float32
        assert off(torch.from_numpy(one), other) < WITHIN[torch.bfloat16]


def test_the_picture_is_copied_from_pinned_memory() -> None:
    backend = TorchBackend(network("unet32"), find("cuda"))
    batch = batch_of(4)
    backend.run(batch)
    activities = [torch.profiler.ProfilerActivity.CUDA]
    with torch.profiler.profile(activities=activities) as profile:
        backend.run(batch)
    copies = [event.name for event in profile.events() if "HtoD" in event.name]
    assert copies
    assert all("Pinned" in name for name in copies)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_can_be_captured_as_a_graph(name: str) -> None:
    module = network(name).module.to("cuda")
    batch = torch.from_numpy(batch_of(1)).to("cuda")
    other = torch.from_numpy(batch_of(1, seed=1)).to("cuda")
    # Weights that autocast keeps would be freed between the replays.
    with torch.inference_mode(), torch.autocast("cuda", torch.bfloat16, cache_enabled=False):
        expected = [tensor.clone() for tensor in module(other)]
        stream = torch.cuda.Stream()
        with torch.cuda.stream(stream):
            module(batch)
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            found = module(batch)
        batch.copy_(other)
        graph.replay()
    for one, wanted in zip(found, expected, strict=True):
        assert off(one, wanted) < WITHIN[torch.bfloat16]


def test_lack_of_memory_is_told_and_passes() -> None:
    pipeline = Pipeline(network("unet32", side=1024), "cuda", "torch")
    pixels = make_pixels((SIDE, SIDE))
    with no_more_memory(), pytest.raises(DeviceError, match="Out of memory"):
        pipeline.infer(pixels)
    assert pipeline.infer(pixels).output is not None


def test_a_lost_device_is_told() -> None:
    """In a process of its own: nothing runs on the device in that one any more."""
    done = subprocess.run(
        [sys.executable, "-c", LOSE], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert "has stopped working" in done.stdout, done.stderr[-2000:]


def test_weights_that_do_not_fit_are_told() -> None:
    torch.zeros(1, device="cuda")
    with no_more_memory(), pytest.raises(DeviceError, match="does not fit"):
        Pipeline(network("unet128"), "cuda", "torch")
