"""How long something takes, and on which machine."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from engine.devices import processor_name


def median_ms(work: Callable[[], Any], *, seconds: float = 1.0, at_least: int = 5) -> float:
    """The median of many calls in milliseconds, after one that warms up."""
    work()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < at_least or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def rounds(most: int, seconds: float) -> Iterator[int]:
    """Numbers from 0 for rounds of a comparison: at most so many, and after the first none that
    would begin later than this. Medians of fewer are worth less, but as much to either side."""
    end = time.perf_counter() + seconds
    for number in range(most):
        if number and time.perf_counter() > end:
            return
        yield number


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    return {
        "system": platform.platform(),
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
