"""The best label of every frame pixel where the scores are on a GPU, as `engine.pipeline.decode`
finds it on the CPU. It enlarges all labels: a GPU does that faster than it would choose among them.
"""

import torch
from torch import Tensor

_AT_ONCE = 1 << 26
"""So many values are enlarged at once: 256 MB, whatever the frame and the number of labels."""


def best_labels(scores: Tensor, size_hw: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Scores (K, h, w) that cover the frame -> ids (H, W) uint8 and evidence (H, W) float32, as
    `SemanticMaps` has them, on the scores' device."""
    is_binary = len(scores) == 2
    values = scores[1:] - scores[:1] if is_binary else scores.log_softmax(0)
    y, x = (
        _places(length, wanted, is_exact=is_binary).to(scores.device)
        for length, wanted in zip(scores.shape[1:], size_hw, strict=True)
    )
    parts = [
        _decided(_between(_between(values, rows, 1), x, 2), is_binary=is_binary)
        for rows in torch.split(y, max(1, _AT_ONCE // (len(values) * size_hw[1])))
    ]
    ids, evidence = (torch.cat(column) for column in zip(*parts, strict=True))
    return ids, evidence


def _places(length: int, wanted: int, *, is_exact: bool) -> Tensor:
    """Where so many pixels look among `length` scores, counted between the scores' centres.

    Exactly where they lie; or, as on the CPU, at the nearest of a whole number of places a score.
    """
    number = torch.arange(wanted)
    if is_exact:
        places = (number + 0.5) * (length / wanted) - 0.5
    else:
        factor = max(1, round(wanted / length))
        nearest = (2 * number + 1) * length * factor // (2 * wanted)
        places = (nearest + 0.5) / factor - 0.5
    return places.clamp(0, length - 1)


def _between(values: Tensor, places: Tensor, dim: int) -> Tensor:
    """Values at these places along a dimension, linear between two."""
    low = places.long()
    high = (low + 1).clamp(max=values.shape[dim] - 1)
    share = (places - low).view(-1, *[1] * (values.ndim - 1 - dim))
    return torch.lerp(values.index_select(dim, low), values.index_select(dim, high), share)


def _decided(values: Tensor, *, is_binary: bool) -> tuple[Tensor, Tensor]:
    if is_binary:
        return (values[0] > 0).to(torch.uint8), values[0].abs()
    best, ids = values.max(0)
    return ids.to(torch.uint8), best - values.logsumexp(0)
