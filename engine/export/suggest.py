"""Which Format suits what a project holds."""

from collections import Counter
from collections.abc import Iterable

from engine.formats.txt_label_files import FORMATS
from engine.values import Box, Polyline, Region, Sample
from models.task import Task

ENOUGH = 200
"""Pictures with objects after which the rest is taken to be alike."""
LINES = "labelme"
"""Holds lines and points."""


def suggest(samples: Iterable[Sample], task: Task | None) -> str:
    """The name of a Format that holds these Samples; `task` is that of the model in use.

    Lines and points count only where nothing else is drawn.

    Boxes alone are boxes. Outlines are written for the model's task; without one, as objects where
    a picture has several of one label, else as a label map.
    """
    kinds: Counter[type[Region]] = Counter()
    has_several = False
    seen = 0
    for sample in samples:
        if not sample.annotations:
            continue
        kinds.update(type(annotation.region) for annotation in sample.annotations)
        areas = (a for a in sample.annotations if not isinstance(a.region, Polyline))
        labels = Counter(annotation.label_id for annotation in areas)
        has_several = has_several or max(labels.values(), default=0) > 1
        seen += 1
        if seen == ENOUGH:
            break
    has_lines = kinds.pop(Polyline, 0) > 0
    if has_lines and not kinds:
        return LINES
    has_boxes = kinds[Box] > 0
    if has_boxes and len(kinds) == 1:
        return FORMATS[Task.DETECTION]
    if has_boxes:
        return FORMATS[Task.INSTANCE if task is not Task.DETECTION else task]
    if task in FORMATS:
        return FORMATS[task]
    return FORMATS[Task.INSTANCE if has_several or not kinds else Task.SEMANTIC]
