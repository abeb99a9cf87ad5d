import numpy as np
import pytest
import torch

from engine.backends.backend import choose, is_out_of_memory, raise_if_lost
from engine.devices import best
from engine.errors import DeviceError
from tests.fakes import make_weights
from tests.rounding import ONE_LAYER, arithmetic_of, assert_rounding_only


def batch(count: int = 1, height: int = 32, width: int = 48) -> np.ndarray:
    return np.random.default_rng(0).random((count, 3, height, width), dtype=np.float32)


@pytest.mark.parametrize("backend", ["torch", "openvino"])
@pytest.mark.parametrize("count", [1, 3])
def test_every_backend_says_what_the_module_says(backend: str, count: int) -> None:
    weights = make_weights()
    chosen = choose(weights, "cpu", backend)
    (raw,) = chosen.run(batch(count))
    wanted = weights.module(torch.from_numpy(batch(count)))[0].detach().numpy()
    assert raw.dtype == torch.float32
    assert chosen.name == backend
    assert "core" in chosen.device_text
    assert_rounding_only(raw, wanted, ONE_LAYER, computed_in=arithmetic_of(chosen))


def test_auto_takes_openvino_on_the_cpu() -> None:
    assert choose(make_weights(), "cpu").name == "openvino"
    if best().kind == "cpu":
        assert choose(make_weights()).name == "openvino"


def test_results_stay_when_the_next_picture_runs() -> None:
    chosen = choose(make_weights(), "cpu", "openvino")
    first = chosen.run(batch())[0]
    copy = first.clone()
    chosen.run(batch() * 0)
    assert np.array_equal(first, copy)


def test_other_input_sizes_run_too() -> None:
    chosen = choose(make_weights(), "cpu", "openvino")
    assert chosen.run(batch(1, 40, 56))[0].shape == (1, 3, 40, 56)


def test_a_missing_device_lists_what_exists() -> None:
    with pytest.raises(DeviceError, match="no device cuda:9") as caught:
        choose(make_weights(), "cuda:9")
    assert "cpu" in caught.value.hint


def test_unknown_backend_is_refused() -> None:
    with pytest.raises(DeviceError, match="no backend onnx"):
        choose(make_weights(), backend="onnx")


def test_a_model_that_openvino_cannot_run_stays_on_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from models import registry

    spec = replace(registry.get("tiny_segmenter"), backends=("torch",))
    monkeypatch.setitem(registry._SPECS, "tiny_segmenter", spec)
    assert choose(make_weights(), "cpu").name == "torch"
    with pytest.raises(DeviceError, match="does not run on openvino"):
        choose(make_weights(), "cpu", "openvino")


def test_out_of_memory_is_told_from_bugs() -> None:
    assert is_out_of_memory(torch.OutOfMemoryError("x"))
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 bytes"))
    assert not is_out_of_memory(RuntimeError("shapes differ"))
    assert not is_out_of_memory(ValueError("out of memory"))


def test_a_lost_device_is_told_from_bugs_and_from_lack_of_memory() -> None:
    with pytest.raises(DeviceError, match="cuda:0 has stopped working") as caught:
        raise_if_lost(torch.AcceleratorError("CUDA error: device-side assert triggered"), "cuda:0")
    assert "again" in caught.value.hint
    raise_if_lost(torch.AcceleratorError("CUDA error: out of memory"), "cuda:0")
    raise_if_lost(RuntimeError("shapes differ"), "cuda:0")


def test_weights_that_do_not_fit_say_what_to_do() -> None:
    weights = make_weights()

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    weights.module.to = full  # type: ignore[method-assign, assignment]
    with pytest.raises(DeviceError, match="does not fit") as caught:
        choose(weights, "cpu", "torch")
    assert "smaller" in caught.value.hint
