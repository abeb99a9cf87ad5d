import pytest

from engine.bench.clock import machine
from engine.devices import best, cpu, devices, find, processor_name
from engine.errors import DeviceError


def test_the_cpu_is_always_there_and_last() -> None:
    assert devices()[-1] == cpu()
    assert best() == devices()[0]
    assert cpu().id == cpu().kind == "cpu"
    assert "core" in cpu().name


def test_the_processor_has_one_name() -> None:
    assert cpu().name.startswith(processor_name())
    assert machine()["processor"] == processor_name()


def test_find_is_by_id_or_kind() -> None:
    assert find(" CPU ") == cpu()
    assert find(best().kind) == best()


def test_a_missing_device_lists_those_found() -> None:
    with pytest.raises(DeviceError, match="no device tpu") as caught:
        find("tpu")
    assert "cpu (" in caught.value.hint
