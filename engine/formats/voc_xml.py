"""One XML file of Pascal VOC: a picture's name and size, and its objects as boxes.

VOC counts pixels from 1, and includes the last one (VOC2012 development kit, "Annotation files"):
xmin 1 and xmax 60 are the whole of a picture 60 pixels wide, our 0 and 60. Numbers are whole when
written. A box whose corners are one and the same pixel is an empty one by mistake and left out;
our own of one pixel ends 0.4 later.

`truncated`, `difficult` and `occluded` are attributes unless 0, `pose` unless Unspecified. Others
are those of `attributes/attribute`, as CVAT writes them, or any other text in the object.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from engine.errors import DatasetError
from engine.formats.read_sample import number, text
from engine.plain_xml import read_xml
from engine.regions.masks import box_of
from engine.values import Annotation, Box, Sample

ONE_PIXEL = 0.4
VERIFIED = "verified"
"""What labelImg says of a picture at which a person has looked."""
_FLAGS = ("truncated", "occluded", "difficult")
_PLAIN = {"": "", "pose": "Unspecified", **dict.fromkeys(_FLAGS, "0")}
_KNOWN = {"name", "bndbox", "attributes", "part"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class VocObject:
    """One object: its place, name and attributes; `lost` is what else it has."""

    box: Box
    name: str
    attributes: tuple[tuple[str, str], ...]
    lost: str = ""


def read_voc(path: Path) -> Element:
    """The outermost element of a file. DatasetError where it is none of VOC."""
    root = read_xml(path)
    if root.tag != "annotation":
        hint = "A VOC file has one <annotation>."
        raise DatasetError(f"{path.name} holds <{root.tag[:40]}>.", hint=hint)
    return root


def size_in(root: Element) -> tuple[Any, Any]:
    """Height and width as they are written."""
    return root.findtext("size/height"), root.findtext("size/width")


def name_in(found: Element) -> str:
    """The name of an object's label. ValueError where it has none."""
    return text(found.findtext("name"), "its name")


def object_in(found: Element) -> VocObject:
    """One <object>. ValueError says what is wrong with it."""
    name = name_in(found)
    box = _box(found)
    texts: dict[str, str] = {}
    lost: list[str] = ["its parts"] if found.find("part") is not None else []
    for child in found:
        value = (child.text or "").strip()
        if child.tag in _KNOWN or value in ("", _PLAIN.get(child.tag)):
            lost += [f"its {child.tag[:40]}"] if len(child) and child.tag not in _KNOWN else []
        else:
            texts[child.tag] = value
    for attribute in found.iterfind("attributes/attribute"):
        key = (attribute.findtext("name") or "").strip()
        if key:
            texts[key] = (attribute.findtext("value") or "").strip()
    return VocObject(box, name, tuple(texts.items()), " and ".join(lost))


def voc_text(picture: Path, sample: Sample, objects: Iterable[tuple[Annotation, str]]) -> str:
    """A file: the Annotations of a picture, each with the name of its label."""
    size_hw, said = sample.size_hw, dict(sample.attributes).get(VERIFIED, "")
    is_said = f" {VERIFIED}={quoteattr(_NOT_XML.sub('?', said))}" if said else ""
    lines = [f"<annotation{is_said}>", f"\t<folder>{_xml(picture.parent.name)}</folder>"]
    lines += [f"\t<filename>{_xml(picture.name)}</filename>"]
    lines += ["\t<source>", "\t\t<database>Unknown</database>", "\t</source>", "\t<size>"]
    sizes = (("width", size_hw[1]), ("height", size_hw[0]), ("depth", 3))
    lines += [f"\t\t<{tag}>{value}</{tag}>" for tag, value in sizes]
    lines += ["\t</size>", "\t<segmented>0</segmented>"]
    for annotation, name in objects:
        lines += [f"\t{line}" for line in _object(annotation, name, size_hw)]
    return "\n".join([*lines, "</annotation>", ""])


def _box(found: Element) -> Box:
    sides = [
        number((found.findtext(f"bndbox/{side}") or "").strip() or None, side)
        for side in ("xmin", "ymin", "xmax", "ymax")
    ]
    left, top, right, bottom = sides
    if left > right or top > bottom or (left == right and top == bottom):
        raise ValueError("its box has no width or no height")
    # VOC counts pixels from 1 and includes the last one; we count from 0 and exclude it.
    left, top = max(left - 1, 0.0), max(top - 1, 0.0)
    if not (left < right and top < bottom):
        raise ValueError("its box lies outside the picture")
    return Box(left, top, right, bottom)


def _object(annotation: Annotation, name: str, size_hw: tuple[int, int]) -> Sequence[str]:
    texts = dict(annotation.attributes)
    lines = ["<object>", f"\t<name>{_xml(name)}</name>"]
    for tag in ("pose", *_FLAGS):
        lines.append(f"\t<{tag}>{_xml(texts.pop(tag, '') or _PLAIN[tag])}</{tag}>")
    lines.append("\t<bndbox>")
    lines += [f"\t\t<{side}>{value}</{side}>" for side, value in _sides(annotation, size_hw)]
    lines.append("\t</bndbox>")
    if texts:
        lines.append("\t<attributes>")
        for key, value in texts.items():
            inner = f"<name>{_xml(key)}</name><value>{_xml(value)}</value>"
            lines.append(f"\t\t<attribute>{inner}</attribute>")
        lines.append("\t</attributes>")
    return [*lines, "</object>"]


def _sides(annotation: Annotation, size_hw: tuple[int, int]) -> list[tuple[str, str]]:
    """The corners as VOC counts them, at least a pixel apart."""
    x1, y1, x2, y2 = box_of(annotation.region).xyxy
    left, right = _span(x1, x2, size_hw[1])
    top, bottom = _span(y1, y2, size_hw[0])
    is_one = right - left == bottom - top == 1
    last = f"{right + ONE_PIXEL}" if is_one else f"{right}"
    values = (f"{left + 1}", f"{top + 1}", last, f"{bottom}")
    return list(zip(("xmin", "ymin", "xmax", "ymax"), values, strict=True))


def _span(low: float, high: float, most: int) -> tuple[int, int]:
    """The first pixel and the one after the last."""
    first = min(max(round(low), 0), most - 1)
    return first, min(max(round(high), first + 1), most)


def _xml(value: str) -> str:
    return escape(_NOT_XML.sub("?", value))
