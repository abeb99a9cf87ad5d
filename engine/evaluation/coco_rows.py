"""What COCO files must hold before anything is counted; the row that is wrong is named."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from engine.errors import DatasetError


def checked_annotations(known: Mapping[str, Any], name: str) -> dict[str, Any]:
    """COCO annotations that have every key the scores need; DatasetError names the file and row.

    Their ids become 1, 2 ..., as only the scorer needs them and wants no two alike. What many leave
    out is added: iscrowd 0, and the area, as that of the box.
    """
    for key in ("images", "annotations", "categories"):
        if not isinstance(known.get(key), list):
            raise DatasetError(f"{name} has no {key}.", hint="Give COCO annotations.")
    _each(known["images"], f"{name}, picture", lambda row: hash(row["id"]))
    _each(known["categories"], f"{name}, category", lambda row: (hash(row["id"]), row["name"]))
    pictures, labels = _ids(known["images"]), _ids(known["categories"])

    def check(row: Any) -> None:
        hash(row["image_id"])
        _check_known("category_id", row, labels)
        _check_box(row["bbox"])

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
    _each(known["images"], f"{name}, picture", lambda row: (int(row["height"]), int(row["width"])))
    _each(known["annotations"], f"{name}, annotation", lambda row: row["segmentation"])


def check_results(
    found: list[Any], known: Mapping[str, Any], name: str, *, are_masks: bool
) -> None:
    """DatasetError if a result lacks something, or names a picture or label nobody knows."""
    pictures, labels = _ids(known["images"]), _ids(known["categories"])

    def check(row: Any) -> None:
        _check_known("image_id", row, pictures)
        _check_known("category_id", row, labels)
        _check_finite(row["score"])
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


def _check_known(key: str, row: Any, ids: Collection[Any]) -> None:
    if row[key] not in ids:
        raise ValueError(f"{key} {row[key]} is unknown")


def _check_box(box: Any) -> None:
    if len(box) != 4:
        raise ValueError("bbox needs four numbers")
    for side in box:
        _check_finite(side)


def _check_finite(value: Any) -> None:
    if not math.isfinite(value):
        raise ValueError(f"{value} is not finite")
