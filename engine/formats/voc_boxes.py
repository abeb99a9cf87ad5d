"""Boxes and label names of one Pascal VOC XML file."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree as ElementTree
from defusedxml.common import DefusedXmlException

from engine.errors import DatasetError
from engine.formats.problem import Problem
from engine.regions.boxes import Boxes, as_boxes


@dataclass(frozen=True, slots=True, eq=False)
class VocBoxes:
    """What one file says: boxes (N, 4) xyxy and a name for each; what was skipped, and why."""

    picture: str
    size_hw: tuple[int, int] | None
    boxes: Boxes
    names: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def read_voc_boxes(path: Path) -> VocBoxes:
    """Read one XML file. Objects without a name or an area are skipped and reported."""
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ParseError, DefusedXmlException) as error:
        hint = "It should be a Pascal VOC XML file; make it anew or remove it."
        raise DatasetError(f"Cannot read {Path(path).name}.", hint=hint) from error
    boxes: list[tuple[float, float, float, float]] = []
    names: list[str] = []
    problems: list[Problem] = []
    for number, found in enumerate(root.iter("object"), start=1):
        name, box = (found.findtext("name") or "").strip(), _box(found)
        if name and box and box[0] < box[2] and box[1] < box[3]:
            boxes.append(box)
            names.append(name)
        else:
            text = f"Object {number} ({name or 'without a name'}) has no area or numbers; skipped."
            problems.append(Problem(str(path), 0, "empty-box", text))
    picture = (root.findtext("filename") or "").strip()
    return VocBoxes(picture, _size(root), as_boxes(boxes), tuple(names), tuple(problems))


def _box(found: Element) -> tuple[float, float, float, float] | None:
    """The corners, counted from 0; None where a number is missing or the box has no extent."""
    try:
        x1, y1, x2, y2 = (
            float(found.findtext(f"bndbox/{side}") or "")
            for side in ("xmin", "ymin", "xmax", "ymax")
        )
    except ValueError:
        return None
    if x1 >= x2 or y1 >= y2:
        return None
    # VOC counts pixels from 1 and includes the last one; we count from 0 and exclude it.
    return max(x1 - 1, 0.0), max(y1 - 1, 0.0), x2, y2


def _size(root: Element) -> tuple[int, int] | None:
    try:
        height = int(float(root.findtext("size/height") or ""))
        width = int(float(root.findtext("size/width") or ""))
    except ValueError:
        return None
    return (height, width) if height > 0 and width > 0 else None
