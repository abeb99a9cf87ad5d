"""What every measured program shares: a child process that tells its numbers as JSON.

Each `with_*.py` runs in its rival's own environment, so this needs nothing but Python.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

MARK = "NUMBERS "
"""Begins the line with the numbers: programs print lines of their own."""


def median_ms(step: Callable[[int], object], *, count: int = 15) -> float:
    """The median time of a step after one that warms up; slow steps are repeated less."""
    start = time.perf_counter()
    step(0)
    if time.perf_counter() - start > 0.5:
        count = 5
    times = []
    for number in range(1, count + 1):
        start = time.perf_counter()
        step(number)
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def peak_mb() -> float:
    """The most memory this process has had."""
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1000
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1000


def tell(scene: str, found: dict[str, float]) -> None:
    """Tell the numbers and the memory, and end at once: closing is not measured."""
    print(MARK + json.dumps(found | {f"memory.{scene}": peak_mb()}), flush=True)
    os._exit(0)


def asked() -> tuple[str, Path]:
    """The scene to measure and the folder with the files that it shows."""
    return sys.argv[1], Path(sys.argv[2])


def numbers_in(output: str) -> dict[str, float] | None:
    """The numbers in what a child printed, if it got so far."""
    for line in output.splitlines():
        if line.startswith(MARK):
            found: dict[str, float] = json.loads(line.removeprefix(MARK))
            return found
    return None
