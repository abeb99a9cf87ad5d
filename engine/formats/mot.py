"""MOT Challenge: a sequence is `img1/000001.jpg` and so on, `gt/gt.txt` and `seqinfo.ini`.

    frame, id, left, top, width, height, conf, class, visibility

Frames, ids and pixels count from 1: the top-left pixel is (1, 1), so ours are one less; width and
height are as ours. `conf` in `gt.txt` is 0 for what an evaluation ignores: the attribute `ignored`;
in `det.txt` it is the score, or the attribute `conf` where it is not in 0..1. `visibility` is an
attribute below 1. An id below 1 is no track. Classes are numbered from 1 as in `gt/labels.txt` (one
name a line, as CVAT writes it), else as in MOT16. A sequence says how many frames it has, so that
one without objects is known to have none. Pictures are known by their numbers alone: they are found
again only where they were copied into `img1`. Source: motchallenge.net; Milan et al., "MOT16".
"""

import configparser
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from engine.errors import DatasetError
from engine.formats.csv_rows import read_rows
from engine.formats.mot_writer import IGNORED, VISIBILITY, MotWriter
from engine.formats.namesakes import told_apart
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import folders_in, peek, spelled
from engine.formats.picture_names import PictureNames
from engine.formats.read_sample import LabelIds, Objects, number, size_hw, split_of, text, whole
from engine.formats.registry import BOXES, Carries, Elsewhere, Format, register
from engine.formats.report import Report
from engine.regular_files import read_regular
from engine.values import Box, FrameId, Sample

CLASSES = (
    *("pedestrian", "person on vehicle", "car", "bicycle", "motorbike", "non motorized vehicle"),
    *("static person", "distractor", "occluder", "occluder on the ground", "occluder full"),
    *("reflection", "crowd"),
)
"""Those of MOT16, MOT17 and MOT20, from 1 on."""
_MOT16 = dict(enumerate(CLASSES, start=1))
OBJECT = "object"
"""What a detection without a class is."""
CONF = "conf"
_INFO = "seqinfo.ini"
_MOST_FRAMES = 100_000
_MOST_FOLDERS = 2000
_MOST_BYTES = 1 << 20
_FEWEST = 6  # the fields of a box

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class _Sequence:
    """One sequence: its rows by frame, and where its frames are."""

    folder: Path
    is_truth: bool
    rows: dict[int, list[Row]]
    classes: dict[int, str]
    pictures: dict[int, Path]
    size_hw: tuple[int, int] | None

    def name_of(self, fields: Sequence[str]) -> str:
        """The label of a row."""
        found = whole(fields[7], "its class") if len(fields) > 7 and fields[7] else -1
        # The first benchmark has coordinates of the world there, -1 for none.
        return self.classes.get(found, f"class {found}") if found > 0 else OBJECT


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A sequence, a folder of sequences, or one for each split."""
    report, ids = Report(), LabelIds()
    frames: dict[FrameId, tuple[_Sequence, int]] = {}
    splits: dict[str, list[FrameId]] = {}
    for folder in _sequences(path):
        sequence = _read_sequence(folder, options, report)
        for name in sequence.classes.values() if sequence.classes is not _MOT16 else ():
            ids.add(name)
        for rows in sequence.rows.values():
            for _, fields in rows:
                _add_label(sequence, fields, ids)
        found = {FrameId(str(place)): (sequence, n) for n, place in sequence.pictures.items()}
        frames |= found
        if split := _split(folder, path):
            splits.setdefault(split, []).extend(found)
    if not frames:
        message = f"{path.name} holds no sequence with frames."
        raise DatasetError(message, hint="A sequence has gt/gt.txt or det/det.txt, and img1.")

    def read(frame_id: FrameId, report: Report) -> Sample:
        sequence, frame = frames[frame_id]
        objects = Objects(frame_id, report)
        for line, fields in sequence.rows.get(frame, ()):
            with objects.trying(f"line {line}"):
                _add(objects, fields, sequence, ids)
        return objects.sample(sequence.size_hw)

    return OpenDataset(
        tuple(frames), ids.labels, read, report, {k: tuple(v) for k, v in splits.items()}
    )


def _split(folder: Path, root: Path) -> str:
    """The split that a folder on the way to the sequence is named after."""
    return next((s for part in folder.relative_to(root).parts if (s := split_of(Path(part)))), "")


def recognise(path: Path) -> bool:
    """Whether this is a sequence or a folder of some."""
    return path.is_dir() and next(_sequences(path), None) is not None


def _sequences(path: Path) -> Iterator[Path]:
    """The folder itself, those in it, and those in these."""
    level = [path]
    for _ in range(3):
        yield from (folder for folder in level if _rows_file(folder) is not None)
        level = [inner for folder in level for inner in folders_in(folder)][:_MOST_FOLDERS]


def _rows_file(folder: Path) -> Path | None:
    """The truth, or else the detections."""
    for name in ("gt/gt.txt", "det/det.txt"):
        file = spelled(folder / name)
        lines = peek(file, ".txt").splitlines()
        if lines and len(lines[0].split(",")) >= _FEWEST:
            return file
        if not lines and all(map(os.path.isfile, (file, spelled(folder / _INFO)))):
            return file  # Nothing is in any of its frames.
    return None


def _read_sequence(folder: Path, options: ReadOptions, report: Report) -> _Sequence:
    file = _rows_file(folder)
    assert file is not None  # as `_sequences` found it
    rows: dict[int, list[Row]] = {}
    for line, fields in read_rows(file):
        try:
            frame = whole(fields[0], "its frame")
            if not 1 <= frame <= _MOST_FRAMES:
                raise ValueError(f"its frame is {frame}")
        except ValueError as error:
            report.skip(f"{folder.name}/{file.name}", f"line {line}", str(error))
        else:
            rows.setdefault(frame, []).append((line, fields))
    info = _info(spelled(folder / _INFO))
    last = max(rows, default=0)
    try:
        last = max(last, min(whole(info.get("seqlength", 0)), _MOST_FRAMES))
    except ValueError as error:
        report.notes.append(f"{folder.name}/{_INFO}: seqLength: {error}.")
    images = folder / PurePath(info.get("imdir", "img1").replace("\0", "")).name
    names = PictureNames([options.images] if options.images is not None else [images])
    ending = info.get("imext", ".jpg")
    ending = ending if re.fullmatch(r"\.\w{1,8}", ending) else ".jpg"
    pictures = {
        n: names.find(f"{n:06d}") or images / f"{n:06d}{ending}" for n in range(1, last + 1)
    }
    stated = size_hw(info.get("imheight"), info.get("imwidth"))
    classes = _classes(spelled(file.parent / "labels.txt"), report)
    return _Sequence(folder, file.name.lower() == "gt.txt", rows, classes, pictures, stated)


def _info(path: Path) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(read_regular(path, _MOST_BYTES, DatasetError).decode("utf-8-sig"))
        return dict(parser["Sequence"])
    except (OSError, UnicodeDecodeError, configparser.Error, KeyError, DatasetError):
        return {}  # It repeats what the other files say.


def _classes(path: Path, report: Report) -> dict[int, str]:
    try:
        lines = read_regular(path, _MOST_BYTES, DatasetError).decode("utf-8-sig").splitlines()
    except FileNotFoundError:
        return _MOT16
    except (OSError, UnicodeDecodeError) as error:
        hint = "It holds the name of a class a line."
        raise DatasetError(f"Cannot read {path.name}.", hint=hint) from error
    named = {n: " ".join(line.split()) for n, line in enumerate(lines, start=1) if line.strip()}
    names, remarks = told_apart(named, path.name)
    report.converted += remarks
    return names


def _add_label(sequence: _Sequence, fields: Sequence[str], ids: LabelIds) -> None:
    with suppress(ValueError):  # for whoever reads this frame
        if len(fields) >= _FEWEST:
            ids.add(text(sequence.name_of(fields)))


def _add(objects: Objects, fields: Sequence[str], sequence: _Sequence, ids: LabelIds) -> None:
    if len(fields) < _FEWEST:
        raise ValueError(f"it has {len(fields)} fields")
    label_id = ids.id_of(text(sequence.name_of(fields)))
    names = ("left", "top", "width", "height")
    left, top, width, height = (number(f, n) for f, n in zip(fields[2:6], names, strict=True))
    if width <= 0 or height <= 0:
        raise ValueError("it has no area")
    box = Box(left - 1, top - 1, left - 1 + width, top - 1 + height)
    conf = number(fields[6], CONF) if len(fields) > 6 and fields[6] else 1.0
    attributes, score = [], None
    if sequence.is_truth:
        attributes += [(IGNORED, "1")] if conf == 0 else []
        seen = number(fields[8], VISIBILITY) if len(fields) == 9 and fields[8] else 1.0
        attributes += [(VISIBILITY, f"{seen:g}")] if 0 <= seen < 1 else []
    elif 0 <= conf <= 1:
        score = conf
    else:
        attributes.append((CONF, f"{conf:g}"))
    track = whole(fields[1], "its id")
    other: dict[str, Any] = {"track": track if track > 0 else None, "score": score}
    objects.add(box, label_id, attributes=tuple(attributes), **other)


register(
    Format(
        "mot",
        "MOT Challenge",
        Carries(
            BOXES,
            tracks=True,
            attributes=frozenset({IGNORED, VISIBILITY}),
            elsewhere=Elsewhere.NOWHERE,
            precision=1e-3,
        ),
        recognise,
        open_dataset,
        MotWriter,
    )
)
