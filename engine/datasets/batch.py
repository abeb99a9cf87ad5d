"""Samples in batches, the next ones prepared by threads while the device works.

Threads, as decoding, warping and the copies let go of the interpreter, and the decoded pictures
need be kept once only.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import torch

from engine.datasets.dataset import ListDataset, TrainingSample
from engine.devices import core_count
from models.contract import ClassificationTarget, DetectionTarget, SemanticTarget, Target

FEWEST, MOST = 2, 16  # threads by default
AHEAD = 2  # batches


class Batch(NamedTuple):
    """Inputs (N, 3, H, W) float32 and their targets."""

    inputs: torch.Tensor
    targets: list[Target]


def in_groups(order: Sequence[int], size: int) -> list[Sequence[int]]:
    """The indices, so many at a time; the last group may be smaller."""
    return [order[i : i + size] for i in range(0, len(order), size)]


def batches(
    dataset: ListDataset,
    groups: Sequence[Sequence[int]],
    *,
    workers: int | None = None,
    pinned: bool = False,
) -> Iterator[Batch]:
    """A batch of each group of sample indices, in order, whatever the number of `workers`.

    By default there is one for each core; with 0 the caller's thread does the work. `pinned`
    batches lie in memory a GPU can copy from while it works.
    """
    if workers is None:
        workers = min(MOST, max(FEWEST, core_count()))
    if workers == 0:
        yield from (_collated([dataset[i] for i in group], pinned) for group in groups)
        return
    with ThreadPoolExecutor(workers) as pool, ThreadPoolExecutor(1) as collector:
        waiting: deque[Future[Batch]] = deque()
        try:
            for group in groups:
                samples = [pool.submit(dataset.__getitem__, i) for i in group]
                waiting.append(collector.submit(_collected, samples, pinned))
                if len(waiting) > AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for executor in (pool, collector):
                executor.shutdown(wait=False, cancel_futures=True)


class Waited:
    """Hands batches on, and adds up the seconds the next one was waited for."""

    def __init__(self, source: Iterator[Batch]) -> None:
        self._source = source
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        started = time.perf_counter()
        try:
            return next(self._source)
        finally:
            self.seconds += time.perf_counter() - started


def _collected(samples: list[Future[TrainingSample]], pinned: bool) -> Batch:
    return _collated([sample.result() for sample in samples], pinned)


def _collated(samples: list[TrainingSample], pinned: bool) -> Batch:
    inputs = torch.stack([s.input for s in samples])
    return Batch(inputs.pin_memory() if pinned else inputs, [s.target for s in samples])


def to_device(target: Target, device: torch.device) -> Target:
    """The target with its tensors on the device."""
    if isinstance(target, SemanticTarget):
        return SemanticTarget(target.ids.to(device))
    if isinstance(target, ClassificationTarget):
        return ClassificationTarget(target.label.to(device))
    return DetectionTarget(target.boxes.to(device), target.labels.to(device))
