"""What is at a path: which pictures, and which labels lie beside them. Nothing is written.

Looking comes before opening: what cannot be opened is said before anything that is open is closed.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine import endings
from engine.errors import AppError, SourceError
from engine.formats import registry
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.report import Report
from engine.formats.txt_label_files import FORMATS
from engine.formats.txt_list import read_list
from engine.regular_files import check_regular
from engine.sources.folder import find_pictures, list_pictures
from engine.unknown_files import labels_alone, unknown
from engine.values import FrameId, Mask, Polygon

_LISTS = frozenset(FORMATS.values())
_LOOKED_AT = 20
_ANY_SIZE = 1 << 50


@dataclass(frozen=True, slots=True)
class LabelsAt:
    """Where labels of pictures lie: the name of their Format, their file or folder."""

    format: str
    path: str
    opened: OpenDataset | None = field(default=None, compare=False, repr=False)

    def open(self, images: Path | None = None, reference: Path | None = None) -> OpenDataset:
        """Open them, unless that was done to know their pictures. AppError where it fails."""
        options = ReadOptions(images, reference)
        if self.opened is not None and options == ReadOptions():
            return self.opened
        layout = registry.get(self.format)
        reader = layout.open
        assert reader is not None  # only what can be read is ever found
        opened = reader(Path(self.path), options)
        knows_empty = opened.knows_empty and layout.carries.is_empty
        return replace(opened, knows_empty=knows_empty)


@dataclass(frozen=True, slots=True)
class Found:
    """Pictures in order, the folder that they are in, and the labels beside them, not opened yet.

    `first` is the one to show first, `maps` counts the label maps that are not among them by
    their folder below the root.
    """

    root: Path
    frame_ids: tuple[FrameId, ...]
    labels: tuple[LabelsAt, ...] = ()
    first: int = 0
    is_folder: bool = False
    maps: tuple[tuple[str, int], ...] = ()


def look_at(
    paths: Sequence[str | Path], *, recursive: bool = True, with_maps: bool = False
) -> Found:
    """Pictures, one picture with its neighbours, a folder, a list, or labels with their pictures.

    SourceError says what anything else is, and what can be done with it. Label maps of other
    pictures are shown as pictures `with_maps` only.
    """
    first = Path(os.path.abspath(paths[0]))
    if len(paths) > 1:
        return _several([Path(os.path.abspath(path)) for path in paths])
    if first.is_dir():
        return _folder(first, recursive=recursive, with_maps=with_maps)
    if not first.exists():
        raise SourceError(f"{first} does not exist.", hint="Check the spelling of the path.")
    check_regular(first, _ANY_SIZE, SourceError)
    if first.suffix.lower() in endings.PICTURES:
        return _picture(first, with_maps=with_maps)
    return _labels(first)


def _several(paths: list[Path]) -> Found:
    """Only what are pictures: the others are said when there is none."""
    pictures = [p for p in paths if p.suffix.lower() in endings.PICTURES]
    if not pictures:
        raise labels_alone(paths[0]) or unknown(paths[0])
    return Found(pictures[0].parent, tuple(FrameId(str(p)) for p in pictures))


def _picture(path: Path, *, with_maps: bool) -> Found:
    """A single picture comes with its neighbours, so that one can go on from it."""
    listed, here = find_pictures(path.parent, with_maps=with_maps), str(path)
    neighbours = listed.paths
    if here not in neighbours:
        neighbours = [here, *neighbours]
    ids = tuple(FrameId(p) for p in neighbours)
    return Found(path.parent, ids, first=neighbours.index(here), is_folder=True, maps=listed.maps)


def _folder(folder: Path, *, recursive: bool, with_maps: bool) -> Found:
    listed = find_pictures(folder, recursive=recursive, with_maps=with_maps)
    pictures = tuple(FrameId(p) for p in listed.paths)
    if not pictures and not recursive and (count := len(list_pictures(folder, recursive=True))):
        raise SourceError(
            f"The folder {folder} itself holds no pictures; those below it hold {count}.",
            hint="Open one of them, or switch on “Search folders below” in the Settings.",
        )
    if not pictures and (alone := labels_alone(folder)) is not None:
        raise alone
    if not pictures:
        kinds = ", ".join(sorted(endings.PICTURES))
        hint = f"Pictures end in {kinds}."
        raise SourceError(f"The folder {folder} holds no pictures.", hint=hint)
    labels = tuple(LabelsAt(f.name, str(folder)) for f in registry.recognised(folder))
    return Found(folder, pictures, labels, is_folder=True, maps=listed.maps)


def _labels(path: Path) -> Found:
    """A file of labels: its pictures, where they are there."""
    formats = registry.recognised(path)
    if not formats:
        raise labels_alone(path) or unknown(path)
    at = LabelsAt(formats[0].name, str(path))
    if at.format in _LISTS:  # Its pictures are known without reading any of its labels.
        ids = tuple(dict.fromkeys(FrameId(e.image_path) for e in read_list(path).entries))
        return Found(path.parent, ids, (at,))
    at = replace(at, opened=at.open())
    pictures = tuple(i for i in at.open().frame_ids if Path(i.path).is_file())
    if not pictures:
        raise labels_alone(path) or unknown(path)
    folders = {os.path.dirname(i.path) for i in pictures} | {str(path.parent)}
    return Found(Path(os.path.commonpath(folders)), pictures, (at,))


@dataclass(frozen=True, eq=False)
class OpenedLabels:
    """Labels that are shown with pictures; others of the same pictures, and what cannot be.

    `others` are opened where that was needed to choose. `gone` are pictures that they name and that
    are not there.
    """

    chosen: tuple[tuple[LabelsAt, OpenDataset], ...] = ()
    others: tuple[LabelsAt, ...] = ()
    problems: tuple[AppError, ...] = ()
    gone: tuple[str, ...] = ()


def open_labels(found: Sequence[LabelsAt], shown: Iterable[FrameId] = ()) -> OpenedLabels:
    """Open the labels found beside the pictures that are shown.

    Several layouts in one folder mostly say the same again: of those that tell objects apart the
    one of most of these pictures counts, lists before others, and of pictures that it says nothing
    of the next one. The same of those that label pixels, where no objects have outlines already.
    """
    there = {frame_id.path for frame_id in shown}
    problems: list[AppError] = []
    chosen: list[tuple[LabelsAt, OpenDataset]] = []
    read: dict[LabelsAt, OpenDataset] = {}
    outlined: set[str] = set()
    for is_layered in (True, False):
        if not (chosen and there <= outlined):
            alike = [at for at in found if registry.get(at.format).carries.is_layered is is_layered]
            opened = _opened(alike, there, problems)
            chosen += _chosen(opened, there, outlined)
            read |= dict(opened)
        sets = (dataset for _, dataset in chosen if _has_outlines(dataset))
        outlined = set().union(*(_said(dataset, there) for dataset in sets))
    used = [at for at, _ in chosen]
    others = tuple(replace(at, opened=read.get(at)) for at in found if at not in used)
    named = dict.fromkeys(i.path for _, dataset in chosen for i in dataset.frame_ids)
    gone = tuple(p for p in named if p not in there and not os.path.isfile(p))
    return OpenedLabels(tuple(chosen), others, tuple(problems), gone)


def _opened(
    alike: Sequence[LabelsAt], there: set[str], problems: list[AppError]
) -> list[tuple[LabelsAt, OpenDataset]]:
    """What opens, lists first; nothing more where a list says something of every picture."""
    opened: list[tuple[LabelsAt, OpenDataset]] = []
    for at in sorted(alike, key=lambda at: at.format not in _LISTS):
        try:
            opened.append((at, at.open()))
        except AppError as error:
            problems.append(error)
            continue
        is_list = at.format in _LISTS
        if is_list and len(alike) > 1 and there <= _said(opened[-1][1], there):
            break
    return opened


def _chosen(
    opened: Sequence[tuple[LabelsAt, OpenDataset]], there: set[str], covered: set[str]
) -> list[tuple[LabelsAt, OpenDataset]]:
    """Lists first, then what says most, and of these what says something that none before did."""
    said = {at: _said(dataset, there) for at, dataset in opened}
    ordered = sorted(opened, key=lambda pair: (pair[0].format not in _LISTS, -len(said[pair[0]])))
    chosen: list[tuple[LabelsAt, OpenDataset]] = []
    for at, dataset in ordered:
        if said[at] - covered or not (chosen or covered):
            chosen.append((at, dataset))
            covered = covered | said[at]
    return chosen


def _said(dataset: OpenDataset, there: set[str]) -> set[str]:
    """Of which pictures it says something, of those that are there if any is known."""
    named = {i.path for i in dataset.frame_ids if i not in dataset.unlabelled}
    return named & there if there else named


def _has_outlines(dataset: OpenDataset) -> bool:
    """Whether the first pictures with objects have more than boxes."""
    for frame_id in dataset.frame_ids[:_LOOKED_AT]:
        try:
            regions = [a.region for a in dataset.read(frame_id, Report()).annotations]
        except AppError:
            continue
        if any(isinstance(region, Polygon | Mask) for region in regions):
            return True
    return False
