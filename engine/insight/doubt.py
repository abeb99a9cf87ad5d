"""How unsure a pipeline is of a picture, whatever its task."""

import numpy as np
from numpy.typing import NDArray

from engine.insight.uncertainty import (
    Floats,
    Found,
    Measure,
    disagreement,
    disagreement_of_objects,
    entropy,
    entropy_of_scores,
    margin,
    margin_of_scores,
)
from engine.jobs import CancelToken
from engine.pipeline.pipeline import Pipeline, RawResult
from models.contract import ClassificationOutput, DetectionOutput, SemanticOutput
from models.layers.suppression import suppress

LOWEST = 0.1
"""Objects with less than this score tell nothing: a detector has thousands of them."""
OVERLAP = 0.5


def doubt(
    pipeline: Pipeline, pixels: NDArray[np.uint8], measure: Measure, cancel: CancelToken
) -> float:
    """How unsure it is of pixels (H, W, 3), from 0 to 1; disagreement runs it twice.

    Label maps are judged pixel by pixel, pictures by the shares of their labels, objects by the
    scores of those found.
    """
    raw = pipeline.infer(pixels, cancel=cancel)
    mirror = None
    if measure is Measure.DISAGREEMENT:
        cancel.check()
        mirror = pipeline.infer(np.ascontiguousarray(pixels[:, ::-1]), cancel=cancel)
    if isinstance(raw.output, DetectionOutput):
        return _of_objects(raw, measure, mirror)
    shares = _shares(raw)
    if mirror is not None:
        turned = _shares(mirror)
        return disagreement(shares, turned[..., ::-1] if turned.ndim == 3 else turned)
    return entropy(shares) if measure is Measure.ENTROPY else margin(shares)


def _shares(raw: RawResult) -> Floats:
    """Label shares (K,) or (K, H, W)."""
    if isinstance(raw.output, SemanticOutput):
        logits = raw.scores()
    else:
        assert isinstance(raw.output, ClassificationOutput)
        logits = raw.output.logits.float().cpu()
    shares: Floats = logits.softmax(0).numpy()
    return shares


def _of_objects(raw: RawResult, measure: Measure, mirror: RawResult | None) -> float:
    found = _found(raw)
    if mirror is not None:
        turned = _found(mirror).mirrored(raw.placement.content_hw[1])
        return disagreement_of_objects(found, turned)
    of_scores = entropy_of_scores if measure is Measure.ENTROPY else margin_of_scores
    return of_scores(found.scores)


def _found(raw: RawResult) -> Found:
    assert isinstance(raw.output, DetectionOutput)
    kept = suppress(raw.output, conf=LOWEST, iou=OVERLAP)
    arrays = (kept.boxes.float(), kept.scores.float(), kept.labels)
    return Found(*(tensor.cpu().numpy() for tensor in arrays))
