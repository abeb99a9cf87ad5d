"""Two models on the same frame: what both say, and how long each of them took."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.jobs import CancelToken, Progress
from engine.thresholds import Thresholds
from engine.values import Frame, Prediction

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult
    from engine.pipeline.pipeline import RawResult
    from gui.controllers.weights import LoadedWeights


@dataclass(frozen=True, eq=False)
class Compared:
    """The predictions left and right of the line, and the milliseconds of each one's stages."""

    left: Prediction
    right: Prediction
    left_ms: dict[str, float]
    right_ms: dict[str, float]


def compare(
    pair: "tuple[LoadedWeights, LoadedWeights]",
    frame: Frame,
    thresholds: Thresholds,
    progress: Progress,
    cancel: CancelToken,
) -> Compared:
    """What both say of the frame, one after the other; the work of a Job."""
    from engine.pipeline.tiles import infer_in_tiles

    said = []
    for loaded in pair:
        cancel.check()
        raw = infer_in_tiles(
            loaded.pipeline,
            frame.pixels,
            thresholds.tile,
            progress=progress,
            cancel=cancel,
            remember=True,
        )
        prediction = loaded.pipeline.decode(raw, frame.id, thresholds)
        said.append((prediction, times_ms(raw)))
    (left, left_ms), (right, right_ms) = said
    return Compared(left, right, left_ms, right_ms)


def compared_live(result: "LiveResult") -> Compared | None:
    """What both said of a live frame, the one beside on the left; None for one model alone."""
    other = result.beside
    if other is None or other.prediction is None or result.prediction is None:
        return None
    left_ms, right_ms = (
        times_ms(each.raw) if each.raw is not None else {} for each in (other, result)
    )
    return Compared(other.prediction, result.prediction, left_ms, right_ms)


def times_ms(raw: "RawResult") -> dict[str, float]:
    """How long each stage of the network took."""
    return {stage: 1000 * seconds for stage, seconds in raw.seconds.items()}
