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


class Loader:
    """A batch of each group of sample indices, in order, whatever the number of `workers`.

    Work begins at once, so that the first batch may be ready when it is asked for. By default there
    is a worker for each core; with 0 the caller's thread does the work. `pinned` batches lie in
    memory a GPU can copy from while it works. `waited` adds up the seconds it was waited for.
    """

    def __init__(
        self,
        dataset: ListDataset,
        groups: Sequence[Sequence[int]],
        *,
        workers: int | None = None,
        pinned: bool = False,
    ) -> None:
        if workers is None:
            workers = min(MOST, max(FEWEST, core_count()))
        self.waited = 0.0
        self._dataset = dataset
        self._groups = deque(groups)
        self._pinned = pinned
        self._pool = ThreadPoolExecutor(workers) if workers else None
        self._collector = ThreadPoolExecutor(1)
        self._ready: deque[Future[Batch]] = deque()
        self._look_ahead()

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        started = time.perf_counter()
        try:
            return self._next()
        finally:
            self.waited += time.perf_counter() - started

    def __enter__(self) -> "Loader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop what was not asked for, and wait for the threads to end."""
        for executor in (self._pool, self._collector):
            if executor is not None:
                executor.shutdown(wait=False, cancel_futures=True)
        for executor in (self._pool, self._collector):
            if executor is not None:
                executor.shutdown()

    def _next(self) -> Batch:
        if self._pool is None and self._groups:
            samples = [self._dataset[index] for index in self._groups.popleft()]
            return _collated(samples, self._pinned)
        if not self._ready:
            raise StopIteration
        batch = self._ready.popleft()
        self._look_ahead()
        return batch.result()

    def _look_ahead(self) -> None:
        while self._pool is not None and self._groups and len(self._ready) < AHEAD:
            group = self._groups.popleft()
            samples = [self._pool.submit(self._dataset.__getitem__, index) for index in group]
            self._ready.append(self._collector.submit(_collected, samples, self._pinned))


def _collected(samples: list[Future[TrainingSample]], pinned: bool) -> Batch:
    return _collated([sample.result() for sample in samples], pinned)


def _collated(samples: list[TrainingSample], pinned: bool) -> Batch:
    inputs = torch.stack([s.input for s in samples])
    return Batch(inputs.pin_memory() if pinned else inputs, [s.target for s in samples])


def to_device(target: Target, device: torch.device) -> Target:
    """The target with its tensors on the device."""
    if isinstance(target, SemanticTarget):
        weights = target.weights
        return SemanticTarget(
            target.ids.to(device), None if weights is None else weights.to(device)
        )
    if isinstance(target, ClassificationTarget):
        return ClassificationTarget(target.label.to(device))
    further = (
        None if t is None else t.to(device)
        for t in (target.masks, target.proposals, target.segments, target.ignored)
    )
    return DetectionTarget(target.boxes.to(device), target.labels.to(device), *further)
