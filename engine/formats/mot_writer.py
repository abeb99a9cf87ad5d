"""Writes MOT sequences: one, or one for each split in a folder of its name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from engine.files import write_text
from engine.labels import is_background
from engine.values import Annotation, Box, Label, Sample

IGNORED, VISIBILITY = "ignored", "visibility"


@dataclass(slots=True)
class _Written:
    """What one sequence holds so far."""

    numbers: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[int, str]] = field(default_factory=list)
    sizes: set[tuple[int, int]] = field(default_factory=set)
    ending: str = ".jpg"


class MotWriter:
    """Frames are numbered in the order in which their places were asked for."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._names = [" ".join(x.name.split()) for x in labels if not is_background(x)]
        self._classes = {
            label.id: i
            for i, label in enumerate((x for x in labels if not is_background(x)), start=1)
        }
        self._sequences: dict[str, _Written] = {}

    def picture_place(self, name: str, split: str) -> PurePath:
        """The next number of its sequence, or that which it has."""
        numbers = self._sequences.setdefault(split, _Written()).numbers
        number = numbers.setdefault(name, len(numbers) + 1)
        return PurePath(split, "img1", f"{number:06d}{PurePath(name).suffix.lower()}")

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """The rows of one frame."""
        written = self._sequences.setdefault(split, _Written())
        frame = self._frame(written, picture, split)
        written.sizes.add(sample.size_hw)
        written.ending = picture.suffix.lower() or written.ending
        for annotation in sorted(sample.annotations, key=lambda a: a.z):
            written.rows.append((frame, self._row(frame, annotation)))

    def _frame(self, written: _Written, picture: Path, split: str) -> int:
        is_copy = picture.parent == self._folder / split / "img1"
        if is_copy and picture.stem.isdecimal():
            return int(picture.stem)
        return written.numbers.setdefault(str(picture), len(written.numbers) + 1)

    def _row(self, frame: int, annotation: Annotation) -> str:
        assert isinstance(annotation.region, Box)
        x1, y1, x2, y2 = annotation.region.xyxy
        about = dict(annotation.attributes)
        conf = 0 if about.get(IGNORED) == "1" else 1
        track = -1 if annotation.track is None or annotation.track < 1 else annotation.track
        place = ",".join(f"{value:.3f}".rstrip("0").rstrip(".") for value in (x1 + 1, y1 + 1))
        size = ",".join(f"{value:.3f}".rstrip("0").rstrip(".") for value in (x2 - x1, y2 - y1))
        label = self._classes[annotation.label_id]
        seen = about.get(VISIBILITY, "1")
        seen = seen if re.fullmatch(r"[01]|0\.[0-9]{1,9}", seen) else "1"
        return f"{frame},{track},{place},{size},{conf},{label},{seen}"

    def finish(self) -> None:
        """Write each sequence; sizes are stated where all frames have the same."""
        for split, written in self._sequences.items():
            folder = self._folder / split
            rows = sorted(written.rows, key=lambda row: row[0])
            write_text(folder / "gt" / "gt.txt", "".join(f"{row}\n" for _, row in rows))
            write_text(folder / "gt" / "labels.txt", "".join(f"{n}\n" for n in self._names))
            lines = ["[Sequence]", f"name={split or self._folder.name}", "imDir=img1"]
            lines += ["frameRate=30", f"seqLength={len(written.numbers)}"]
            if len(written.sizes) == 1:
                height, width = next(iter(written.sizes))
                lines += [f"imWidth={width}", f"imHeight={height}"]
            lines.append(f"imExt={written.ending}")
            write_text(folder / "seqinfo.ini", "".join(f"{line}\n" for line in lines))
