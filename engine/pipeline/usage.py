"""What this program takes of the machine: memory, and how busy others keep processor and GPU."""

import importlib
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

IDLE_FIELDS = (3, 4)
"""Of the numbers in a line of /proc/stat: idle, and idle while waiting for a disk."""


@dataclass(frozen=True)
class Usage:
    """Bytes of memory this program has; the share of the processor that other programs took, 0..1;
    of the GPU in use its load, 0..1, and the bytes taken on it by everybody, and all of them.
    None is what this system does not tell.
    """

    memory: int | None = None
    others: float | None = None
    gpu_load: float | None = None
    gpu_used: int | None = None
    gpu_total: int | None = None


class UsageMeter:
    """Asked from time to time: shares are those since it was asked before."""

    def __init__(
        self,
        root: Path = Path("/proc"),
        clock: Callable[[], float] = time.perf_counter,
        own_clock: Callable[[], float] = time.process_time,
    ) -> None:
        self._root, self._clock, self._own_clock = root, clock, own_clock
        self._before = self._ticks()

    def read(self, device_id: str = "cpu") -> Usage:
        """Now, with the GPU of this id if it is one."""
        load, used, total = gpu(device_id)
        return Usage(self._memory(), self._others(), load, used, total)

    def _memory(self) -> int | None:
        listing = self._root / "self" / "statm"
        if not listing.is_file():
            return None
        pages = listing.read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def _others(self) -> float | None:
        before, now = self._before, self._ticks()
        self._before = now
        if before is None or now is None or now[0] <= before[0]:
            return None
        whole = now[0] - before[0]
        busy, own = now[1] - before[1], now[2] - before[2]
        return min(max((busy - own) / whole, 0.0), 1.0)

    def _ticks(self) -> tuple[float, float, float] | None:
        """Seconds of all cores this program may use, those that were busy, and those it took."""
        listing = self._root / "stat"
        if not listing.is_file() or not hasattr(os, "sched_getaffinity"):
            return None
        mine = {f"cpu{number}" for number in os.sched_getaffinity(0)}
        whole = idle = 0
        for line in listing.read_text(encoding="ascii").splitlines():
            name, *numbers = line.split()
            if name in mine:
                # The last two are counted in the first two already.
                counts = [int(number) for number in numbers[:8]]
                whole += sum(counts)
                idle += sum(counts[field] for field in IDLE_FIELDS)
        ticks = os.sysconf("SC_CLK_TCK")
        return (whole / ticks, (whole - idle) / ticks, self._own_clock()) if whole else None


def gpu(device_id: str) -> tuple[float | None, int | None, int | None]:
    """Load, bytes taken and bytes in all of a CUDA device; None for what cannot be known.

    The load is known only where NVIDIA's library for it is installed.
    """
    torch = sys.modules.get("torch")
    if torch is None or not device_id.startswith("cuda") or not torch.cuda.is_available():
        return None, None, None
    free, total = torch.cuda.mem_get_info(device_id)
    return _gpu_load(device_id), total - free, total


def _gpu_load(device_id: str) -> float | None:
    if find_spec("pynvml") is None:
        return None
    nvml = importlib.import_module("pynvml")
    torch = sys.modules["torch"]
    try:
        return int(torch.cuda.utilization(device_id)) / 100
    except (nvml.NVMLError, RuntimeError):
        return None  # A device that does not tell, or one behind a container's wall.
