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
from engine.plain_json import read_json
from engine.regions.masks import box_of, region_to_mask
from engine.regions.run_lengths import MOST_PIXELS, rle_decode, rle_encode
from engine.values import Annotation, Box, Mask, Region

MOST_MASK_BYTES = 1 << 30
"""What a file's masks may take in memory: a few letters can stand for a million pixels."""
_HINT = "Export the label file anew, or remove its line from the list."


@dataclass(frozen=True, slots=True)
class InstanceFile:
    """What one file says."""

    size_hw: tuple[int, int]
    annotations: tuple[Annotation, ...]


def read_instances(path: Path) -> InstanceFile:
    """Read one file. DatasetError names the object that is wrong."""
    content = read_json(path, hint=_HINT)
    try:
        height, width = (_whole(n) for n in content["size"])
        objects = content["objects"]
        if not isinstance(objects, list) or min(height, width) < 0:
            raise ValueError("objects is no list, or the size below 0")
    except (ValueError, KeyError, TypeError) as error:
        message = f"Cannot read the label file {path.name}: it needs size and objects."
        raise DatasetError(message, hint=_HINT) from error
    annotations: list[Annotation] = []
    room = MOST_MASK_BYTES
    for number, found in enumerate(objects, start=1):
        try:
            annotations.append(_annotation(found, (height, width), number))
            region = annotations[-1].region
            room -= region.pixels.size if isinstance(region, Mask) else 0
            if room < 0:
                raise DatasetError("the masks so far fill a gigabyte")
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
        x1, y1, x2, y2 = found["box"]
        region = Box(*(_coordinate(n) for n in (x1, y1, x2, y2)))
    score, track = found.get("score"), found.get("track")
    return Annotation(
        region,
        _whole(found["label_id"]),
        score=None if score is None else float(score),
        track=None if track is None else _whole(track),
        z=number,
    )


def _whole(value: Any) -> int:
    if isinstance(value, bool) or value != int(value):
        raise ValueError(f"{value} is no whole number")
    return int(value)


def _coordinate(value: Any) -> float:
    if not abs(float(value)) <= MOST_PIXELS:
        raise ValueError(f"{value} is in no picture")
    return float(value)


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
