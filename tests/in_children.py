"""Runs one attempt after another in child processes, and counts what came of them.

An abort of a decoder ends a child, not the test; one that hangs is killed.
"""

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from engine.errors import AppError

HANG_SECONDS = 60.0
_MEGABYTE = 1 << 20
_STARTING = -1  # No attempt yet: Python and the libraries take their time.


@dataclass
class Tally:
    """What became of the attempts, each named by its number."""

    tried: int = 0
    read: int = 0
    refused: int = 0
    aborted: list[int] = field(default_factory=list)
    hung: list[int] = field(default_factory=list)
    raised: dict[int, str] = field(default_factory=dict)
    peak_mb: int = 0
    peak_at: int = -1

    def add(self, other: "Tally") -> None:
        """Count another tally's attempts too."""
        for name in ("tried", "read", "refused"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.aborted += other.aborted
        self.hung += other.hung
        self.raised |= other.raised
        if other.peak_mb > self.peak_mb:
            self.peak_mb, self.peak_at = other.peak_mb, other.peak_at

    def __str__(self) -> str:
        kinds = Counter(text.split(":")[0] for text in self.raised.values())
        return (
            f"{self.tried} tried, {self.read} read, {self.refused} refused,"
            f" {len(self.aborted)} aborts, {len(self.hung)} hangs, {len(self.raised)} other errors"
            f" {dict(kinds) or ''}, peak {self.peak_mb} MB"
        ).replace("  ", " ")


def try_all(attempt: Callable[[int], object], numbers: range) -> Tally:
    """Call `attempt`, a function of a module, with each number: what it raises is counted."""
    context = multiprocessing.get_context("spawn")
    tally, at = Tally(), numbers.start
    while at < numbers.stop:
        reader, writer = context.Pipe(duplex=False)
        current = context.Value("q", _STARTING)
        left = range(at, numbers.stop)
        arguments = (attempt, left, current, writer)
        child = context.Process(target=_child, args=arguments, daemon=True)
        child.start()
        writer.close()
        at = _watch(child, reader, current, tally)
        child.join()
        reader.close()
    return tally


def _watch(child: Any, reader: Any, current: "Synchronized[int]", tally: Tally) -> int:
    """Follow one child to its end; gives the number to go on with."""
    last, since = _STARTING, time.monotonic()
    while True:
        if reader.poll(1.0):
            try:
                tally.add(reader.recv())
            except EOFError:
                child.join()
                if child.exitcode == 0:
                    return current.value
                if current.value == _STARTING:
                    raise RuntimeError("A child could not start.") from None
                tally.tried += 1
                tally.aborted.append(current.value)
                return current.value + 1
        if current.value != last:
            last, since = current.value, time.monotonic()
        elif time.monotonic() - since > HANG_SECONDS and last != _STARTING:
            child.kill()
            child.join()
            tally.tried += 1
            tally.hung.append(last)
            return last + 1


def _child(
    attempt: Callable[[int], object], numbers: range, current: "Synchronized[int]", writer: Any
) -> None:
    for number in numbers:
        current.value = number
        one = Tally(tried=1)
        before = _reset_peak()
        try:
            attempt(number)
            one.read = 1
        except AppError:
            one.refused = 1
        except BaseException as error:
            one.raised[number] = f"{type(error).__name__}: {error}"[:300]
        one.peak_mb, one.peak_at = max(0, _peak() - before) // _MEGABYTE, number
        writer.send(one)
    current.value = numbers.stop
    writer.close()
    os._exit(0)  # Threads of decoders need not be waited for.


def _reset_peak() -> int:
    """Let the system count this process's memory anew; gives what it has now, in bytes."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return _peak()


def _peak() -> int:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(status.split("VmHWM:")[1].split()[0]) * 1024
