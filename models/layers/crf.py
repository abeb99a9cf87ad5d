"""A fully connected conditional random field that sharpens label scores by the picture's colours.

Krähenbühl, Koltun: Efficient Inference in Fully Connected CRFs with Gaussian Edge Potentials,
NeurIPS 2011. Every pixel is joined with every other: the nearer two are, in place and in colour,
the more it costs to label them differently (Potts). Mean field turns inference into a few rounds
of Gaussian filtering of the label probabilities.
"""

import math
from dataclasses import astuple, dataclass, replace

import torch
from torch import Tensor

from models.layers.permutohedral import PermutohedralLattice

REFERENCE_SIDE = 500
"""The longer side in pixels of the pictures that the paper's distances were chosen for."""


@dataclass(frozen=True, slots=True)
class CrfSettings:
    """Weights and standard deviations of the two kernels, and the rounds of mean field.

    The spatial kernel knows only the distance in pixels; the bilateral one also the distance of the
    colours, in levels of 0..255. The defaults are those of the authors' program.
    """

    spatial_weight: float = 3.0
    spatial_sigma: float = 3.0
    bilateral_weight: float = 10.0
    bilateral_sigma: float = 80.0
    color_sigma: float = 13.0
    iterations: int = 5

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, astuple(self))):
            raise ValueError("The settings of a CRF are finite numbers.")
        if min(self.spatial_weight, self.bilateral_weight) < 0:
            raise ValueError("The weights of a CRF are 0 or more.")
        if min(self.spatial_sigma, self.bilateral_sigma, self.color_sigma) <= 0:
            raise ValueError("The standard deviations of a CRF are more than 0.")
        if self.iterations < 1:
            raise ValueError("A CRF needs at least one iteration.")

    def scaled_to(self, size_hw: tuple[int, int]) -> "CrfSettings":
        """The same reach relative to the picture, whatever its size in pixels."""
        scale = max(size_hw) / REFERENCE_SIDE
        return replace(
            self,
            spatial_sigma=self.spatial_sigma * scale,
            bilateral_sigma=self.bilateral_sigma * scale,
        )


class DenseCrf:
    """The CRF of one picture (3, H, W), levels 0..255: built once, it refines any scores of it.

    Distances of the settings are in pixels of this picture. All work is on the picture's device.
    """

    def __init__(self, picture: Tensor, settings: CrfSettings | None = None) -> None:
        self.settings = settings = settings or CrfSettings()
        size_hw = picture.shape[1], picture.shape[2]
        self._gauss = tuple(_gauss(n, settings.spatial_sigma, picture.device) for n in size_hw)
        self._lattice = PermutohedralLattice(
            bilateral_features(picture, settings.bilateral_sigma, settings.color_sigma)
        )
        one = torch.ones(1, *size_hw, device=picture.device)
        # Symmetric normalisation, D^-1/2 K D^-1/2: a pixel at the border, or of a rare colour,
        # hears and says as much as any other.
        self._spatial_norm = self._spatial(one).clamp(min=1e-20).rsqrt()
        self._bilateral_norm = self._bilateral(one).clamp(min=1e-20).rsqrt()

    def refine(self, scores: Tensor) -> Tensor:
        """Scores (K, H, W) before softmax -> log-probabilities (K, H, W) after mean field."""
        unary = scores.float().log_softmax(0)
        refined = unary
        for _ in range(self.settings.iterations):
            refined = (unary + self._messages(refined.exp())).log_softmax(0)
        return refined

    def _messages(self, chances: Tensor) -> Tensor:
        """What all pixels tell each one: (K, H, W), the more, the more agree on a label."""
        settings, total = self.settings, torch.zeros_like(chances)
        if settings.spatial_weight:
            heard = self._spatial(chances * self._spatial_norm) * self._spatial_norm
            total += settings.spatial_weight * heard
        if settings.bilateral_weight:
            heard = self._bilateral(chances * self._bilateral_norm) * self._bilateral_norm
            total += settings.bilateral_weight * heard
        return total

    def _spatial(self, maps: Tensor) -> Tensor:
        """The Gaussian of the distance alone: exact, as it splits into columns and rows."""
        columns, rows = self._gauss
        result: Tensor = columns @ maps @ rows
        return result

    def _bilateral(self, maps: Tensor) -> Tensor:
        filtered = self._lattice.filter(maps.flatten(1).T)  # (H * W, K)
        return filtered.T.reshape(maps.shape)


def bilateral_features(picture: Tensor, place_sigma: float, color_sigma: float) -> Tensor:
    """Picture (3, H, W) -> (H * W, 5): x, y and the colour of each pixel in standard deviations."""
    height, width = picture.shape[1:]
    y = torch.arange(height, device=picture.device).expand(width, height).T
    x = torch.arange(width, device=picture.device).expand(height, width)
    place = torch.stack([x, y]).float() / place_sigma
    return torch.cat([place, picture.float() / color_sigma]).flatten(1).T


def _gauss(length: int, sigma: float, device: torch.device) -> Tensor:
    """The Gaussian of the distance of every two places on a line: (length, length)."""
    place = torch.arange(length, dtype=torch.float32, device=device)
    return torch.exp(-0.5 * ((place[:, None] - place) / sigma) ** 2)
