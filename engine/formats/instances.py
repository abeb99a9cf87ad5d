"""The label file of an instance dataset: one JSON file a picture.

{"size": [h, w], "objects": [{"label_id": 1, "box": [x1, y1, x2, y2],
  "mask": {"size": [h, w], "counts": "..."} or null, "score": 0.9, "track": 3}]}

Boxes are xyxy in pixels; masks are COCO's compressed run lengths, so holes and parts survive.
Score and track are there where the object has them.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import DatasetError
from engine.files import write_text
from engine.regions.masks import box_of, region_to_mask
from engine.regions.run_lengths import rle_decode, rle_encode
from engine.values import Annotation, Box, Region

_HINT = "Export the label file anew, or remove its line from the list."


@dataclass(frozen=True, slots=True)
class InstanceFile:
    """What one file says."""

    size_hw: tuple[int, int]
    annotations: tuple[Annotation, ...]


def read_instances(path: Path) -> InstanceFile:
    """Read one file. DatasetError names the object that is wrong."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        height, width = (int(n) for n in content["size"])
        objects = list(content["objects"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"Cannot read the label file {path.name}: it needs size and objects."
        raise DatasetError(message, hint=_HINT) from error
    annotations = []
    for number, found in enumerate(objects, start=1):
        try:
            annotations.append(_annotation(found, (height, width), number))
        except (ValueError, KeyError, TypeError, AttributeError, DatasetError) as error:
            message = f"{path.name}, object {number} cannot be read ({error})."
            raise DatasetError(message, hint=_HINT) from error
    return InstanceFile((height, width), tuple(annotations))


def write_instances(
    path: Path, size_hw: tuple[int, int], annotations: Iterable[Annotation]
) -> None:
    """Write one file; a Box has no mask, any other Region is written as its pixels."""
    ordered = sorted(annotations, key=lambda a: a.z)
    objects = [_object(annotation, size_hw) for annotation in ordered]
    write_text(path, json.dumps({"size": list(size_hw), "objects": objects}) + "\n")


def _annotation(found: dict[str, Any], size_hw: tuple[int, int], number: int) -> Annotation:
    region: Region | None = None
    rle = found.get("mask") or found.get("segmentation")
    if rle:
        if tuple(rle["size"]) != size_hw:
            raise DatasetError(f"its mask is {rle['size']}, the picture {list(size_hw)}")
        region = rle_decode(rle["counts"], size_hw)
    if region is None:
        region = Box(*(float(n) for n in found["box"]))
    return Annotation(
        region,
        int(found["label_id"]),
        score=found.get("score"),
        track=found.get("track"),
        z=number,
    )


def _object(annotation: Annotation, size_hw: tuple[int, int]) -> dict[str, Any]:
    mask = None
    if not isinstance(annotation.region, Box):
        mask = region_to_mask(annotation.region, size_hw)
    box = box_of(mask or annotation.region)
    written: dict[str, Any] = {"label_id": annotation.label_id, "box": list(box.xyxy), "mask": None}
    if mask is not None:
        written["mask"] = {"size": list(size_hw), "counts": rle_encode(mask, size_hw)}
    if annotation.score is not None:
        written["score"] = annotation.score
    if annotation.track is not None:
        written["track"] = annotation.track
    return written
