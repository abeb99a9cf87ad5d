import os
from pathlib import Path

import pytest

from engine.pipeline.usage import Usage, UsageMeter, gpu

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def write_stat(root: Path, busy: float, idle: float) -> None:
    numbers = f"{round(busy * TICKS)} 0 0 {round(idle * TICKS)} 0 0 0 0 0 0"
    lines = [f"cpu{number} {numbers}" for number in sorted(os.sched_getaffinity(0))]
    (root / "stat").write_text("\n".join(["cpu 1 2 3 4", *lines, "intr 5"]))


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="tells no shares here")
def test_what_others_took_is_what_was_busy_less_what_was_ours(tmp_path: Path) -> None:
    cores, own = len(os.sched_getaffinity(0)), [0.0]
    write_stat(tmp_path, 10, 10)
    meter = UsageMeter(tmp_path, own_clock=lambda: own[0])
    write_stat(tmp_path, 13, 11)  # Of four seconds of each core, three were busy.
    own[0] = 1.0 * cores
    assert meter.read().others == pytest.approx(0.5)
    assert meter.read().others is None, "no time has passed"
    write_stat(tmp_path, 14, 11)
    own[0] += 5.0 * cores
    assert meter.read().others == 0.0, "never less than nothing"


def test_where_the_system_does_not_tell_nothing_is_made_up(tmp_path: Path) -> None:
    assert UsageMeter(tmp_path).read() == Usage()


@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="tells no memory here")
def test_the_memory_of_this_program_is_measured() -> None:
    memory = UsageMeter().read().memory
    assert memory is not None
    assert 1 << 20 < memory < 1 << 40


def test_a_processor_is_no_gpu() -> None:
    assert gpu("cpu") == (None, None, None)
