import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

import models
from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.preprocess import Preprocessing
from engine.training.config import read_config
from engine.training.learner import TrainState
from engine.training.plan import prepare
from engine.training.precision import autocast
from engine.training.ranks import Ranks
from models import registry
from models.backbones import backbone
from models.task import Task
from tests.make_run import write_run

CPU = torch.device("cpu")
CHANNELS = 8


class _Convolutions(TorchDispatchMode):
    """Notes what each convolution computes in, by its groups."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func is torch.ops.aten.convolution.default:
            self.seen.append((args[8], args[0].dtype, args[1].dtype))
        return func(*args, **(kwargs or {}))


def network():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, CHANNELS, 1),
        nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, groups=CHANNELS),
        nn.BatchNorm2d(CHANNELS),
        nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, groups=2),
    )


def test_on_a_cpu_depthwise_convolutions_alone_compute_in_float32():
    with autocast(CPU, torch.bfloat16), _Convolutions() as convolutions:
        found = network()(torch.rand(2, 3, 8, 8))
    half, full = torch.bfloat16, torch.float32
    assert convolutions.seen == [(1, half, half), (CHANNELS, full, full), (2, half, half)]
    assert found.dtype == half


def test_what_follows_a_depthwise_convolution_is_given_what_autocast_gives():
    with autocast(CPU, torch.bfloat16):
        assert network()[:2](torch.rand(2, 3, 8, 8)).dtype == torch.bfloat16
    assert network()[:2](torch.rand(2, 3, 8, 8)).dtype == torch.float32


def test_a_network_that_wants_float32_gets_it():
    with autocast(CPU, torch.bfloat16), torch.autocast("cpu", enabled=False):
        assert network()(torch.rand(2, 3, 8, 8)).dtype == torch.float32


def test_gradients_reach_the_depthwise_weights_in_float32():
    layers = network()
    with autocast(CPU, torch.bfloat16):
        loss = layers(torch.rand(2, 3, 8, 8)).float().square().mean()
    loss.backward()
    assert all(p.grad.dtype == torch.float32 and p.grad.any() for p in layers[1].parameters())


def test_a_lite_encoder_is_nearer_to_float32_so():
    torch.manual_seed(0)
    encoder, batch = backbone.build("efficientnet_lite0").eval(), torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        wanted = encoder(batch)[-1]
        with autocast(CPU, torch.bfloat16):
            ours = encoder(batch)[-1]
        with torch.autocast("cpu", torch.bfloat16):
            plain = encoder(batch)[-1]
    assert (ours - wanted).norm() < (plain - wanted).norm()
    assert (ours - wanted).norm() < 0.05 * wanted.norm()


def test_a_step_computes_so_and_loses_what_float32_does(tmp_path):
    models.load_all()
    found = {}
    for precision in ("float32", "bfloat16"):
        config = read_config(write_run(tmp_path), (f"precision={precision}", "workers=0"))
        torch.manual_seed(0)
        model = registry.get("fcn8s").build(2, backbone="efficientnet_lite0", width=0.25)
        learner = TrainState(config, model, CPU, Ranks())
        dataset = ListDataset(open_list(config.data.train, Task.SEMANTIC), Preprocessing((64, 64)))
        taken = prepare(dataset, config, Ranks(), done=0, pinned=False)
        names = list(learner.state())
        with taken.loader, _Convolutions() as convolutions:
            losses = learner.step(taken.steps[0], taken.loader, number=0, rate=0.01)
        found[precision] = sum(losses.values())
        depthwise = {dtype for groups, dtype, _ in convolutions.seen if groups > 1}
        assert depthwise == {torch.float32}
        assert (1, learner.dtype, learner.dtype) in convolutions.seen
        assert set(learner.judged.state_dict()) == set(model.state_dict())
        assert set(names) <= set(learner.state())
    assert found["bfloat16"] == pytest.approx(found["float32"], rel=0.02)
