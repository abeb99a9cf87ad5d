"""Scores of a COCO results file, whoever made it."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from faster_coco_eval import COCO

from engine.errors import DatasetError
from engine.evaluation.detection import SUMMARY, score_coco
from engine.plain_json import number


def evaluate_results(path: Path, truth: Path) -> dict[str, Any]:
    """COCO results against COCO annotations: boxes, or masks where every result has one.

    DatasetError if a file is not what COCO describes, or names a picture or label that is unknown.
    """
    known, found = _read(truth, dict), _read(path, list)
    for key in ("images", "annotations", "categories"):
        if not isinstance(known.get(key), list):
            raise DatasetError(f"{truth.name} has no {key}.", hint="Give COCO annotations.")
    _check_rows(found, known, path)
    kind = "segm" if found and all("segmentation" in row for row in found) else "bbox"
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(known)
        results = coco.loadRes(found) if found else None
    scores = score_coco(coco, results, kind=kind)
    names = {c["id"]: str(c["name"]) for c in known["categories"]}
    per_label = zip(sorted(names), scores.per_label, strict=True)
    return {
        **{k: number(getattr(scores, k)) for k in SUMMARY},
        "per_label": {
            names[i]: {"ap": number(ap), "ap50": number(ap50)} for i, (ap, ap50) in per_label
        },
        "images": len(known["images"]),
    }


def _read(path: Path, kind: type) -> Any:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"Cannot read {path.name} as JSON.", hint="Check the file.") from error
    if not isinstance(content, kind):
        what = "a list of results" if kind is list else "COCO annotations"
        raise DatasetError(f"{path.name} does not hold {what}.")
    return content


def _check_rows(found: list[Any], known: dict[str, Any], path: Path) -> None:
    pictures = {row["id"] for row in known["images"]}
    labels = {row["id"] for row in known["categories"]}
    for place, row in enumerate(found, 1):
        try:
            good = row["image_id"] in pictures and row["category_id"] in labels
            float(row["score"])
            if "segmentation" not in row and len(row["bbox"]) != 4:
                raise ValueError("bbox needs four numbers")
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(f"{path.name}, result {place}: {error!r} is wrong.") from error
        if not good:
            raise DatasetError(
                f"{path.name}, result {place} names an unknown picture or label.",
                hint="Results and annotations must be of the same data.",
            )
