"""Training on a GPU: each kind of numbers, pinned batches, NCCL, and lack of memory."""

import socket

import numpy as np
import pytest
import torch

from engine.datasets.augment import Augment
from engine.datasets.batch import Loader
from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.errors import DeviceError
from engine.preprocess import Preprocessing
from engine.training.events import Ended, Started
from engine.training.ranks import Ranks, losses_of
from engine.weights.load import load
from models.contract import SemanticTarget
from models.task import Task
from tests.make_run import Plain, of, run
from tests.make_run import losses_of as losses_in

gpu = pytest.mark.gpu
DEVICES = ("cpu", pytest.param("cuda:0", marks=gpu))


@gpu
@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_a_run_learns(config, precision):
    events = run(config, "epochs=8", f"precision={precision}", "device=cuda")
    (start,) = of(events, Started)
    assert (start.precision, start.device) == (precision, "cuda:0")
    losses = losses_in(events)
    assert np.isfinite(losses).all()
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    assert load(of(events, Ended)[0].weights).card.config["precision"] == precision


@gpu
def test_a_stopped_run_goes_on(config):
    half = ("precision=float16", "device=cuda")
    first = run(config, *half, stop_after=3)
    assert of(first, Ended)[0].stopped
    rest = run(config, *half, "resume=true")
    assert len(losses_in(first) + losses_in(rest)) == 4


@gpu
def test_batches_are_pinned(config):
    source = open_list(config.parent / "list.txt", Task.SEMANTIC)
    dataset = ListDataset(source, Preprocessing((32, 32)), augment=Augment(), seed=0)
    with Loader(dataset, [[0, 1]], pinned=True) as loader:
        assert next(loader).inputs.is_pinned()


@gpu
def test_lack_of_memory_is_told(config):
    torch.zeros(1, device="cuda")
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(512 * 2**20 / total)
    try:
        with pytest.raises(DeviceError, match="ran out of memory at batch size 2"):
            run(config, "device=cuda", "size_hw=[2048, 2048]")
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
        torch.cuda.empty_cache()


@pytest.mark.parametrize("name", DEVICES)
def test_a_group_of_one_process_talks_over_its_backend(name, monkeypatch):
    """NCCL on a GPU. The process believes in a second one, whose share is nothing."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    told = {"RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    for key, value in {**told, "GLOO_SOCKET_IFNAME": "lo", "NCCL_SOCKET_IFNAME": "lo"}.items():
        monkeypatch.setenv(key, value)
    device, ranks = torch.device(name), Ranks(0, 2)
    torch.manual_seed(0)
    model = Plain(2).to(device)
    batch = torch.rand(2, 3, 8, 8, device=device)
    targets = [SemanticTarget(torch.ones(8, 8, dtype=torch.long, device=device))] * 2
    alone = sum(model.losses(batch, targets).values())
    expected = torch.autograd.grad(alone, list(model.parameters()))
    with ranks.joined(device):
        assert ranks.any(True, device)
        assert not ranks.any(False, device)
        assert ranks.sum(torch.ones(3, device=device)).tolist() == [1, 1, 1]
        shared = losses_of(model, ranks)
        sum(shared(batch, targets).values()).backward()
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient)
