import numpy as np
import pytest
import torch

from engine.backends.torch import TorchBackend
from engine.devices import best, cpu
from tests.fakes import make_weights
from tests.rounding import ONE_LAYER, arithmetic_of, assert_rounding_only


def test_the_weights_stay_in_float32() -> None:
    weights = make_weights()
    TorchBackend(weights, cpu()).run(np.zeros((1, 3, 32, 48), np.float32))
    assert next(weights.module.parameters()).dtype == torch.float32


def test_no_gradients_are_kept() -> None:
    raw = TorchBackend(make_weights(), cpu()).run(np.zeros((2, 3, 32, 48), np.float32))
    assert not raw[0].requires_grad


@pytest.mark.gpu
def test_a_gpu_says_what_the_cpu_says() -> None:
    weights = make_weights()
    batch = np.random.default_rng(0).random((2, 3, 32, 48), dtype=np.float32)
    backend = TorchBackend(weights, best())
    on_cpu = weights.module(torch.from_numpy(batch))[0].detach()
    found = backend.run(batch)[0].cpu()
    assert_rounding_only(found, on_cpu, ONE_LAYER, computed_in=arithmetic_of(backend))
    assert next(weights.module.parameters()).device.type == "cpu"
    assert best().name in backend.device_text
