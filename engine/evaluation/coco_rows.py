"""What COCO files must hold before anything is counted; the row that is wrong is named."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from engine.errors import DatasetError
from engine.regions.run_lengths import MOST_PIXELS, checked_lengths

MOST = 1_000_000_000
"""Of a coordinate or an area."""


def checked_annotations(known: Mapping[str, Any], name: str) -> dict[str, Any]:
    """COCO annotations that have every key the scores need; DatasetError names the file and row.

    Their ids become 1, 2 ..., as only the scorer needs them and wants no two alike. What many leave
    out is added: iscrowd 0, and the area, as that of the box.
    """
    for key in ("images", "annotations", "categories"):
        if not isinstance(known.get(key), list):
            raise DatasetError(f"{name} has no {key}.", hint="Give COCO annotations.")
    _each(known["images"], f"{name}, picture", _check_picture)
    _each(known["categories"], f"{name}, category", _check_category)
    pictures, labels = _ids(known["images"]), _ids(known["categories"])
    for what, ids in (("images", pictures), ("categories", labels)):
        if len(ids) < len(known[what]):
            raise DatasetError(f"{name} has two {what} of the same id.", hint="Number them anew.")

    def check(row: Any) -> None:
        _check_id(row, "image_id")
        _check_known("category_id", row, labels)
        _check_box(row["bbox"])
        _check_number(row.get("area", 0))
        _check_number(row.get("iscrowd", 0))

    _each(known["annotations"], f"{name}, annotation", check)
    # Of a part of the pictures people often keep the annotations of all.
    own = [row for row in known["annotations"] if row["image_id"] in pictures]
    rows = [
        {"iscrowd": 0, "area": row["bbox"][2] * row["bbox"][3], **row, "id": number}
        for number, row in enumerate(own, 1)
    ]
    return {**known, "annotations": rows}


def check_masks(known: Mapping[str, Any], name: str) -> None:
    """DatasetError unless every picture has a size, and every annotation an outline."""
    _each(known["images"], f"{name}, picture", _check_size)
    _each(known["annotations"], f"{name}, annotation", lambda row: row["segmentation"])


def check_mask(found: Any, size_hw: tuple[int, int]) -> None:
    """DatasetError or ValueError unless these are outlines, or run lengths of such a picture.

    What decodes them is not written in Python, and would believe whatever size they claim.
    """
    if isinstance(found, Mapping):
        if list(found["size"]) != list(size_hw):
            raise ValueError("it has another size than its picture")
        if checked_lengths(found["counts"], size_hw).sum() != size_hw[0] * size_hw[1]:
            raise ValueError("its run lengths do not add up to its picture")
        return
    if not isinstance(found, list) or not found:
        raise ValueError("it has neither outlines nor run lengths")
    length = 0.0
    for outline in found:
        if not isinstance(outline, list) or len(outline) < 6 or len(outline) % 2:
            raise ValueError("an outline is three or more pairs of numbers")
        for number in outline:
            _check_number(number)
        points = np.array(outline, np.float64).reshape(-1, 2)
        length += np.abs(np.diff(points, axis=0, append=points[:1])).max(axis=1).sum()
    # It is followed step by step.
    if length > min(1_000_000 + 4 * size_hw[0] * size_hw[1], MOST_PIXELS // 4):
        raise ValueError("its outline is longer than any in such a picture")


def check_results(
    found: list[Any], known: Mapping[str, Any], name: str, *, are_masks: bool
) -> None:
    """DatasetError if a result lacks something, or names a picture or label nobody knows."""
    pictures, labels = _ids(known["images"]), _ids(known["categories"])

    def check(row: Any) -> None:
        _check_known("image_id", row, pictures)
        _check_known("category_id", row, labels)
        _check_number(row["score"])
        if not are_masks:
            _check_box(row["bbox"])

    _each(found, f"{name}, result", check)


def _each(rows: list[Any], what: str, check: Callable[[Any], Any]) -> None:
    for place, row in enumerate(rows, 1):
        try:
            check(row)
        except KeyError as error:
            raise DatasetError(f"{what} {place} has no {error.args[0]}.") from error
        except (TypeError, ValueError) as error:
            raise DatasetError(f"{what} {place} is wrong: {error}.") from error


def _ids(rows: list[Any]) -> set[Any]:
    return {row["id"] for row in rows}


def _check_id(row: Any, key: str = "id") -> None:
    """The scorer counts by whole numbers."""
    if type(row[key]) is not int:
        raise ValueError(f"{key} {row[key]} is no whole number")


def _check_picture(row: Any) -> None:
    _check_id(row)
    if not isinstance(row.get("file_name", ""), str):
        raise ValueError(f"file_name {row['file_name']} is no text")


def _check_category(row: Any) -> None:
    _check_id(row)
    str(row["name"])


def _check_size(row: Any) -> None:
    height, width = row["height"], row["width"]
    if not (type(height) is int and type(width) is int and height > 0 and width > 0):
        raise ValueError(f"its size is {width} x {height}")
    if height * width > MOST_PIXELS:
        raise ValueError(f"its size is {width} x {height}, which is too large")


def _check_known(key: str, row: Any, ids: Collection[Any]) -> None:
    if row[key] not in ids:
        raise ValueError(f"{key} {row[key]} is unknown")


def _check_box(box: Any) -> None:
    if not isinstance(box, list) or len(box) != 4:
        raise ValueError("bbox needs four numbers")
    for side in box:
        _check_number(side)


def _check_number(value: Any) -> None:
    """A number that a picture may have; NaN is none."""
    if not isinstance(value, int | float) or not abs(value) <= MOST:
        raise ValueError(f"{value} is no number, or too large")
