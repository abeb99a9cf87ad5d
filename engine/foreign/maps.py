"""Label scores from the outputs of foreign networks that judge pixels or whole pictures."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.foreign.head import Head
from models.contract import ClassificationOutput, Output, SemanticOutput
from models.semantic import resize_scores

LEAST = 1e-6
"""What a probability is at least, so that it has a logarithm."""
SURE = 12.0
"""The score of the one label that an output without scores names."""

Size = tuple[int, int]


def label_scores(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """Semantic scores (N, K, h, w), or (N, h, w, K) turned, at the input's size."""
    scores = parts[0].float()
    if head.is_turned:
        scores = scores.permute(0, 3, 1, 2)  # (N, K, h, w)
    return _semantic(_logits(scores, head), size_hw)


def label_ids(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """Label maps (N, h, w): an id for every pixel."""
    ids = _flat(parts[0]).round().long()
    ids = torch.where((ids < 0) | (ids >= head.num_labels), 0, ids)
    scores = torch.nn.functional.one_hot(ids, head.num_labels).permute(0, 3, 1, 2)
    return _semantic(SURE * scores.float(), size_hw)


def one_map(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """A saliency map (N, 1, h, w) or (N, h, w): how likely each pixel is one of the object."""
    chance = _flat(parts[0]).float()
    object_score = chance if head.scores == "sigmoid" else chance.clamp(LEAST, 1 - LEAST).logit()
    return _semantic(torch.stack([torch.zeros_like(object_score), object_score], 1), size_hw)


def picture_scores(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """A classifier's scores (N, K), whatever axes of one follow."""
    logits = _logits(parts[0].float().flatten(1), head)[:, : head.num_labels]
    return [ClassificationOutput(each) for each in logits]


DECODERS: dict[str, Callable[[Sequence[Tensor], Head, Size], list[Output]]] = {
    "semantic": label_scores,
    "label_map": label_ids,
    "saliency": one_map,
    "classification": picture_scores,
}
"""By the layout's name."""


def _logits(scores: Tensor, head: Head) -> Tensor:
    """Scores (N, K, ...) before softmax."""
    if head.scores == "as_is":
        return scores.clamp(min=LEAST).log()
    if head.scores == "sigmoid":
        return torch.nn.functional.logsigmoid(scores)
    return scores


def _flat(maps: Tensor) -> Tensor:
    """(N, 1, h, w), (N, h, w, 1) or (N, h, w) -> (N, h, w)."""
    if maps.ndim == 4:
        return maps[:, 0] if maps.shape[1] == 1 else maps[..., 0]
    return maps


def _semantic(scores: Tensor, size_hw: Size) -> list[Output]:
    return [SemanticOutput(each) for each in resize_scores(scores, size_hw)]
