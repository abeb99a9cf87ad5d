"""Objects as a text for the clipboard; `docs/formats.md` describes it.

It is JSON of one object a line, labels are known by their names, so that it means the same in any
project, and it comes back exactly. Where it came from is not in it: who pastes it, draws it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from engine.errors import DatasetError
from engine.formats.labels_file import default_color
from engine.formats.read_sample import items, number, points, table, text, whole
from engine.jobs import CancelToken
from engine.labels import BACKGROUND, is_background
from engine.plain_json import MEGABYTE, dumps, parse_json
from engine.regions.masks import tight
from engine.regions.run_lengths import rle_decode, rle_encode
from engine.values import IGNORE, Annotation, Box, Label, Mask, Polygon, Polyline, Region

KIND = "objects"
VERSION = 1
MOST_BYTES = 32 * MEGABYTE
MOST_MASK_PIXELS = 1 << 28
"""Of all masks together: a few letters can stand for a million pixels."""
MOST_ATTRIBUTES = 1000
_HINT = "Copy the objects again with Ctrl+C."
_NAME = "What was copied"

Attributes = tuple[tuple[str, str], ...]


def write(
    annotations: Sequence[Annotation],
    labels: Iterable[Label],
    size_hw: tuple[int, int],
    cancel: CancelToken | None = None,
) -> str:
    """The text of these objects of a picture. DatasetError where it would be too long."""
    by_id = {label.id: label for label in labels}
    used = {a.label_id: by_id[a.label_id] for a in annotations if a.label_id in by_id}
    lines, length = [], 0
    for annotation in annotations:
        if cancel is not None:
            cancel.check()
        lines.append(dumps(_object(annotation, used.get(annotation.label_id))))
        length += len(lines[-1])
        if length > MOST_BYTES:
            megabytes = MOST_BYTES // MEGABYTE
            message = f"These objects are more than {megabytes} megabytes of text."
            raise DatasetError(message, hint="Copy fewer of them.")
    named = [{"name": x.name, "color": f"#{bytes(x.color).hex()}"} for x in used.values()]
    head = {"maskloop": KIND, "version": VERSION, "size": list(size_hw), "labels": named}
    rows = ",\n  ".join(lines)
    return f'{dumps(head)[:-1]}, "objects": [\n  {rows}\n]}}\n'


def read(
    given: str, cancel: CancelToken | None = None
) -> tuple[tuple[Annotation, ...], tuple[Label, ...]]:
    """The objects of such a text as new ones of a person, and their labels under ids from 1 on.

    DatasetError says what is wrong.
    """
    if len(given) > MOST_BYTES:
        message = f"{_NAME} is longer than {MOST_BYTES // MEGABYTE} megabytes."
        raise DatasetError(message, hint="Copy fewer objects.")
    if not given.lstrip().startswith("{"):
        raise DatasetError(f"{_NAME} is no text of objects.", hint=_HINT)
    content = parse_json(given, _NAME, hint=_HINT)
    if content.get("maskloop") != KIND or not isinstance(content.get("objects"), list):
        raise DatasetError(f"{_NAME} is no text of objects.", hint=_HINT)
    if content.get("version") != VERSION:
        hint = "Update Maskloop to paste it."
        raise DatasetError(f"{_NAME} is from another version of Maskloop.", hint=hint)
    labels = _Labels(content.get("labels"))
    annotations: list[Annotation] = []
    room = MOST_MASK_PIXELS
    for place, found in enumerate(content["objects"], start=1):
        if cancel is not None:
            cancel.check()
        try:
            annotations.append(_annotation(table(found), labels, room))
        except (ValueError, TypeError, DatasetError) as error:
            reason = error.message if isinstance(error, DatasetError) else str(error)
            message = f"{_NAME}, object {place} cannot be read: {reason.rstrip('.')}."
            raise DatasetError(message, hint=_HINT) from error
        region = annotations[-1].region
        room -= region.pixels.size if isinstance(region, Mask) else 0
    return tuple(annotations), labels.used


class _Labels:
    """Gives each name an id, with the color that the text says."""

    def __init__(self, listed: Any) -> None:
        self._colors: dict[str, tuple[int, int, int]] = {}
        self._found: dict[str, Label] = {}
        for row in listed if isinstance(listed, list) else []:
            name, color = (row.get("name"), row.get("color")) if isinstance(row, dict) else ("", "")
            if isinstance(name, str) and isinstance(color, str):
                try:
                    red, green, blue = bytes.fromhex(color.removeprefix("#"))
                except ValueError:
                    continue  # Any other color will do.
                self._colors[name.strip()] = red, green, blue

    def id_of(self, name: Any) -> int:
        """The id of the label of this name; null is what nobody knows."""
        if name is None:
            return IGNORE
        name = text(name)
        if name not in self._found:
            free = len(self._found) + 1
            if is_background(Label(BACKGROUND.id, name, BACKGROUND.color)):
                free = BACKGROUND.id
            if free >= IGNORE:
                raise ValueError("there are too many labels")
            color = self._colors.get(name) or default_color(free)
            self._found[name] = Label(free, name, color)
        return self._found[name].id

    @property
    def used(self) -> tuple[Label, ...]:
        """Those that objects have."""
        return tuple(self._found.values())


def _object(annotation: Annotation, label: Label | None) -> dict[str, Any]:
    written: dict[str, Any] = {"label": label.name if label is not None else None}
    written |= _shape(annotation.region)
    if annotation.attributes:
        written["attributes"] = annotation.attributes
    if annotation.track is not None:
        written["track"] = annotation.track
    if annotation.z:
        written["z"] = annotation.z
    return written


def _shape(region: Region) -> dict[str, Any]:
    if isinstance(region, Box):
        return {"box": region.xyxy}
    if isinstance(region, Polygon):
        holes = {"holes": [hole.tolist() for hole in region.holes]} if region.holes else {}
        return {"polygon": region.points_xy.tolist()} | holes
    if isinstance(region, Polyline):
        return {"line": region.points_xy.tolist()}
    mask = tight(region) or region
    size_hw = (mask.pixels.shape[0], mask.pixels.shape[1])
    counts = rle_encode(Mask(0, 0, mask.pixels), size_hw)
    return {"mask": {"left": mask.left, "top": mask.top, "size": list(size_hw), "counts": counts}}


def _annotation(found: dict[str, Any], labels: _Labels, room: int) -> Annotation:
    track = found.get("track")
    return Annotation(
        _region(found, room),
        labels.id_of(found.get("label")),
        track=None if track is None else whole(track, "its track"),
        z=whole(found.get("z", 0), "its z"),
        attributes=_attributes(found.get("attributes", [])),
    )


def _region(found: dict[str, Any], room: int) -> Region:
    if "box" in found:
        sides = items(found["box"], "its box")
        if len(sides) != 4:
            raise ValueError("its box has not four numbers")
        return Box(*(number(side) for side in sides))
    if "polygon" in found:
        rings = [points(found["polygon"])]
        rings += [points(hole, "a hole") for hole in items(found.get("holes", []), "its holes")]
        outline, *holes = (np.array(ring, dtype=np.float32) for ring in rings)
        return Polygon(outline, tuple(holes))
    if "line" in found:
        return Polyline(np.array(points(found["line"], "its line", least=1), dtype=np.float32))
    mask = table(found.get("mask"), "its region")
    sides = items(mask.get("size"), "the size of its mask")
    if len(sides) != 2:
        raise ValueError("the size of its mask has not two numbers")
    height, width = (whole(side, "a side of its mask") for side in sides)
    if height * width > room:
        raise ValueError("the masks so far are too large")
    region = rle_decode(mask.get("counts", ""), (height, width))
    if region is None:
        raise ValueError("its mask is empty")
    left, top = whole(mask.get("left", 0), "left"), whole(mask.get("top", 0), "top")
    return Mask(left + region.left, top + region.top, region.pixels)


def _attributes(given: Any) -> Attributes:
    pairs = [items(pair, "an attribute") for pair in items(given, "attributes")]
    if len(pairs) > MOST_ATTRIBUTES:
        raise ValueError("it has too many attributes")
    for pair in pairs:
        if len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise ValueError("an attribute is a name and a value")
    return tuple((name, value) for name, value in pairs)
