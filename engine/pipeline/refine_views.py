"""Pictures of how refinements come to their labels, for one frame: what "Look inside" shows."""

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.pipeline import refine, tree_cut
from engine.pipeline.pipeline import RawResult
from engine.pipeline.refine import RefineSettings
from engine.pipeline.superpixels import mean_per_region, spread, superpixels
from engine.values import Label

VIEWS = (
    "before",
    "crf",
    "crf_change",
    "superpixels",
    "superpixel_labels",
    "tree_cut",
    "tree_cut_labels",
)
"""The names of the views, in the order they are given."""

_LINE = np.array([255, 210, 60], np.uint8)
_CHANGED = np.array([255, 40, 200], np.uint8)

View = tuple[str, NDArray[np.uint8]]


def views(
    raw: RawResult,
    labels: Sequence[Label],
    *,
    settings: RefineSettings | None = None,
    wanted: Sequence[str] = VIEWS,
) -> tuple[View, ...]:
    """The wanted views of a semantic result as (name, (h, w, 3) uint8 RGB), at the working size.

    "before" and "crf" are the labels painted over the picture without and with the CRF, and
    "crf_change" marks the pixels it relabels. "superpixels" and "tree_cut" draw the borders of the
    superpixels, and of the regions that the best cut chose; "superpixel_labels" and
    "tree_cut_labels" are painted as those refinements label them. Takes as long as what is wanted.
    """
    settings = settings or RefineSettings()
    with torch.inference_mode():
        made = _Views(raw, labels, settings)
        return tuple((name, made.make(name)) for name in wanted)


class _Views:
    """Makes the views of one frame, each intermediate result once."""

    def __init__(self, raw: RawResult, labels: Sequence[Label], settings: RefineSettings) -> None:
        self._settings = settings
        self._scores, self._picture = refine.at_working_size(raw.scores(), raw.pixels, settings)
        self._colors = np.zeros((256, 3), np.uint8)
        for place, label in enumerate(labels):
            self._colors[place] = label.color
        self._crf: Tensor | None = None
        self._tree: tree_cut.SegmentTree | None = None

    def make(self, name: str) -> NDArray[np.uint8]:
        """One view. ValueError for a name that is none."""
        if name == "before":
            return self._painted(self._scores)
        if name == "crf":
            return self._painted(self._refined())
        if name == "crf_change":
            changed = (self._scores.argmax(0) != self._refined().argmax(0)).numpy()
            return self._marked(changed, _CHANGED)
        if name not in VIEWS:
            raise ValueError(f"There is no view {name}.")
        chances = self._scores.softmax(0)
        if name.startswith("superpixel"):
            leaves = superpixels(self._picture, self._settings.superpixels)
            if name == "superpixels":
                return self._marked(borders(leaves), _LINE)
            return self._painted(spread(mean_per_region(chances, leaves), leaves))
        if self._tree is None:
            self._tree = tree_cut.segment_tree(self._picture, self._settings.tree_cut)
        chosen, mean = tree_cut.best_cut(self._tree, chances, self._settings.tree_cut.largest)
        regions = chosen[self._tree.leaves]
        if name == "tree_cut":
            return self._marked(borders(regions), _LINE)
        return self._painted(spread(mean, regions))

    def _refined(self) -> Tensor:
        if self._crf is None:
            self._crf = refine.crf(self._scores, self._picture, self._settings)
        return self._crf

    def _painted(self, scores: Tensor) -> NDArray[np.uint8]:
        """The best labels' colours half over the picture."""
        colors = self._colors[scores.argmax(0).numpy()]
        mixed: NDArray[np.uint8] = cv2.addWeighted(self._picture, 0.5, colors, 0.5, 0)
        return mixed

    def _marked(self, where: NDArray[np.bool_], color: NDArray[np.uint8]) -> NDArray[np.uint8]:
        marked = self._picture.copy()
        marked[where] = color
        return marked


def borders(ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Pixels (h, w) whose right or lower neighbour belongs to another region."""
    result = np.zeros(ids.shape, bool)
    result[:, :-1] |= ids[:, :-1] != ids[:, 1:]
    result[:-1] |= ids[:-1] != ids[1:]
    return result
