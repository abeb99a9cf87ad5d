"""How long a dense CRF takes, beside the sum over every pair of pixels that it stands for."""

from functools import partial

import numpy as np
import torch
from torch import Tensor

from engine.bench.clock import median_ms
from engine.bench.registry import Measurement, register
from models.layers.crf import CrfSettings, DenseCrf, bilateral_features

SIZE_HW = (256, 256)
# Every pair of the pixels of a full picture would take gigabytes.
SMALL_HW = (64, 64)
LABELS = (2, 11)


@register("crf")
def measure() -> list[Measurement]:
    """A picture of 256x256 refined whole, lattice included; and one of 64x64 against all pairs."""
    rows = []
    for k in LABELS:
        ours = median_ms(partial(_refine, *_case(SIZE_HW, k)))
        rows.append(Measurement(f"crf.256_{k}_labels", ours, "ms", budget=1000.0))
    for k in LABELS:
        case = _case(SMALL_HW, k)
        ours = median_ms(partial(_refine, *case))
        rival = median_ms(partial(_refine_plainly, *case))
        rows.append(
            Measurement(f"crf.64_{k}_labels", ours, "ms", "every pair of pixels, torch", rival)
        )
    return rows


def _refine(picture: Tensor, scores: Tensor) -> Tensor:
    return DenseCrf(picture, _settings(scores)).refine(scores)


def _refine_plainly(picture: Tensor, scores: Tensor) -> Tensor:
    """The same mean field with both kernels written out: (H * W, H * W) numbers each."""
    settings = _settings(scores)
    bilateral = bilateral_features(picture, settings.bilateral_sigma, settings.color_sigma)
    spatial = bilateral_features(picture * 0, settings.spatial_sigma, 1)
    kernel = settings.bilateral_weight * _normalised(bilateral)
    kernel += settings.spatial_weight * _normalised(spatial)
    unary = scores.flatten(1).log_softmax(0)
    refined = unary
    for _ in range(settings.iterations):
        refined = (unary + refined.exp() @ kernel).log_softmax(0)
    return refined.view_as(scores)


def _settings(scores: Tensor) -> CrfSettings:
    return CrfSettings().scaled_to((scores.shape[1], scores.shape[2]))


def _normalised(features: Tensor) -> Tensor:
    pairs = torch.cdist(features, features).square_().mul_(-0.5).exp_()
    norm = pairs.sum(1).rsqrt()
    return pairs.mul_(norm[:, None]).mul_(norm)


def _case(size_hw: tuple[int, int], num_labels: int) -> tuple[Tensor, Tensor]:
    """A picture (3, H, W) of smooth colours with the noise of a camera, and scores (K, H, W)."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[0 : size_hw[0], 0 : size_hw[1]].astype(np.float32)
    waves = np.stack([np.sin(x / 20), np.cos(y / 25), np.sin((x + y) / 30)]) * 80 + 128
    picture = (waves + random.normal(0, 5, waves.shape)).clip(0, 255)
    scores = random.standard_normal((num_labels, *size_hw), np.float32)
    return torch.from_numpy(picture.astype(np.float32)), torch.from_numpy(scores)
