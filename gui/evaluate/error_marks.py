"""What points an error out on its picture: the true box and the model's, and the object meant."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.values import Annotation, Box, Polyline, Sample
from gui.canvas.items import Color
from gui.canvas.marks import Mark

if TYPE_CHECKING:
    from engine.evaluation.stored import ErrorRow, Xyxy

TRUTH, MODEL = (64, 220, 130), (255, 150, 40)
"""The colours of the two boxes that are compared, whatever their labels."""


def marks_of(error: "ErrorRow") -> list[Mark]:
    """The boxes of an error, each with what it is; none where it is about no place."""
    tr = QCoreApplication.translate
    marks = []
    truth = error.truth if error.truth is not None else error.box
    if error.said is None or error.truth is not None:
        missed = tr("ErrorBrowser", "missed: {0}")
        text = missed if error.said is None else tr("ErrorBrowser", "truth: {0}")
        marks += _mark(truth, text.format(error.label or ""), TRUTH, is_dashed=False)
    if error.said is not None:
        score = "" if error.score is None else f" {error.score:.2f}"
        text = tr("ErrorBrowser", "model: {0}").format(error.said) + score
        marks += _mark(error.box, text, MODEL, is_dashed=True)
    return marks


def _mark(xyxy: "Xyxy | None", text: str, color: Color, *, is_dashed: bool) -> list[Mark]:
    """A mark, where the box has an area."""
    if xyxy is None or xyxy[0] >= xyxy[2] or xyxy[1] >= xyxy[3]:
        return []
    return [Mark(Box(*xyxy), text, color, is_dashed)]


def nearest(sample: Sample, xyxy: "Xyxy") -> Annotation | None:
    """The annotation that overlaps a box most, if any does."""
    from engine.regions.boxes import iou
    from engine.regions.masks import box_of

    found = [a for a in sample.annotations if not isinstance(a.region, Polyline)]
    if not found:
        return None
    overlaps = iou([xyxy], [box_of(a.region).xyxy for a in found])[0]
    place = int(overlaps.argmax())
    return found[place] if overlaps[place] > 0 else None
