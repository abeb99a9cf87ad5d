"""How many clicks an outline takes, and how good it is after each: the measures of the field.

A made-up person clicks into the middle of the largest error, again and again, as Xu et al.: Deep
Interactive Object Selection, CVPR 2016, and all since them. NoC@t is the mean number of clicks
until the IoU is t, counted as `MOST_CLICKS` where it never is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.click.contract import AnyAnswer, AnyAsker
from engine.click.question import Click, Question
from engine.datasets.truth import open_list
from engine.datasets.warp_masks import dense
from engine.jobs import CancelToken, Progress, no_progress
from engine.regions.crops import bounds
from engine.sources.picture import read_picture
from engine.values import IGNORE, Box, Mask
from models.task import Task

MOST_CLICKS = 20
TARGETS = (0.80, 0.85, 0.90)
SHOWN_AFTER = (1, 3, 5)

Outline = NDArray[np.bool_]


def next_click(truth: Outline, answer: Outline) -> Click | None:
    """The middle of the thickest error of an answer (H, W); None where there is no error.

    What is farthest from the error's end is its middle; what lies beyond the picture is its end.
    """
    lacking, spare = _depth(truth & ~answer), _depth(answer & ~truth)
    is_positive = bool(lacking.max() >= spare.max())
    wrong = lacking if is_positive else spare
    y, x = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return Click(x + 0.5, y + 0.5, is_positive) if wrong[y, x] > 0 else None


def _depth(area: Outline) -> NDArray[np.float32]:
    """How far each pixel of an area (H, W) is from its outside."""
    padded = np.pad(area.view(np.uint8), 1)
    found: NDArray[np.float32] = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return found[1:-1, 1:-1]


def overlap(a: Outline, b: Outline) -> float:
    """Intersection over union of two outlines (H, W); 1 where both are empty."""
    union = int((a | b).sum())
    return int((a & b).sum()) / union if union else 1.0


@dataclass
class ClickScores:
    """IoU after each click of each object, and from a box alone.

    `where` each of them lies, of `images` pictures; `met` are all objects, asked for or not.
    """

    after: list[Sequence[float]] = field(default_factory=list)
    from_box: list[float] = field(default_factory=list)
    where: list[tuple[Path, Box]] = field(default_factory=list)
    images: int = 0
    met: int = 0

    def clicks_to(self, target: float) -> float:
        """NoC@target."""
        found = [
            next((n for n, iou in enumerate(row, 1) if iou >= target), MOST_CLICKS)
            for row in self.after
        ]
        return float(np.mean(found)) if found else float("nan")

    def iou_after(self, clicks: int) -> float:
        """Mean IoU after so many clicks; who needs fewer has that of the last one."""
        found = [row[min(clicks, len(row)) - 1] for row in self.after if row]
        return float(np.mean(found)) if found else float("nan")

    def metrics(self) -> dict[str, float]:
        """All of them by name, NaN for what was not asked."""
        box = float(np.mean(self.from_box)) if self.from_box else float("nan")
        return {
            **{f"noc{round(100 * t)}": self.clicks_to(t) for t in TARGETS},
            **{f"iou_{n}": self.iou_after(n) for n in SHOWN_AFTER},
            "iou_box": box,
        }


class Outliner(Protocol):
    """Whatever turns clicks into outlines."""

    def begin(self, pixels: NDArray[np.uint8]) -> None:
        """The next questions are about this picture (H, W, 3) uint8 RGB."""

    def outline(self, question: Question) -> Outline:
        """What a question points at: (H, W). A question of one click more than the one before goes
        on from its answer."""


def is_first(question: Question) -> bool:
    """Whether a question goes on from no other: it is one click, or a box alone."""
    return len(question.clicks) + (question.box is not None) <= 1


class AskedOutliner:
    """A network, or whatever else is asked."""

    def __init__(self, asker: AnyAsker) -> None:
        self._asker = asker
        self._pixels: NDArray[np.uint8]
        self._whole: Any
        self._before: AnyAnswer | None = None

    def begin(self, pixels: NDArray[np.uint8]) -> None:
        """See a picture."""
        self._pixels, self._whole, self._before = pixels, self._asker.see(pixels), None

    def outline(self, question: Question) -> Outline:
        """Ask."""
        before = None if is_first(question) else self._before
        self._before = self._asker.ask(self._pixels, self._whole, question, before)
        masks = () if self._before.mask is None else (self._before.mask,)
        return whole(masks, self._pixels.shape)


def score_clicks(
    outliner: Outliner,
    path: Path,
    *,
    most: int = MOST_CLICKS,
    every: int = 1,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> ClickScores:
    """Ask for the objects of a list of instances, by up to `most` clicks and by the box: for all,
    or counted through the list for `every` nth. What belongs to an ignored instance and not to the
    object counts neither as right nor as wrong.

    DatasetError for wrong data.
    """
    source, cancel = open_list(path, Task.CLICK), cancel or CancelToken()
    scores = ClickScores()
    for number, entry in enumerate(source.entries):
        pixels = read_picture(entry.image)
        truth = source.read(entry, (pixels.shape[0], pixels.shape[1]))
        assert truth.masks is not None
        known = [m for m, i in zip(truth.masks, truth.indices, strict=True) if i != IGNORE]
        ignored = [m for m, i in zip(truth.masks, truth.indices, strict=True) if i == IGNORE]
        counted = ~whole(ignored, pixels.shape)
        asked = known[-scores.met % every :: every]
        scores.met += len(known)
        scores.images += 1
        if asked:
            outliner.begin(pixels)
        for mask in asked:
            cancel.check()
            wanted = whole((mask,), pixels.shape)
            scores.after.append(_clicked(outliner, wanted, counted | wanted, most))
            box = Box(*map(float, bounds(mask)))
            boxed = outliner.outline(Question(box=box)) & (counted | wanted)
            scores.from_box.append(overlap(wanted, boxed))
            scores.where.append((entry.image, box))
        progress(number + 1, len(source.entries), entry.image.name)
    return scores


def whole(masks: Sequence[Mask], shape: tuple[int, ...]) -> Outline:
    """Masks as one outline (H, W) of a frame of this shape."""
    return np.asarray(dense(masks, (shape[0], shape[1])).any(axis=0), np.bool_)


def _clicked(outliner: Outliner, wanted: Outline, counted: Outline, most: int) -> list[float]:
    """IoU after each click of the pixels that count, until it is as good as any target."""
    question, found = Question(), np.zeros_like(wanted)
    rows: list[float] = []
    while len(rows) < most:
        click = next_click(wanted, found)
        if click is None:
            break
        question = question.with_click(click)
        found = outliner.outline(question) & counted
        rows.append(overlap(wanted, found))
        if rows[-1] >= max(TARGETS) and len(rows) >= max(SHOWN_AFTER):
            break
    return rows
