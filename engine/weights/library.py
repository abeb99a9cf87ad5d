"""Which weights there are: bundled, added, here or to be downloaded, or trained in a project."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

import resources
from engine import endings, folders
from engine.errors import WeightsError
from engine.folders import cache_folder
from engine.metric_names import metric_name
from engine.weights.card import Card, read_card
from engine.weights.torchvision_catalog import CATALOG, CatalogEntry
from engine.words import meant
from models.task import Task

logger = logging.getLogger(__name__)

BUNDLED = "bundled"
DOWNLOADED = "downloaded"
DOWNLOADABLE = "downloadable"
ADDED = "added"
PROJECT = "project"
SHOWN = ("miou", "ap50", "ap", "top1", "iou_1", "iou_box", "noc85")
"""The metrics of a card that say in a line how good its weights are; the card has them all."""


@dataclass(frozen=True, slots=True)
class WeightsEntry:
    """One line of the weights picker. `path` is None until it is downloaded.

    `options` and `size_hw` are those the weights were trained with, where a card tells; `trained`,
    `not_learnt` and `encoder` are the card's.
    """

    name: str
    task: Task
    model: str
    origin: str
    path: Path | None = None
    size: int = 0
    source: str = ""
    text: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    size_hw: tuple[int, int] | None = None
    trained: Mapping[str, int] = field(default_factory=dict)
    not_learnt: tuple[str, ...] = ()
    encoder: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file among the weights that cannot be used, and why."""

    path: Path
    why: str


def download_folder() -> Path:
    """Where downloaded weights live."""
    return cache_folder() / "weights"


def added_folder() -> Path:
    """Where networks of other programs live that a person has added."""
    return Path(platformdirs.user_data_dir("maskloop", appauthor=False)) / folders.WEIGHTS


def bundled() -> list[Path]:
    """The weights that ship with the program."""
    return sorted(resources.path("weights").glob("*.safetensors"))


def bundled_live() -> list[Path]:
    """Those of them that find things by themselves, wherever nobody points."""
    return [path for path in bundled() if read_card(path).task is not Task.CLICK]


def available(project: Path | None = None) -> list[WeightsEntry]:
    """Every entry, bundled first; with a project's folder, or its pictures', also what was
    trained there.

    Reads cards only, no tensors; a file that cannot be read is left out and logged.
    """
    entries, set_aside = look(project)
    for each in set_aside:
        logger.warning("Left out %s: %s", each.path.name, each.why)
    return entries


def look(project: Path | None = None) -> tuple[list[WeightsEntry], list[SetAside]]:
    """What is available, and what is set aside."""
    set_aside: list[SetAside] = []
    entries = _read_entries(bundled(), BUNDLED, set_aside)
    added = sorted(added_folder().glob(f"*{endings.SAFETENSORS}"))
    entries += _read_entries(added, ADDED, set_aside)
    downloads = sorted(download_folder().glob(f"*{endings.SAFETENSORS}"))
    entries += _read_entries(downloads, DOWNLOADED, set_aside)
    entries += [_catalog_entry(each) for each in CATALOG]
    if project is not None:
        inside = project / folders.PROJECT
        project = inside if inside.is_dir() else project
        files = f"{folders.WEIGHTS}/*{endings.SAFETENSORS}"
        trained = [*project.glob(files), *project.glob(f"{folders.RUNS}/*/{files}")]
        entries += _read_entries(sorted(trained), PROJECT, set_aside)
    return entries, set_aside


def find(name_or_path: str | Path, project: Path | None = None) -> Path:
    """The file of weights given by path, or by name. WeightsError says what to do without it."""
    path = Path(name_or_path)
    if os.path.isfile(path):  # A name that is too long is none, while Path's own raises.
        return path
    if path.suffix in endings.WEIGHTS or len(path.parts) > 1:
        what = "is a folder" if os.path.isdir(path) else "does not exist"
        raise WeightsError(f"{path} {what}.", hint="`maskloop weights` lists what is there.")
    entries, set_aside = look(project)
    for entry in entries:
        if entry.name == str(name_or_path) and entry.path is not None:
            return entry.path
    for each in set_aside:
        if each.path.stem == str(name_or_path):
            raise WeightsError(f"{each.path} cannot be used: {each.why}")
    if any(entry.name == str(name_or_path) for entry in entries):
        raise WeightsError(
            f"The weights {name_or_path} are not downloaded yet.",
            hint=f"Download them: maskloop weights download {name_or_path}",
        )
    here = ", ".join(entry.name for entry in entries if entry.path is not None) or "none"
    near = meant(str(name_or_path), [entry.name for entry in entries])
    raise WeightsError(
        f"No weights are called {name_or_path}.",
        hint=near or f"Here are: {here}. Or give the path of a .safetensors file.",
    )


def _read_entries(paths: list[Path], origin: str, set_aside: list[SetAside]) -> list[WeightsEntry]:
    entries = []
    for path in paths:
        try:
            entries.append(_entry(path, read_card(path), origin))
        except (WeightsError, OSError) as error:  # It may have gone away meanwhile.
            set_aside.append(SetAside(path, str(error)))
    return entries


def _entry(path: Path, card: Card, origin: str) -> WeightsEntry:
    found = ((metric_name(key), card.metrics.get(key)) for key in SHOWN)
    metrics = ", ".join(f"{name} {value:.3f}" for name, value in found if isinstance(value, float))
    missing = f"Not learnt: {', '.join(card.not_learnt)}." if card.not_learnt else ""
    text = " ".join(part for part in (card.notes or card.data, metrics, missing) if part)
    return WeightsEntry(
        name=path.stem,
        task=card.task,
        model=card.model,
        origin=origin,
        path=path,
        size=path.stat().st_size,
        source=card.data,
        text=text,
        options=card.options,
        size_hw=card.preprocessing.size_hw,
        trained=card.trained,
        not_learnt=card.not_learnt,
        encoder=card.encoder,
    )


def _catalog_entry(each: CatalogEntry) -> WeightsEntry:
    path = download_folder() / each.file_name
    is_here = path.is_file()
    return WeightsEntry(
        name=each.name,
        task=each.task,
        model=each.model,
        origin=DOWNLOADED if is_here else DOWNLOADABLE,
        path=path if is_here else None,
        size=path.stat().st_size if is_here else each.size,
        source=f"torchvision {each.enum}",
        text=each.text,
    )
