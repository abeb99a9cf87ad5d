"""Samples in batches, the next ones prepared by threads while the device works."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import torch

from engine.datasets.dataset import ListDataset, TrainingSample
from models.contract import ClassificationTarget, DetectionTarget, SemanticTarget, Target

THREADS = 2
AHEAD = 2


def batches(
    dataset: ListDataset, order: Sequence[int], batch_size: int
) -> Iterator[tuple[torch.Tensor, list[Target]]]:
    """Inputs (N, 3, H, W) with their targets, in this order; the last batch may be smaller."""
    groups = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: list[list[Future[TrainingSample]]] = []
        try:
            for group in groups:
                waiting.append([pool.submit(dataset.__getitem__, i) for i in group])
                if len(waiting) > AHEAD:
                    yield _collate([f.result() for f in waiting.pop(0)])
            while waiting:
                yield _collate([f.result() for f in waiting.pop(0)])
        finally:
            for future in (f for group_of in waiting for f in group_of):
                future.cancel()


def _collate(samples: list[TrainingSample]) -> tuple[torch.Tensor, list[Target]]:
    return torch.stack([s.input for s in samples]), [s.target for s in samples]


def to_device(target: Target, device: torch.device) -> Target:
    """The target with its tensors on the device."""
    if isinstance(target, SemanticTarget):
        return SemanticTarget(target.ids.to(device))
    if isinstance(target, ClassificationTarget):
        return ClassificationTarget(target.label.to(device))
    return DetectionTarget(target.boxes.to(device), target.labels.to(device))
