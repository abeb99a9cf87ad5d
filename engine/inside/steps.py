"""The boxes that a detector holds on its way to an answer, over the frame that it looked at."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from engine.inside.cells import CellGrid
from engine.preprocess import Placement
from engine.weights.weights import Weights
from models.about import Text
from models.detector import Detector, DetectorStep

if TYPE_CHECKING:
    from engine.pipeline.pipeline import RawResult

Order = Literal["own", "best"]


@dataclass(frozen=True, eq=False)
class BoxStep:
    """`models.detector.Step` over its frame: boxes (N, 4) float32 xyxy in frame pixels, clipped to
    the frame; label ids instead of indices, `chances` (N, K) in the order of the ids from 1."""

    text: Text
    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    label_ids: NDArray[np.int64] | None = None
    cells: NDArray[np.int64] | None = None
    grid: CellGrid | None = None
    chances: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.boxes)

    def in_order(self, order: Order) -> NDArray[np.int64]:
        """The boxes' numbers in the detector's own order, or by score."""
        return np.arange(len(self)) if order == "own" else self._best

    @cached_property
    def _best(self) -> NDArray[np.int64]:
        return np.argsort(-self.scores, kind="stable")

    def of_cell(self, cell: int) -> NDArray[np.int64]:
        """The numbers of a cell's boxes."""
        if self.cells is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero(self.cells == cell)


def steps_of(weights: Weights, raw: "RawResult") -> tuple[BoxStep, ...]:
    """Every step of a detector's way for one frame; none of other models."""
    module = weights.module
    if not isinstance(module, Detector) or not raw.raw:
        return ()
    with torch.inference_mode():
        (steps,) = module.steps(tuple(tensor.cpu() for tensor in raw.raw))
    return tuple(_over_frame(step, raw.placement) for step in steps)


def _over_frame(step: DetectorStep, placement: Placement) -> BoxStep:
    boxes = np.nan_to_num(step.boxes.float().cpu().numpy(), posinf=0.0, neginf=0.0)
    grid = CellGrid.over(placement, step.grid_hw) if step.grid_hw is not None else None
    return BoxStep(
        step.text,
        placement.boxes_to_frame(boxes),
        np.nan_to_num(step.scores.float().cpu().numpy()),
        None if step.labels is None else step.labels.cpu().numpy() + 1,
        None if step.cells is None else step.cells.cpu().numpy(),
        grid,
        None if step.chances is None else step.chances.float().cpu().numpy(),
    )
