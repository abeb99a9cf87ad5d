import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.pipeline import best_labels as subject
from engine.pipeline.best_labels import best_labels
from engine.pipeline.decode import semantic_maps
from engine.preprocess import Placement

SIZES = [(96, 128), (200, 333), (41, 50), (30, 401), (48, 64), (1, 1)]


def smooth_scores(labels: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(labels)
    coarse = torch.randn(1, labels, 5, 6, generator=generator) * 4
    return functional.interpolate(coarse, size=(48, 64), mode="bicubic")[0]


@pytest.mark.parametrize("labels", [2, 3, 8, 21])
@pytest.mark.parametrize("size_hw", SIZES)
def test_it_finds_what_is_found_on_the_cpu(labels: int, size_hw: tuple[int, int]) -> None:
    scores = smooth_scores(labels)
    wanted = semantic_maps(scores, Placement(size_hw, (48, 64), (48, 64)))
    ids, evidence = (each.numpy() for each in best_labels(scores, size_hw))
    assert (ids.shape, ids.dtype, evidence.dtype) == (size_hw, np.uint8, np.float32)
    # There a label that wins nowhere near is left out, and of two places as near it may be either.
    assert (ids != wanted.ids).mean() <= (0 if labels == 2 else 0.008)
    if labels == 2:
        assert np.allclose(evidence, wanted.evidence, atol=1e-4)
    else:
        assert np.abs(np.exp(evidence) - np.exp(wanted.evidence)).mean() < 0.004


def test_whole_factors_are_exact() -> None:
    scores = smooth_scores(6)
    enlarged = functional.interpolate(scores.log_softmax(0)[None], size=(144, 256), mode="bilinear")
    ids, evidence = best_labels(scores, (144, 256))
    assert torch.equal(ids, enlarged[0].argmax(0).to(torch.uint8))
    wanted = enlarged[0].log_softmax(0).max(0).values
    assert torch.allclose(evidence, wanted, atol=1e-4)


def test_parts_make_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = smooth_scores(5)
    ids, evidence = best_labels(scores, (97, 130))
    monkeypatch.setattr(subject, "_AT_ONCE", 5 * 130 * 7)
    found = best_labels(scores, (97, 130))
    assert torch.equal(found[0], ids)
    assert torch.allclose(found[1], evidence, atol=1e-5)
