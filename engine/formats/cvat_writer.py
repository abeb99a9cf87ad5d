"""Writes CVAT XML for images, version 1.1: `annotations.xml` beside `images/`."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from xml.sax.saxutils import escape, quoteattr

from engine.files import write_text
from engine.formats.adapt import GROUP
from engine.formats.cvat_shapes import KIND, SOURCES, run_lengths
from engine.formats.lines import line_in
from engine.labels import is_background
from engine.regions.masks import tight
from engine.values import Annotation, Box, Label, Mask, Sample

PICTURE = "picture"
"""The label of the tag that holds the attributes of a whole picture."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class CvatWriter:
    """One file for all Samples; what it says of labels stands first, so it is written last."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._labels = {label.id: label for label in labels}
        self._names: dict[str, dict[str, None]] = {
            x.name: {} for x in labels if not is_background(x)
        }
        self._images: list[str] = []
        self._groups: dict[str, int] = {}

    def picture_place(self, name: str, split: str) -> PurePath:
        """Pictures lie in `images/`, those of a split in a folder of its own.

        The folder tells the split: some tools read no `image` with the attribute `subset`.
        """
        return PurePath("images", split, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """One `image` element."""
        height, width = sample.size_hw
        try:
            name = picture.relative_to(self._folder / "images").as_posix()
        except ValueError:
            name = picture.name
        head = f'  <image id="{len(self._images)}" name={_quoted(name)}'
        lines = [f'{head} width="{width}" height="{height}">']
        for annotation in sorted(sample.annotations, key=lambda a: a.z):
            lines += self._shape(annotation)
        lines += self._tags(sample)
        self._images.append("\n".join([*lines, "  </image>"]))

    def finish(self) -> None:
        """Write the file."""
        meta = [
            "  <meta>\n    <task>",
            "      <name>maskloop</name>",
            f"      <size>{len(self._images)}</size>\n      <mode>annotation</mode>",
            f"      <start_frame>0</start_frame>\n      <stop_frame>{len(self._images) - 1}"
            "</stop_frame>",
            "      <labels>",
            *(self._label(name) for name in self._names),
            "      </labels>\n    </task>\n  </meta>",
        ]
        head = [
            '<?xml version="1.0" encoding="utf-8"?>',
            "<annotations>",
            "  <version>1.1</version>",
        ]
        text = "\n".join([*head, *meta, *self._images, "</annotations>"])
        write_text(self._folder / "annotations.xml", f"{text}\n")

    def _label(self, name: str) -> str:
        colors = {label.name: bytes(label.color).hex() for label in self._labels.values()}
        attributes = [
            f"            <attribute><name>{_escaped(key)}</name><mutable>False</mutable>"
            "<input_type>text</input_type><default_value></default_value><values></values>"
            "</attribute>"
            for key in self._names[name]
        ]
        lines = [
            f"        <label>\n          <name>{_escaped(name)}</name>",
            f"          <color>#{colors.get(name, '000000')}</color>",
            f"          <type>{'any' if name in colors else 'tag'}</type>",
            "          <attributes>",
            *attributes,
            "          </attributes>\n        </label>",
        ]
        return "\n".join(lines)

    def _shape(self, annotation: Annotation) -> list[str]:
        name = self._labels[annotation.label_id].name
        self._names.setdefault(name, {})
        fields = {"label": name, "source": "manual", "occluded": "0"}
        attributes = []
        for key, value in annotation.attributes:
            if key == KIND and value == "points":
                continue
            if key == GROUP:
                fields["group_id"] = str(self._group(value))
            elif (key == "occluded" and value in ("0", "1")) or (
                key == "source" and value in SOURCES
            ):
                fields[key] = value
            else:
                attributes.append((key, value))
        tag, place = _place(annotation)
        fields |= {**place, "z_order": str(annotation.z)}
        written = " ".join(f"{key}={_quoted(value)}" for key, value in fields.items())
        return [f"    <{tag} {written}>", *self._attributes(name, attributes), f"    </{tag}>"]

    def _group(self, value: str) -> int:
        """A group's number is its own text where that is one."""
        if value not in self._groups:
            taken = set(self._groups.values())
            own = int(value) if re.fullmatch(r"[1-9]\d{0,8}", value) else 0
            free = next(n for n in range(1, len(taken) + 2) if n not in taken)
            self._groups[value] = own if own and own not in taken else free
        return self._groups[value]

    def _tags(self, sample: Sample) -> list[str]:
        lines: list[str] = []
        tags = [value for key, value in sample.attributes if key == "tag" and value.strip()]
        for value in tags:
            self._names.setdefault(value, {})
            lines.append(f'    <tag label={_quoted(value)} source="manual"></tag>')
        others = [(key, value) for key, value in sample.attributes if key != "tag"]
        if others:
            self._names.setdefault(PICTURE, {})
            lines += [
                f'    <tag label="{PICTURE}" source="manual">',
                *self._attributes(PICTURE, others),
                "    </tag>",
            ]
        return lines

    def _attributes(self, label: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
        lines = []
        for key, value in pairs:
            self._names[label][key] = None
            lines.append(f"      <attribute name={_quoted(key)}>{_escaped(value)}</attribute>")
        return lines


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


def _quoted(value: str) -> str:
    return quoteattr(_NO_XML.sub("�", value))


def _escaped(value: str) -> str:
    return escape(_NO_XML.sub("�", value), {"\r": "&#13;"})
