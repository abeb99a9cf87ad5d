"""A model that knows its labels, asked for the object at a place: it answers with what it predicts
there. Of a label map that is the connected part of one label, of instances a whole one."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.click.question import Click, Question
from engine.errors import WeightsError
from engine.labels import background_of
from engine.pipeline.decode import SemanticMaps
from engine.pipeline.pipeline import Pipeline
from engine.regions.boxes import iou
from engine.regions.crops import bounds, crop, join, subtract, tight, window
from engine.regions.masks import box_of, region_to_mask
from engine.thresholds import Thresholds
from engine.values import IGNORE, Box, FrameId, LabelMap, Mask, Prediction
from models.task import Task

Rect = tuple[int, int, int, int]


@dataclass(frozen=True)
class PredictedAnswer:
    """The outline, None if there is nothing; `score` is the model's."""

    mask: Mask | None
    score: float


NOTHING = PredictedAnswer(None, 0.0)


@dataclass(frozen=True, eq=False)
class PredictedView:
    """What a model predicts in a frame; of label maps also how clear they are."""

    prediction: Prediction
    maps: SemanticMaps | None = None


class PredictionAsker:
    """A Pipeline that is asked. Any thread may call it."""

    def __init__(self, pipeline: Pipeline, thresholds: Thresholds | None = None) -> None:
        card = pipeline.weights.card
        if card.task not in (Task.SEMANTIC, Task.INSTANCE):
            raise WeightsError(
                f"{pipeline.weights.name} outlines nothing.",
                hint="Choose weights that give label maps, or objects with masks.",
            )
        self._pipeline = pipeline
        self._thresholds = thresholds or Thresholds()

    @property
    def device_text(self) -> str:
        """The device and precision really in use."""
        return self._pipeline.device_text

    @property
    def origin(self) -> str:
        """Model and weights, as an Annotation names them."""
        return self._pipeline.origin

    def see(self, pixels: NDArray[np.uint8]) -> PredictedView:
        """Let the model predict a frame (H, W, 3) uint8 RGB."""
        raw = self._pipeline.infer(pixels)
        prediction = self._pipeline.decode(raw, FrameId("asked"), self._thresholds)
        is_semantic = prediction.label_map is not None
        return PredictedView(prediction, raw.maps(self._pipeline.refine) if is_semantic else None)

    def ask(
        self,
        pixels: NDArray[np.uint8],
        whole: PredictedView,
        question: Question,
        before: PredictedAnswer | None = None,
    ) -> PredictedAnswer:
        """What was predicted where the question points; earlier answers do not matter."""
        prediction = whole.prediction
        if prediction.label_map is None:
            return instance_at(prediction, question)
        mask = part_at(prediction.label_map, question, background_of(prediction.labels))
        if mask is None:
            return NOTHING
        score = 1.0 if whole.maps is None else whole.maps.chance(mask)
        return PredictedAnswer(mask, score)


def part_at(label_map: LabelMap, question: Question, background: int | None) -> Mask | None:
    """The connected parts of labels under positive clicks, without those under negative ones; of a
    box, the largest part in it that no negative click is on."""
    ids, found = label_map.ids, None
    unwanted = [click for click in question.clicks if not click.is_positive]
    if question.box is not None:
        found = _largest_in(ids, question.box, background, unwanted)
    for click in question.clicks:
        part = _part_under(ids, click, background)
        found = join(found, part) if click.is_positive else subtract(found, part)
    return found


def _part_under(ids: NDArray[np.uint8], click: Click, background: int | None) -> Mask | None:
    """All that is connected to a click and has its label; nothing of background and the unknown."""
    height, width = ids.shape
    x, y = int(click.x), int(click.y)
    if not (0 <= x < width and 0 <= y < height) or ids[y, x] in (background, IGNORE):
        return None
    marked = np.zeros((height + 2, width + 2), np.uint8)
    # OpenCV wants to be allowed to write, although here it only writes the mask.
    writable = np.array(ids, order="C")
    cv2.floodFill(writable, marked, (x, y), 0, 0, 0, 4 | (1 << 8) | cv2.FLOODFILL_MASK_ONLY)
    return tight(crop(0, 0, marked[1:-1, 1:-1] > 0))


def _largest_in(
    ids: NDArray[np.uint8], box: Box, background: int | None, unwanted: list[Click]
) -> Mask | None:
    """The largest connected part of one label within a box, which no unwanted click is on."""
    best, area = None, 0
    for part in _parts_in(ids, _rect_of(box, ids.shape), background):
        size = int(np.count_nonzero(part.pixels))
        if size > area and not any(_is_under(part, click) for click in unwanted):
            best, area = part, size
    return best


def _parts_in(ids: NDArray[np.uint8], rect: Rect, background: int | None) -> Iterator[Mask]:
    left, top, right, bottom = rect
    part = ids[top:bottom, left:right]
    for label in np.unique(part).tolist():
        if label in (background, IGNORE):
            continue
        is_label = (part == label).astype(np.uint8)
        count, numbers = cv2.connectedComponents(is_label, connectivity=4)
        for number in range(1, count):
            found = tight(crop(left, top, numbers == number))
            if found is not None:
                yield found


def instance_at(prediction: Prediction, question: Question) -> PredictedAnswer:
    """The smallest instance under all positive clicks, else one under each of them; in a box, the
    one that fills it best. Instances under a negative click are none of them."""
    found = [
        PredictedAnswer(mask, detection.score)
        for detection in prediction.detections
        if not isinstance(detection.region, Box)  # It stands for a mask that came out empty.
        and (mask := region_to_mask(detection.region, prediction.size_hw)) is not None
        and not any(not click.is_positive and _is_under(mask, click) for click in question.clicks)
    ]
    wanted = [click for click in question.clicks if click.is_positive]
    if question.box is not None:
        first = _best_in(found, question.box)
        beside = [c for c in wanted if first.mask is None or not _is_under(first.mask, c)]
        return _joined([first, *(_smallest(found, [click]) for click in beside)])
    together = _smallest(found, wanted)
    if together.mask is not None:
        return together
    return _joined([_smallest(found, [click]) for click in wanted])


def _best_in(found: list[PredictedAnswer], box: Box) -> PredictedAnswer:
    """The instance whose own box agrees most with the one that was drawn."""
    own = [box_of(answer.mask).xyxy for answer in found if answer.mask is not None]
    agreement = iou(own, [box.xyxy])[:, 0]
    if not (agreement > 0).any():
        return NOTHING
    return found[int(agreement.argmax())]


def _smallest(found: list[PredictedAnswer], clicks: list[Click]) -> PredictedAnswer:
    under = [a for a in found if a.mask is not None and all(_is_under(a.mask, c) for c in clicks)]
    return min(
        under if clicks else [],
        key=lambda answer: np.count_nonzero(answer.mask.pixels) if answer.mask else 0,
        default=NOTHING,
    )


def _joined(answers: list[PredictedAnswer]) -> PredictedAnswer:
    """All of them as one; it is as sure as the least sure."""
    result = NOTHING
    for answer in answers:
        if answer.mask is None:
            continue
        score = answer.score if result.mask is None else min(result.score, answer.score)
        result = PredictedAnswer(join(result.mask, answer.mask), score)
    return result


def _is_under(mask: Mask, click: Click) -> bool:
    x, y = int(click.x), int(click.y)
    return bool(window(mask, (x, y, x + 1, y + 1)).any())


def _rect_of(box: Box, shape: tuple[int, ...]) -> Rect:
    """The pixels that a box touches, inside the frame."""
    mask = region_to_mask(box, (shape[0], shape[1]))
    return bounds(mask) if mask is not None else (0, 0, 0, 0)
