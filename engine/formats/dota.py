"""DOTA: `labelTxt/X.txt` beside `images/X.png`, one rotated box a line.

    imagesource:GoogleEarth
    gsd:0.146343
    x1 y1 x2 y2 x3 y3 x4 y4 category difficult

Corners go clockwise from the object's own first one, in pixels from the picture's top-left corner;
nothing says that they are centres of pixels, so they are ours unchanged. `difficult` (0, 1 or 2)
is an attribute where it is not 0; the two lines at the head are attributes of the picture. A
category is one word: blanks in a label's name are written as `-`, and `classes.txt` has the names
as they are. Source: the dataset's page (captain-whu.github.io/DOTA) and its DOTA_devkit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np

from engine.errors import DatasetError
from engine.files import write_text
from engine.formats.labels_file import read_labels
from engine.formats.map_dataset import MapPlaces
from engine.formats.map_pairs import FolderPair, beside, pairs_of, with_options
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import files_below, files_in, peek
from engine.formats.read_sample import LabelIds, Objects, number, text
from engine.formats.registry import OUTLINES, Carries, Format, register
from engine.formats.report import Report
from engine.labels import is_background
from engine.regular_files import read_regular
from engine.values import FrameId, Label, Polygon, Sample
from models.task import Task

FOLDERS = ("labeltxt", "labeltxt-v1.0", "labeltxt-v1.5", "labeltxt-v2.0", "annfiles")
HEAD = ("imagesource", "gsd")
DIFFICULT = "difficult"
_MOST_BYTES = 64 << 20
_HINT = "A line is eight coordinates, a category, and whether it is difficult."


@dataclass(frozen=True, slots=True)
class _Line:
    """One object as it is written."""

    number: int
    words: list[str]

    @property
    def name(self) -> str:
        """The category, also one of several words."""
        has_last = len(self.words) > 9 and self.words[-1] in ("0", "1", "2")
        return " ".join(self.words[8:-1] if has_last else self.words[8:])

    @property
    def difficult(self) -> str:
        """The last word, if it says anything."""
        return self.words[-1] if len(self.words) > 9 and self.words[-1] in ("1", "2") else ""


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A folder with `images/` and `labelTxt/`, or with a pair of them for each split."""
    report = Report()
    pairs = pairs_of(with_options(path, options, _folders(path)), (".txt",), report)
    names = _names(path, report)
    ids = LabelIds(names.values())
    files: dict[FrameId, Path] = {}
    splits: dict[str, list[FrameId]] = {}
    for pair in pairs:
        frame_id = FrameId(str(pair.picture))
        files[frame_id] = pair.map
        if pair.split:
            splits.setdefault(pair.split, []).append(frame_id)
        try:
            lines = list(_lines(pair.map)[1])
        except DatasetError:
            continue  # for whoever reads this picture
        for found in lines:
            if found.name:
                ids.add(names.get(found.name, found.name))

    def read(frame_id: FrameId, report: Report) -> Sample:
        objects = Objects(frame_id, report)
        head, lines = _lines(files[frame_id])
        for line in lines:
            with objects.trying(f"line {line.number}"):
                if len(line.words) < 9:
                    raise ValueError(f"it has {len(line.words)} words")
                name = text(line.name)
                ring = [number(word, "a coordinate") for word in line.words[:8]]
                attributes = ((DIFFICULT, line.difficult),) if line.difficult else ()
                outline = Polygon(np.array(ring, np.float32).reshape(4, 2))
                objects.add(outline, ids.id_of(names.get(name, name)), attributes=attributes)
        return objects.sample(None, head)

    return OpenDataset(
        tuple(files), ids.labels, read, report, {k: tuple(v) for k, v in splits.items()}
    )


def recognise(path: Path) -> bool:
    """Whether there are pictures beside files of rotated boxes."""
    for pair in _folders(path) if path.is_dir() else ():
        for file in files_in(pair.maps, ".txt", 3) or map(Path, files_below(pair.maps, (".txt",))):
            lines = peek(file, ".txt").splitlines()
            words = next((line.split() for line in lines if len(line.split()) > 2), None)
            if words is not None:
                return len(words) >= 9 and all(_is_number(word) for word in words[:8])
    return False


def _folders(path: Path) -> list[FolderPair]:
    return [pair for name in FOLDERS for pair in beside(path, (name,))]


def _is_number(word: str) -> bool:
    try:
        number(word)
    except ValueError:
        return False
    return True


def _names(path: Path, report: Report) -> dict[str, str]:
    """The names in `classes.txt` by how they are written, if there is one."""
    named = read_labels(path, Task.DETECTION)
    labels = named.labels if named is not None else ()
    report.converted += named.remarks if named is not None else ()
    return {one_word(label.name): label.name for label in labels if not is_background(label)}


def one_word(name: str) -> str:
    """A label's name as a category."""
    return "-".join(name.split())


def _lines(path: Path) -> tuple[list[tuple[str, str]], Iterator[_Line]]:
    """What the head says of the picture, and the lines below it."""
    try:
        content = read_regular(path, _MOST_BYTES, DatasetError).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"Cannot read {path.name} as UTF-8 text.", hint=_HINT) from error
    lines = [(n, line.strip()) for n, line in enumerate(content.splitlines(), start=1)]
    lines = [(n, line) for n, line in lines if line]
    head: list[tuple[str, str]] = []
    while lines and lines[0][1].partition(":")[0].lower() in HEAD:
        key, _, value = lines.pop(0)[1].partition(":")
        if value.strip() not in ("", "null", "None"):
            head.append((key.lower(), value.strip()))
    return head, (_Line(n, line.split()) for n, line in lines)


class DotaWriter:
    """`labelTxt/` with a file for each picture, also for one without objects."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._labels = {label.id: label.name for label in labels}
        self._names = [label.name for label in labels if not is_background(label)]
        self._places: dict[str, MapPlaces] = {}

    def picture_place(self, name: str, split: str) -> PurePath:
        """Each split has an `images/` of its own."""
        return PurePath(split, "images", name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """One file."""
        about = dict(sample.attributes)
        lines = [f"{key}:{' '.join(about[key].split())}" for key in HEAD if key in about]
        for annotation in sorted(sample.annotations, key=lambda a: a.z):
            assert isinstance(annotation.region, Polygon)
            ring = " ".join(_written(v) for v in annotation.region.points_xy.ravel().tolist())
            name = one_word(self._labels[annotation.label_id])
            difficult = dict(annotation.attributes).get(DIFFICULT, "0")
            lines.append(f"{ring} {name} {difficult if difficult in ('1', '2') else '0'}")
        places = self._places.setdefault(split, MapPlaces(self._folder, f"{split}/images"))
        stem = places.stem(picture)
        path = self._folder / split / "labelTxt" / f"{stem}.txt"
        write_text(path, "".join(f"{line}\n" for line in lines))

    def finish(self) -> None:
        """Write the names as they are."""
        lines = (" ".join(name.split()) for name in self._names)
        write_text(self._folder / "classes.txt", "".join(f"{line}\n" for line in lines))


def _written(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if "." in f"{value:.3f}" else f"{value:.0f}"


register(
    Format(
        "dota",
        "DOTA",
        Carries(
            OUTLINES,
            holes=False,
            ring_points=4,
            attributes=frozenset({DIFFICULT}),
            sample_attributes=frozenset(HEAD),
            precision=1e-3,
        ),
        recognise,
        open_dataset,
        DotaWriter,
    )
)
