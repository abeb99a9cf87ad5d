"""Which devices there are to run a model on, and the best of them."""

import os
import platform
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.errors import DeviceError


@dataclass(frozen=True)
class Device:
    """A processor: its id as torch writes it, and its name for people."""

    id: str
    name: str

    @property
    def kind(self) -> str:
        """cpu, cuda or mps."""
        return self.id.partition(":")[0]


def devices() -> tuple[Device, ...]:
    """Every device of this machine, the fastest first; the CPU is always the last."""
    return (*_accelerators(), cpu())


def best() -> Device:
    """The fastest device."""
    return devices()[0]


def find(device_id: str) -> Device:
    """The device of this id ("cuda" means the first of them). DeviceError lists what exists."""
    wanted = device_id.strip().lower()
    found = devices()
    for device in found:
        if wanted in (device.id, device.kind):
            return device
    known = "; ".join(f"{device.id} ({device.name})" for device in found)
    raise DeviceError(f"There is no device {device_id} here.", hint=f"Devices found: {known}.")


@cache
def cpu() -> Device:
    """The processor, with the cores this program may use."""
    count = core_count()
    return Device("cpu", f"{processor_name()}, {count} core{'s' if count > 1 else ''}")


def core_count() -> int:
    """How many cores this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_memory() -> int:
    """Bytes of RAM that programs can still take; 0 where the system does not tell."""
    listing = Path("/proc/meminfo")
    if listing.is_file():
        for line in listing.read_text(encoding="ascii", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key == "MemAvailable":
                return int(value.split()[0]) * 1024
    return 0


def processor_name() -> str:
    """The processor's name, where the system tells it."""
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name" and value.strip():
                return " ".join(value.split())
    return platform.processor() or platform.machine() or "CPU"


@cache
def _accelerators() -> tuple[Device, ...]:
    import torch

    found = []
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            found.append(Device(f"cuda:{index}", torch.cuda.get_device_name(index)))
    if torch.backends.mps.is_available():
        found.append(Device("mps", "Apple GPU"))
    return tuple(found)
