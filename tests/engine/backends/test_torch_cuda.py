"""What the torch backend does on a GPU: numbers, copies, graphs, and its kinds of trouble."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import models
from engine.backends.graphs import WARM
from engine.backends.inputs import Inputs
from engine.backends.torch import TorchBackend
from engine.bench.models import random_weights
from engine.devices import find
from engine.errors import DeviceError
from engine.pipeline.decode import at_hand
from engine.pipeline.pipeline import Pipeline
from engine.preprocess import Preprocessing, prepare_batch
from engine.values import FrameId
from engine.weights.weights import Weights
from models.contract import SemanticOutput
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


FAIL = """
from dataclasses import replace

import numpy as np
import torch

from engine.backends.graphs import WARM
from engine.backends.torch import TorchBackend
from engine.devices import best
from tests.fakes import TinySegmenter, make_weights


class Asking(TinySegmenter):
    def forward(self, batch):
        return super().forward(batch * float(batch.amax()))  # which waits for the device


batch = np.random.default_rng(0).random((1, 3, 32, 48), dtype=np.float32)
pair = [
    TorchBackend(replace(make_weights(), module=module(3).eval()), best())
    for module in (Asking, TinySegmenter)
]
for backend in pair:
    said = [backend.run(batch)[0] for _ in range(WARM + 3)]
    same = all(torch.allclose(each, said[0], rtol=0.02) for each in said)
    print("same" if same else "other")
for backend in pair:
    print(bool(backend.graphs.why_off))
"""


def network(name: str, side: int = SIDE) -> Weights:
    models.load_all()
    torch.manual_seed(0)
    weights = random_weights(name)
    card = replace(weights.card, preprocessing=Preprocessing((side, side)))
    return replace(weights, card=card)


def batch_of(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 3, SIDE, SIDE), np.float32)


def near(found: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Whether two answers differ by rounding alone."""
    pairs = zip(found, wanted, strict=True)
    return all(
        off(torch.as_tensor(one), torch.as_tensor(other)) < WITHIN[torch.bfloat16]
        for one, other in pairs
    )


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
def test_the_backend_gives_float32_that_stays_there(name: str) -> None:
    weights, batch = network(name), batch_of(3)
    with torch.inference_mode():
        expected = weights.module(torch.from_numpy(batch))
    found = TorchBackend(weights, find("cuda")).run(batch)
    for one, other in zip(found, expected, strict=True):
        assert (one.dtype, one.device.type) == (torch.float32, "cuda")
        assert off(one, other) < WITHIN[torch.bfloat16]


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


def test_frames_go_up_as_they_are_and_become_the_same_inputs_there() -> None:
    """From pinned memory, with a quarter of the bytes; of any sizes, within a colour or so."""
    weights = network("unet32")
    preprocessing, frames = (
        weights.card.preprocessing,
        [make_pixels((200, 300)), make_pixels((50, 40))],
    )
    found = Inputs(preprocessing, torch.device("cuda")).batch(frames)
    wanted = torch.from_numpy(prepare_batch(frames, preprocessing))
    assert found.device.type == "cuda"
    assert (found.cpu() - wanted).abs().max() < 1.4 / 255 / min(preprocessing.std)
    backend = TorchBackend(weights, find("cuda"))
    assert near(backend.run_frames(frames), backend.run(wanted.numpy()))
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profile:
        backend.run_frames(frames)
    copies = [event.name for event in profile.events() if "HtoD" in event.name]
    assert sum("Pinned" in name for name in copies) >= len(frames)


@pytest.mark.parametrize("name", NETWORKS)
def test_replayed_graphs_say_what_plain_passes_say(name: str) -> None:
    weights = network(name)
    plain = TorchBackend(weights, find("cuda"), use_graphs=False)
    backend = TorchBackend(weights, find("cuda"))
    for seed in range(3 * WARM):
        batch = batch_of(1 + seed % 2, seed)
        assert near(backend.run(batch), plain.run(batch))
    assert backend.graphs.recorded == 2
    assert plain.graphs is None


def test_an_answer_is_not_overwritten_by_the_next() -> None:
    backend = TorchBackend(network("unet32"), find("cuda"))
    answers = [backend.run(batch_of(1, seed))[0] for seed in range(WARM + 3)]
    kept = [answer.clone() for answer in answers]
    backend.run(batch_of(1, seed=100))
    assert backend.graphs.recorded == 1
    assert all(map(torch.equal, answers, kept))
    assert not near((answers[-1],), (answers[-2],))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_pipeline_sees_what_is_seen_of_a_copy(name: str) -> None:
    """Decoded there, while the network goes on, as of the same scores on the CPU."""
    weights, frame = network(name), make_pixels((200, 300))
    pipeline = Pipeline(weights, "cuda", "torch")
    raw = pipeline.infer(frame)
    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(lambda: [pipeline.infer(frame[::-1].copy()) for _ in range(2 * WARM)])
        found = [pipeline.decode(replace(raw), FrameId("a.png")) for _ in range(20)]
        others.result()
    assert found == found[:1] * len(found)
    if not isinstance(raw.output, SemanticOutput):
        assert raw.output.boxes.device.type == "cuda"
        wanted = pipeline.decode(replace(raw, output=at_hand(raw.output)), FrameId("a.png"))
        # Whose overlap is all but the limit may go here and stay there.
        same = set(found[0].detections) & set(wanted.detections)
        assert len(same) >= 0.98 * len(wanted.detections)
        return
    assert raw.output.logits.device.type == "cuda"
    here = replace(raw, output=SemanticOutput(raw.output.logits.cpu()))
    wanted = pipeline.decode(here, FrameId("a.png"))
    assert (found[0].label_map.ids != wanted.label_map.ids).mean() < 0.01


def test_two_networks_at_once_say_what_they_say_alone() -> None:
    """While one is recorded, and later, the other goes on."""
    pair = [TorchBackend(network(name), find("cuda")) for name in ("unet32", "yolo_v3_tiny")]
    alone = [
        [plain.run(batch_of(1, seed)) for seed in range(20)]
        for name in ("unet32", "yolo_v3_tiny")
        for plain in [TorchBackend(network(name), find("cuda"), use_graphs=False)]
    ]
    with ThreadPoolExecutor(2) as pool:
        for seed in range(20):
            said = pool.map(lambda backend, seed=seed: backend.run(batch_of(1, seed)), pair)
            for found, wanted in zip(said, alone, strict=True):
                assert near(found, wanted[seed])
    assert [backend.graphs.recorded for backend in pair] == [1, 1]


def test_graphs_give_their_memory_back_where_it_is_lacking() -> None:
    weights, pixels = network("unet32", side=1024), make_pixels((SIDE, SIDE))
    backend = TorchBackend(weights, find("cuda"))
    pipeline = Pipeline(weights, use=backend)
    for _ in range(WARM + 1):
        wanted = pipeline.infer(pixels).output.logits
    assert backend.graphs.recorded == 1
    with no_more_memory(), suppress(DeviceError):
        pipeline.infer_batch([pixels, pixels])  # By halves it may fit, once the graph is gone.
    assert backend.graphs.recorded == 0
    for _ in range(WARM + 1):
        assert near((pipeline.infer(pixels).output.logits,), (wanted,))
    assert backend.graphs.recorded == 1


def test_a_recording_that_fails_is_told_and_costs_nothing() -> None:
    """In a process of its own: nothing more is recorded in that one."""
    done = subprocess.run(
        [sys.executable, "-c", FAIL], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.split() == ["same", "same", "True", "True"], done.stderr[-2000:]
    assert done.stderr.count("without CUDA graphs") == 2


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
