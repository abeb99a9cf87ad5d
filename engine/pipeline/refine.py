"""What refines the label scores of any semantic model by the picture itself, after the network.

A refinement is one pure function, registered under a name: label scores and the picture's pixels
at the same size in, label scores out. The pipeline runs it between network and thresholds, so
another one acts at once, without running the network again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import ConfigError
from engine.pipeline import superpixels, tree_cut
from engine.pipeline.superpixels import SuperpixelSettings
from engine.pipeline.tree_cut import TreeSettings
from models.layers.crf import CrfSettings, DenseCrf
from models.semantic import resize_scores

NONE = "none"
"""The name of the refinement that leaves the scores as they are."""


@dataclass(frozen=True, slots=True)
class RefineSettings:
    """The numbers of all refinements.

    They work on a picture whose longer side is `side` pixels, unless the picture has fewer or the
    network's input has more: a coarse network then gains edges finer than its input.
    """

    side: int = 256
    crf: CrfSettings = field(default_factory=CrfSettings)
    superpixels: SuperpixelSettings = field(default_factory=SuperpixelSettings)
    tree_cut: TreeSettings = field(default_factory=TreeSettings)

    def __post_init__(self) -> None:
        if not 8 <= self.side <= 8192:
            raise ValueError(f"The side is 8 to 8192 pixels, not {self.side}.")


Apply = Callable[[Tensor, NDArray[np.uint8], RefineSettings], Tensor]
"""Scores (K, h, w) float32 before softmax, pixels (h, w, 3) uint8 RGB, and settings in;
log-probabilities (K, h, w) on the scores' device out."""


@dataclass(frozen=True, slots=True)
class RefinementSpec:
    """A registered way to refine: its name, one sentence for people, and the function."""

    name: str
    text: str
    apply: Apply


_REFINEMENTS: dict[str, RefinementSpec] = {}


def register(name: str, text: str) -> Callable[[Apply], Apply]:
    """Register the decorated function under a name such as "crf"."""

    def add(apply: Apply) -> Apply:
        if name in _REFINEMENTS:
            raise ValueError(f"The refinement {name} is registered twice.")
        _REFINEMENTS[name] = RefinementSpec(name, text, apply)
        return apply

    return add


def names() -> list[str]:
    """All registered names; "none" comes first."""
    return list(_REFINEMENTS)


def get(name: str) -> RefinementSpec:
    """The refinement of this name. ConfigError lists the known ones."""
    if name not in _REFINEMENTS:
        known = ", ".join(names())
        raise ConfigError(f"There is no refinement {name}.", hint=f"There are: {known}.")
    return _REFINEMENTS[name]


@dataclass(frozen=True, slots=True)
class Refinement:
    """The refinement chosen, and its settings. ConfigError for an unknown name."""

    name: str = NONE
    settings: RefineSettings = field(default_factory=RefineSettings)

    def __post_init__(self) -> None:
        get(self.name)

    @property
    def is_on(self) -> bool:
        """Whether it changes anything."""
        return self.name != NONE


@register(NONE, "The network's scores as they are.")
def keep(scores: Tensor, pixels: NDArray[np.uint8], settings: RefineSettings) -> Tensor:
    """Log-probabilities of the scores; nothing else changes."""
    return scores.log_softmax(0)


@register("crf", "Pixels near in place and color get one label: a fully connected CRF.")
def crf(scores: Tensor, pixels: NDArray[np.uint8], settings: RefineSettings) -> Tensor:
    """Mean field in a dense CRF whose reach grows with the picture (Krähenbühl & Koltun 2011)."""
    picture = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1).to(scores.device)
    scaled = settings.crf.scaled_to((pixels.shape[0], pixels.shape[1]))
    return DenseCrf(picture, scaled).refine(scores)


@register("superpixels", "Each small region of one color votes for one label.")
def vote(scores: Tensor, pixels: NDArray[np.uint8], settings: RefineSettings) -> Tensor:
    """The mean probabilities of each SLIC superpixel (Achanta et al. 2012)."""
    return superpixels.vote(scores, pixels, settings.superpixels)


@register("tree_cut", "Each pixel is labelled by the purest region of a segmentation tree.")
def cut(scores: Tensor, pixels: NDArray[np.uint8], settings: RefineSettings) -> Tensor:
    """The optimal cover of a tree of merged superpixels (Farabet et al. 2013)."""
    return tree_cut.cut(scores, pixels, settings.tree_cut)


def working_hw(scores_hw: tuple[int, int], frame_hw: tuple[int, int], side: int) -> tuple[int, int]:
    """The size at which a frame is refined: of the frame's shape, as `RefineSettings` says."""
    long = max(*scores_hw, min(max(frame_hw), side))
    scale = long / max(frame_hw)
    return max(1, round(frame_hw[0] * scale)), max(1, round(frame_hw[1] * scale))


def at_working_size(
    scores: Tensor, pixels: NDArray[np.uint8], settings: RefineSettings
) -> tuple[Tensor, NDArray[np.uint8]]:
    """Scores (K, h, w) and frame pixels (H, W, 3), both of the same extent -> at one size."""
    size_hw = working_hw(
        (scores.shape[1], scores.shape[2]), (pixels.shape[0], pixels.shape[1]), settings.side
    )
    mode = cv2.INTER_AREA if size_hw[0] < pixels.shape[0] else cv2.INTER_LINEAR
    picture = cv2.resize(pixels, (size_hw[1], size_hw[0]), interpolation=mode)
    return resize_scores(scores[None].float(), size_hw)[0], picture


def refined(scores: Tensor, pixels: NDArray[np.uint8], choice: Refinement) -> Tensor:
    """Scores (K, h, w) that cover the frame, its pixels (H, W, 3) -> refined scores, at the
    working size; without a refinement the same scores."""
    if not choice.is_on:
        return scores
    larger, picture = at_working_size(scores, pixels, choice.settings)
    return get(choice.name).apply(larger, picture, choice.settings)
