"""What happens after the network: superpixels, the chosen cut, the labels before and after a CRF.

They are stages like those inside the network, for semantic weights only.
"""

from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from engine.inside.stages import Stage
from engine.preprocess import Placement
from engine.weights.weights import Weights
from models.about import Text
from models.contract import RawTensors
from models.task import Task

if TYPE_CHECKING:
    from engine.pipeline.pipeline import RawResult

TEXTS = {
    "before": Text("After the network: its labels", "신경망 다음: 신경망의 레이블"),
    "crf": Text("CRF: the labels after it", "CRF: 적용한 뒤의 레이블"),
    "crf_change": Text("CRF: the pixels it relabels", "CRF: 레이블이 바뀐 픽셀"),
    "superpixels": Text("Superpixels: their borders", "슈퍼픽셀: 경계"),
    "superpixel_labels": Text("Superpixels: the labels they vote for", "슈퍼픽셀: 투표한 레이블"),
    "tree_cut": Text("Best cut of the tree: its regions", "트리의 최적 컷: 고른 영역"),
    "tree_cut_labels": Text("Best cut of the tree: its labels", "트리의 최적 컷: 레이블"),
}
"""What each view of `engine.pipeline.refine_views` shows, in its order."""


def refinement_stages(weights: Weights) -> tuple[Stage, ...]:
    """A stage for each view of a refinement."""
    card = weights.card
    if card.task is not Task.SEMANTIC:
        return ()
    shape = (len(card.labels), *card.preprocessing.size_hw)
    return tuple(
        Stage(name, text, "refinement", shape, is_named=True) for name, text in TEXTS.items()
    )


def view_of(
    weights: Weights,
    outputs: RawTensors,
    seen: tuple[NDArray[np.uint8], Placement],
    name: str,
) -> NDArray[np.uint8]:
    """The view of this name, (h, w, 3) uint8 RGB over the frame, of the network's raw outputs."""
    from engine.pipeline.refine_views import views

    ((_, picture),) = views(_raw(weights, outputs, seen), weights.card.labels, wanted=(name,))
    return picture


def _raw(
    weights: Weights, outputs: RawTensors, seen: tuple[NDArray[np.uint8], Placement]
) -> "RawResult":
    from engine.pipeline.pipeline import RawResult

    pixels, placement = seen
    with torch.inference_mode():
        (output,) = weights.module.outputs(tuple(tensor.cpu() for tensor in outputs))
    return RawResult(output, placement, {}, pixels)
