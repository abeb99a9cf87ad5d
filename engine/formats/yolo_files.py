"""The folders of a YOLO dataset: where pictures, label files and names are."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import endings
from engine.errors import AppError, DatasetError, SourceError
from engine.formats.labels_file import read_labels
from engine.formats.peek import files_below, files_in, peek, spelled
from engine.formats.picture_names import PictureNames
from engine.formats.read_sample import split_of
from engine.formats.report import Report
from engine.formats.yolo_lines import NO_KEYPOINTS
from engine.formats.yolo_names import KEYPOINTS, Names, keypoints_in, names_in, told_apart_in
from engine.plain_yaml import read_yaml
from engine.regular_files import read_regular
from engine.sources.folder import list_pictures
from models.task import Task

IMAGES, LABELS = "images", "labels"
YAML = (".yaml", ".yml")
NAMES_FILES = ("classes.txt", "labels.txt")
_MOST_LIST = 64 << 20
_MOST_LABELS = 16 << 20
_SPLITS = ("train", "val", "test")
_DARKNET = "obj.names"
_FLAT = (_DARKNET, "classes.txt")


@dataclass(slots=True)
class YoloFiles:
    """Pictures with their label files, in order, and the pictures of each split."""

    labels: dict[Path, Path] = field(default_factory=dict)
    splits: dict[str, list[Path]] = field(default_factory=dict)
    names: Names | None = None
    """The label of each index; None for one to be ignored."""
    keypoints: tuple[int, int] = NO_KEYPOINTS

    def add(self, pictures: Iterable[Path], root: Path, split: str) -> None:
        """Take in pictures below this folder."""
        for picture in pictures:
            self.labels.setdefault(picture, spelled(label_file(picture, root)))
            if split:
                self.splits.setdefault(split, []).append(picture)


def label_file(picture: Path, root: Path) -> Path:
    """The label file of a picture below `root`: `labels` for the last `images`, else beside it."""
    inner = list(picture.relative_to(root).with_suffix(".txt").parts)
    folders = inner[:-1]
    if IMAGES in folders:
        inner[len(folders) - 1 - folders[::-1].index(IMAGES)] = LABELS
        return root.joinpath(*inner)
    if (root / LABELS).is_dir():
        return root.joinpath(LABELS, *inner)
    return picture.with_suffix(".txt")


def yaml_of(path: Path) -> Path | None:
    """The file that describes the dataset: this one, or one in this folder."""
    if path.suffix.lower() in YAML:
        return path if _is_data(path) else None
    found = [p for ending in YAML for p in files_in(path, ending, 5)] if path.is_dir() else []
    found.sort(key=lambda p: p.stem != "data")
    return next((p for p in found if _is_data(p)), None)


def label_folders(folder: Path) -> list[Path]:
    """The folders of label files in one of the usual layouts, each beside one of pictures."""
    if (folder / IMAGES).is_dir() and (folder / LABELS).is_dir():
        return [folder / LABELS]
    names = [n for n in ("train", "val", "valid", "test") if (folder / n / LABELS).is_dir()]
    return [folder / n / LABELS for n in names if (folder / n / IMAGES).is_dir()]


def find_files(path: Path, images: Path | None, report: Report) -> YoloFiles:
    """All pictures and label files. DatasetError where there are none."""
    yaml = yaml_of(path)
    root = Path(os.path.abspath(path if path.is_dir() else path.parent))
    found = YoloFiles()
    content: dict[str, Any] = {}
    if yaml is not None:
        content = _table(yaml)
        found.names = names_in(content, yaml, report)
        found.keypoints = keypoints_in(content, yaml)
    if images is not None:
        _add_elsewhere(found, images, root)
    elif yaml is not None:
        _add_named(found, content, root, report)
    else:
        _add_folders(found, root)
    if not found.labels:
        hint = "Choose a data.yaml, or a folder with images and labels."
        raise DatasetError(f"There are no pictures with YOLO labels in {path}.", hint=hint)
    if found.names is None:
        found.names = _named_beside(root, report)
    _report_lonely(found, root, report)
    return found


def _is_data(path: Path) -> bool:
    found = peek(path, path.suffix.lower())
    keys = {line.partition(":")[0].strip() for line in found.splitlines() if line[:1].isalpha()}
    return bool(keys & {"names", "nc"}) and bool(keys & set(_SPLITS))


def _table(yaml: Path) -> dict[str, Any]:
    content = read_yaml(yaml, error=DatasetError)
    if not isinstance(content, dict):
        hint = "It names train, val and names."
        raise DatasetError(f"{yaml.name} is no table.", hint=hint)
    return content


def has_keypoints(path: Path) -> bool:
    """Whether boxes have keypoints behind them, as a data.yaml says."""
    yaml = yaml_of(path)
    return yaml is not None and KEYPOINTS in peek(yaml, yaml.suffix.lower())


def _add_named(found: YoloFiles, content: dict[str, Any], root: Path, report: Report) -> None:
    """The folders and lists that a data.yaml names."""
    places: list[tuple[str, Path]] = []
    prefix = content.get("path")
    for split in _SPLITS:
        named = content.get(split)
        for name in named if isinstance(named, list) else [named]:
            if name is None:
                continue
            place = _below(root, f"{prefix}/{name}" if isinstance(prefix, str) else str(name))
            if place is None:
                report.skip(str(name)[:80], "folder", f"{split} is not below that of data.yaml")
            else:
                places.append((split, place))
    uses = Counter(place for _, place in places)
    for split, place in places:
        pictures = _pictures(place) if place.is_dir() else _listed(place, root, report)
        # The same pictures in two splits: the file had to name both.
        found.add(pictures, root, split if uses[place] == 1 else split_of(place))


def _below(root: Path, name: str) -> Path | None:
    """The folder or list meant, below `root` and nowhere else; `..` and what is above are left."""
    parts = [p for p in name.replace("\\", "/").split("/") if p not in ("", ".") and "\0" not in p]
    if ".." in parts:
        parts = parts[len(parts) - parts[::-1].index("..") :]
    places = [root.joinpath(*parts[start:]) for start in range(len(parts))]
    if not parts:
        places = [root]
    return next((place for place in places if os.path.exists(place)), None)


def _listed(path: Path, root: Path, report: Report) -> Iterator[Path]:
    """The pictures of a list of paths, one a line."""
    names = PictureNames([path.parent, root] if path.parent != root else [root])
    for number, line in enumerate(read_text(path, _MOST_LIST).splitlines(), start=1):
        if line.strip():
            picture = names.find(line.strip())
            if picture is None:
                report.skip(path.name, f"line {number}", "its picture is not there")
            else:
                yield picture


def _add_folders(found: YoloFiles, root: Path) -> None:
    folders = [labels.parent for labels in label_folders(root)]
    for folder in folders:
        own = split_of(folder) if folder != root else ""
        for picture in _pictures(folder / IMAGES):
            inner = picture.relative_to(folder / IMAGES).parts[:-1]
            found.add([picture], root, own or (split_of(Path(inner[0])) if inner else ""))
    if not folders:
        beside = {p: spelled(p.with_suffix(".txt")) for p in _pictures(root)}
        found.labels |= {picture: file for picture, file in beside.items() if file.is_file()}


def _add_elsewhere(found: YoloFiles, images: Path, root: Path) -> None:
    """Pictures of another folder, met by the stem of their label files, and the folder's name."""
    by_stem: dict[str, list[Path]] = {}
    for path in _label_files(root):
        by_stem.setdefault(path.stem, []).append(path)
    for picture in _pictures(images):
        paths = by_stem.get(picture.stem, [])
        if len(paths) > 1:
            paths = [p for p in paths if p.parent.name == picture.parent.name]
        if len(paths) == 1:
            found.labels[picture] = paths[0]


def _pictures(folder: Path) -> list[Path]:
    try:
        return [Path(os.path.abspath(p)) for p in list_pictures(folder, recursive=True)]
    except SourceError as error:
        raise DatasetError(error.message, hint=error.hint) from error


def _label_files(root: Path) -> list[Path]:
    folders = label_folders(root) or [root]
    found = [Path(p) for f in folders for p in sorted(files_below(f, (endings.LIST,)))]
    return [p for p in found if p.name.lower() not in NAMES_FILES]


def _report_lonely(found: YoloFiles, root: Path, report: Report) -> None:
    """Say which label files have no picture."""
    used = set(found.labels.values())
    for path in _label_files(root) if label_folders(root) else []:
        if path not in used:
            report.skip(path.name, "label file", "its picture is not there")


def _named_beside(root: Path, report: Report) -> Names | None:
    """The names in classes.txt, labels.txt or obj.names."""
    for folder in (root, root / LABELS):
        found = read_labels(folder, Task.DETECTION) if folder.is_dir() else None
        if found is not None:
            report.converted += found.remarks
            named: Names = {i - 1: None for i in found.ignored_ids}
            return named | {label.id - 1: label for label in found.labels if label.id > 0}
    if (file := spelled(root / _DARKNET)).is_file():
        lines = read_text(file, _MOST_LABELS).splitlines()
        listed = {i: " ".join(n.split()) for i, n in enumerate(lines) if n.strip()}
        return told_apart_in(listed, file, report)
    return None


def read_text(path: Path, most: int = _MOST_LABELS) -> str:
    """A text file of a dataset. DatasetError where it is none."""
    try:
        return read_regular(path, most, DatasetError).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        hint = "Save it again as UTF-8 text."
        raise DatasetError(f"Cannot read {path.name}.", hint=hint) from error


def first_lines(path: Path, most_files: int = 40) -> list[list[str]]:
    """The words of the first lines of some label files, to tell what they are."""
    yaml = yaml_of(path)
    root = path if path.is_dir() else path.parent
    if yaml is None and not path.is_dir():
        return []
    folders = label_folders(root)
    if not folders and (yaml is not None or any(spelled(root / name).is_file() for name in _FLAT)):
        folders = [root, root / "obj_train_data"]
    inner = [folder / name for folder in folders for name in _SPLITS]
    found = [p for f in (*folders, *inner) for p in files_in(f, endings.LIST, most_files)]
    lines: list[list[str]] = []
    for file in found:
        if file.name.lower() not in NAMES_FILES and file.stem.lower() not in _SPLITS:
            lines += [line.split() for line in whole_lines(file)]
    return lines


def whole_lines(path: Path) -> list[str]:
    """The first lines of a text file that are not blank; none where it cannot be read."""
    try:
        lines = read_text(path, 1 << 20).splitlines()
    except AppError:
        return []
    return [line for line in lines if line.strip()][:20]
