"""What a YOLO dataset's data.yaml says of its lines: the labels of their indices, and keypoints."""

from pathlib import Path
from typing import Any

from engine.errors import DatasetError
from engine.formats.namesakes import told_apart
from engine.formats.read_sample import items, table, text, whole
from engine.formats.report import Report
from engine.formats.yolo_lines import NO_KEYPOINTS
from engine.values import Label

KEYPOINTS = "kpt_shape"
_MOST_KEYPOINTS = 1000

Names = dict[int, Label | None]
"""The label of each index; None for one to be ignored."""


def names_in(content: dict[str, Any], yaml: Path, report: Report) -> Names | None:
    """The names by index, listed or numbered."""
    names = content.get("names")
    if names is None:
        return None
    try:
        numbered = enumerate(names) if isinstance(names, list) else table(names, "names").items()
        found = {whole(i, "an index"): text(str(name), "a name") for i, name in numbered}
    except ValueError as error:
        hint = "Write names as a list, or as `0: name` lines."
        raise DatasetError(f"{yaml.name}: {error}.", hint=hint) from error
    return told_apart_in(found, yaml, report)


def told_apart_in(found: dict[int, str], path: Path, report: Report) -> Names:
    """Labels of these names, none of which is there twice."""
    names, remarks = told_apart(found, path.name)
    report.converted += remarks
    return {index: Label(1, name, (0, 0, 0)) for index, name in names.items()}


def keypoints_in(content: dict[str, Any], yaml: Path) -> tuple[int, int]:
    """How many keypoints a line has, and of how many numbers each."""
    if content.get(KEYPOINTS) is None:
        return NO_KEYPOINTS
    try:
        shape = [whole(n, KEYPOINTS) for n in items(content[KEYPOINTS], KEYPOINTS)]
        if len(shape) != 2 or not (0 <= shape[0] <= _MOST_KEYPOINTS and shape[1] in (2, 3)):
            raise ValueError(f"{KEYPOINTS} is {shape}")
    except ValueError as error:
        hint = f"Write {KEYPOINTS} as the number of keypoints and 2 or 3: [17, 3]."
        raise DatasetError(f"{yaml.name}: {error}.", hint=hint) from error
    return shape[0], shape[1]
