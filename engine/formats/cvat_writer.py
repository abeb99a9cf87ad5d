"""Writes CVAT XML for images, version 1.1: `annotations.xml` beside `images/`."""

from collections.abc import Sequence
from pathlib import Path, PurePath

from engine.formats.cvat_elements import Elements, quoted
from engine.formats.label_notes import LabelNotes
from engine.values import Label, Sample

PICTURE = "picture"
"""The label of the tag that holds the attributes of a whole picture."""


class CvatWriter:
    """One file for all Samples; what it says of labels stands first, so it is written last."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._elements = Elements(labels)
        self._images: list[str] = []

    def take_notes(self, notes: LabelNotes) -> None:
        """They stand with the labels."""
        self._elements.take_notes(notes)

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
        head = f'  <image id="{len(self._images)}" name={quoted(name)}'
        lines = [f'{head} width="{width}" height="{height}">']
        for annotation in sorted(sample.annotations, key=lambda a: a.z):
            shape = self._elements.shape(annotation)
            label = self._elements.name_of(annotation.label_id)
            lines += shape.lines({"label": label, **shape.said, **shape.place})
        lines += self._tags(sample)
        self._images.append("\n".join([*lines, "  </image>"]))

    def finish(self) -> None:
        """Write the file."""
        count = len(self._images)
        task = [
            "<name>maskloop</name>",
            f"<size>{count}</size>",
            "<mode>annotation</mode>",
            "<start_frame>0</start_frame>",
            f"<stop_frame>{count - 1}</stop_frame>",
        ]
        self._elements.write(self._folder / "annotations.xml", task, self._images)

    def _tags(self, sample: Sample) -> list[str]:
        lines: list[str] = []
        for key, value in sample.attributes:
            if key == "tag" and value.strip():
                self._elements.attributes(value, ())
                lines.append(f'    <tag label={quoted(value)} source="manual"></tag>')
        others = [(key, value) for key, value in sample.attributes if key != "tag"]
        if others:
            lines += [
                f'    <tag label="{PICTURE}" source="manual">',
                *self._elements.attributes(PICTURE, others),
                "    </tag>",
            ]
        return lines
