import gc
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.backends.openvino import OpenvinoBackend, ctrl_c_waits
from engine.folders import cache_folder
from engine.weights.options import with_options
from tests.fakes import make_weights
from tests.rounding import ONE_LAYER, arithmetic_of, assert_rounding_only

PICTURE = np.random.default_rng(0).random((1, 3, 32, 48), dtype=np.float32)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch) -> None:
    """Nothing is compiled yet."""
    monkeypatch.setenv("MASKLOOP_CACHE", str(tmp_path / "cache"))


def cache() -> Path:
    return cache_folder() / "compiled"


def threads() -> set[str]:
    return set(os.listdir("/proc/self/task"))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_threads_of_a_network_outlive_it() -> None:
    before = threads()
    backend = OpenvinoBackend(make_weights())
    backend.run(PICTURE)
    its_own = threads() - before
    del backend
    gc.collect()
    assert its_own <= threads()


def test_the_compiled_model_is_cached_by_its_numbers() -> None:
    first = OpenvinoBackend(make_weights()).run(PICTURE)[0]
    files = list(cache().glob("*.blob"))
    assert len(files) == 1
    again = OpenvinoBackend(make_weights()).run(PICTURE)[0]
    assert np.array_equal(first, again)
    assert list(cache().glob("*.blob")) == files
    other = make_weights()
    with torch.no_grad():
        next(other.module.parameters()).mul_(2)
    backend = OpenvinoBackend(other)
    doubled = backend.run(PICTURE)[0]
    assert_rounding_only(doubled, 2 * first, ONE_LAYER, computed_in=arithmetic_of(backend))
    assert len(list(cache().glob("*.blob"))) == 2


def test_the_cache_tells_live_options_apart() -> None:
    weights = make_weights("tiny_switched")
    dark = with_options(weights, {"prefer": "dark"})
    backends = [OpenvinoBackend(each) for each in (weights, dark)]
    plain, switched = (backend.run(PICTURE)[0] for backend in backends)
    assert_rounding_only(switched, -plain, ONE_LAYER, computed_in=arithmetic_of(backends[0]))


def test_a_damaged_cache_is_replaced() -> None:
    first = OpenvinoBackend(make_weights()).run(PICTURE)[0]
    (file,) = cache().glob("*.blob")
    file.write_bytes(b"damaged")
    assert np.array_equal(OpenvinoBackend(make_weights()).run(PICTURE)[0], first)
    assert file.stat().st_size > 100


def test_a_cache_that_cannot_be_written_costs_only_time() -> None:
    cache().parent.mkdir(parents=True)
    cache().write_text("a file where the folder should be")
    assert OpenvinoBackend(make_weights()).run(PICTURE)[0].shape == (1, 3, 32, 48)


def test_the_cache_keeps_a_bounded_number() -> None:
    cache().mkdir(parents=True)
    for i in range(40):
        (cache() / f"{i}.blob").write_bytes(b"old")
    OpenvinoBackend(make_weights())
    assert len(list(cache().glob("*.blob"))) == 24


@pytest.mark.slow
def test_two_threads_may_set_up_at_once() -> None:
    """In a process of its own: only the first calls of one can stand still."""
    code = """
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from engine.backends.openvino import OpenvinoBackend
from tests.fakes import make_weights

def run(_):
    raw = OpenvinoBackend(make_weights()).run(np.zeros((1, 3, 32, 48), np.float32))
    return float(raw[0].sum())

with ThreadPoolExecutor(4) as pool:
    print(len(set(pool.map(run, range(4)))))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=True
    )
    assert done.stdout.strip() == "1"


def test_ctrl_c_waits_until_the_network_is_converted():
    # A shell that starts something in the background has it ignore Ctrl+C.
    before, converted = signal.signal(signal.SIGINT, signal.default_int_handler), []

    def convert() -> None:
        with ctrl_c_waits():
            signal.raise_signal(signal.SIGINT)
            converted.append(True)

    try:
        with pytest.raises(KeyboardInterrupt):
            convert()
        assert converted
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
