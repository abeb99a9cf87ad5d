"""What CVAT's files of images and of videos have in common: shapes, labels and their attributes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from engine.attributes import MOST, AttributeKind, AttributeSpec, Specs
from engine.files import write_text
from engine.formats.adapt import GROUP
from engine.formats.cvat_shapes import KIND, SOURCES, run_lengths
from engine.formats.label_notes import LabelNotes
from engine.formats.lines import line_in
from engine.labels import is_background
from engine.regions.masks import tight
from engine.values import Annotation, Box, Label, Mask

_INPUTS = {
    "text": AttributeKind.TEXT,
    "select": AttributeKind.CHOICE,
    "radio": AttributeKind.CHOICE,
    "number": AttributeKind.NUMBER,
    "checkbox": AttributeKind.FLAG,
}
"""What CVAT calls the kinds of attributes; the first of one kind is written."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Shape:
    """One object: its element, what that says of it and of where it is, and its attributes."""

    tag: str
    said: dict[str, str]
    place: dict[str, str]
    attributes: tuple[str, ...]

    def lines(self, fields: Mapping[str, str]) -> list[str]:
        """The element with these fields."""
        written = " ".join(f"{key}={quoted(value)}" for key, value in fields.items())
        return [f"    <{self.tag} {written}>", *self.attributes, f"    </{self.tag}>"]


class Elements:
    """Makes elements, and remembers what labels and attributes they have: that stands before them.

    `is_mutable` says whether an object's attributes may differ from frame to frame.
    """

    def __init__(self, labels: Sequence[Label], *, is_mutable: bool = False) -> None:
        self._is_mutable = is_mutable
        self._labels = {label.id: label for label in labels}
        self._names: dict[str, dict[str, None]] = {
            x.name: {} for x in labels if not is_background(x)
        }
        self._specs: dict[tuple[str, str], AttributeSpec] = {}
        self._groups: dict[str, int] = {}

    def take_notes(self, notes: LabelNotes) -> None:
        """Know what the objects of labels may say of themselves, whether they do or not."""
        for label in self._labels.values():
            for spec in notes.attributes.get(label.id, ()):
                self._names.setdefault(label.name, {})[spec.name] = None
                self._specs[label.name, spec.name] = spec

    def name_of(self, label_id: int) -> str:
        """What a label is called."""
        return self._labels[label_id].name

    def shape(self, annotation: Annotation) -> Shape:
        """An object of this label."""
        name = self.name_of(annotation.label_id)
        said = {"source": "manual", "occluded": "0"}
        attributes = []
        for key, value in annotation.attributes:
            if key == KIND and value == "points":
                continue
            if key == GROUP:
                said["group_id"] = str(self._group(value))
            elif (key == "occluded" and value in ("0", "1")) or (
                key == "source" and value in SOURCES
            ):
                said[key] = value
            else:
                attributes.append((key, value))
        tag, place = _place(annotation)
        place["z_order"] = str(annotation.z)
        return Shape(tag, said, place, tuple(self.attributes(name, attributes)))

    def attributes(self, label: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
        """What an object, or a picture by its tag, says of itself."""
        known = self._names.setdefault(label, {})
        known |= dict.fromkeys(key for key, _ in pairs)
        return [
            f"      <attribute name={quoted(key)}>{escaped(value)}</attribute>"
            for key, value in pairs
        ]

    def write(self, file: Path, task: Sequence[str], body: Iterable[str]) -> None:
        """The file whole: the version, what is known of the task and its labels, the elements."""
        lines = [
            '<?xml version="1.0" encoding="utf-8"?>',
            "<annotations>",
            "  <version>1.1</version>",
            "  <meta>\n    <task>",
            *(f"      {line}" for line in task),
            "      <labels>",
            *(self._label(name) for name in self._names),
            "      </labels>\n    </task>\n  </meta>",
            *body,
            "</annotations>",
        ]
        write_text(file, "\n".join(lines) + "\n")

    def _label(self, name: str) -> str:
        colors = {label.name: bytes(label.color).hex() for label in self._labels.values()}
        attributes = [self._attribute(name, key) for key in self._names[name]]
        lines = [
            f"        <label>\n          <name>{escaped(name)}</name>",
            f"          <color>#{colors.get(name, '000000')}</color>",
            f"          <type>{'any' if name in colors else 'tag'}</type>",
            "          <attributes>",
            *attributes,
            "          </attributes>\n        </label>",
        ]
        return "\n".join(lines)

    def _attribute(self, label: str, name: str) -> str:
        """What an object of a label may say under a name: of a choice, the first is the default."""
        spec = self._specs.get((label, name)) or AttributeSpec(name)
        kind = next(found for found, own in _INPUTS.items() if own is spec.kind)
        fields = {
            "name": name,
            "mutable": str(self._is_mutable),
            "input_type": kind,
            "default_value": next(iter(spec.choices), ""),
            "values": "\n".join(spec.choices),
        }
        said = "".join(f"<{key}>{escaped(text)}</{key}>" for key, text in fields.items())
        return f"            <attribute>{said}</attribute>"

    def _group(self, value: str) -> int:
        """A group's number is its own text where that is one."""
        if value not in self._groups:
            taken = set(self._groups.values())
            own = int(value) if re.fullmatch(r"[1-9]\d{0,8}", value) else 0
            free = next(n for n in range(1, len(taken) + 2) if n not in taken)
            self._groups[value] = own if own and own not in taken else free
        return self._groups[value]


def specs_in(label: Element) -> Specs:
    """What a label's element says that its objects may say; what makes no sense is left out."""
    found: dict[str, AttributeSpec] = {}
    for element in label.iterfind("attributes/attribute"):
        name = (element.findtext("name") or "").strip()
        kind = _INPUTS.get(element.findtext("input_type") or "", AttributeKind.TEXT)
        lines = (element.findtext("values") or "").splitlines()
        choices = dict.fromkeys(text for line in lines if (text := line.strip()))
        is_choice = kind is AttributeKind.CHOICE
        with suppress(ValueError):
            found.setdefault(name, AttributeSpec(name, kind, tuple(choices) if is_choice else ()))
    return tuple(found.values())[:MOST]


def _place(annotation: Annotation) -> tuple[str, dict[str, str]]:
    region = annotation.region
    if isinstance(region, Box):
        keys = ("xtl", "ytl", "xbr", "ybr")
        return "box", {k: _number(v) for k, v in zip(keys, region.xyxy, strict=True)}
    if isinstance(region, Mask):
        mask = tight(region) or region
        height, width = mask.pixels.shape
        sides = {"left": mask.left, "top": mask.top, "width": width, "height": height}
        return "mask", {"rle": run_lengths(mask), **{k: str(v) for k, v in sides.items()}}
    line = line_in(region)
    points = region.points_xy if line is None else line
    place = {"points": ";".join(f"{_number(x)},{_number(y)}" for x, y in points.tolist())}
    if line is None:
        return "polygon", place
    is_loose = len(line) == 1 or (KIND, "points") in annotation.attributes
    return "points" if is_loose else "polyline", place


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def quoted(value: str) -> str:
    """A text as the value of a field."""
    return quoteattr(_NO_XML.sub("�", value))


def escaped(value: str) -> str:
    """A text between elements."""
    return escape(_NO_XML.sub("�", value), {"\r": "&#13;"})
