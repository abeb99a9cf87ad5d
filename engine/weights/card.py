"""The card in a Weights file: what it takes to load, use and judge it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from engine.errors import WeightsError
from engine.plain_json import dumps, parse_json
from engine.preprocess import Preprocessing
from engine.values import Label
from models.task import Task

VERSION = 1
METADATA_KEY = "maskloop"
_OPTIONAL = ("options", "metrics", "data", "config", "parent", "notes", "trained", "encoder")
_DAMAGED = "The file is damaged: download it again, or save it again with maskloop train."


@dataclass(frozen=True)
class Card:
    """What a Weights file says of itself.

    `labels`: for semantic models all of them, labels[i].id == i; for detectors the objects' labels,
    index i having id i + 1. `options` go to the model's builder. `metrics` were measured on `data`.
    `config` is the Run's; `parent` names the weights it started from, and `encoder` the backbone
    that somebody had trained before and on what. `trained` says how many objects of each label the
    Run's list holds, or pictures with the label: nothing on older cards.
    """

    model: str
    task: Task
    labels: tuple[Label, ...]
    preprocessing: Preprocessing
    options: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    data: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    notes: str = ""
    trained: Mapping[str, int] = field(default_factory=dict)
    encoder: str = ""

    @property
    def began_with(self) -> str:
        """All that was learned before the Run, in words."""
        return ", ".join(part for part in (self.parent, self.encoder) if part)

    @property
    def not_learnt(self) -> tuple[str, ...]:
        """The labels that the Run's list has nothing of; none where that is not known."""
        return tuple(x.name for x in self.labels if self.trained and not self.trained.get(x.name))

    def __post_init__(self) -> None:
        first = 0 if self.task is Task.SEMANTIC else 1
        if [label.id for label in self.labels] != list(range(first, first + len(self.labels))):
            raise ValueError(f"The labels' ids must count up from {first}.")
        if not self.labels:
            raise ValueError("The labels are missing.")
        for name in ("options", "metrics", "config", "trained"):
            if not isinstance(getattr(self, name), Mapping):
                raise ValueError(f"{name} is no table of settings.")
        if not all(type(count) is int and count >= 0 for count in self.trained.values()):
            raise ValueError("trained counts objects or pictures.")
        for name in ("data", "parent", "notes", "encoder"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is no text.")


def read_card(path: Path) -> Card:
    """The card alone, without the tensors. WeightsError if there is none."""
    if not path.is_file():
        raise WeightsError(
            f"There is no file {path}.", hint="`maskloop weights` lists what is there."
        )
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise WeightsError(
            f"{path.name} is no safetensors file.",
            hint="Choose a .safetensors file that Maskloop saved.",
        ) from error
    if METADATA_KEY not in metadata:
        raise WeightsError(
            f"{path.name} does not say which model it belongs to.",
            hint="Weights of other programs can be used as a warm start of a training.",
        )
    return from_json(metadata[METADATA_KEY])


def to_json(card: Card) -> str:
    """The card as one JSON text."""
    return dumps({"version": VERSION, **asdict(card)})


def from_json(text: str) -> Card:
    """The card of a JSON text. WeightsError names what is missing or wrong."""
    raw = parse_json(text, "The weights' card", error=WeightsError, hint=_DAMAGED)
    try:
        if not isinstance(raw, dict):
            raise TypeError("it is no table of settings")
        if raw["version"] > VERSION:
            raise WeightsError(
                "These weights were made by a newer Maskloop.", hint="Update the program."
            )
        labels = tuple(
            Label(int(item["id"]), str(item["name"]), _triple(item["color"], int))
            for item in raw["labels"]
        )
        size = raw["preprocessing"]
        preprocessing = Preprocessing(
            size_hw=(int(size["size_hw"][0]), int(size["size_hw"][1])),
            mean=_triple(size["mean"], float),
            std=_triple(size["std"], float),
            resize=size["resize"],
        )
        optional = {key: raw[key] for key in _OPTIONAL if key in raw}
        return Card(str(raw["model"]), Task(raw["task"]), labels, preprocessing, **optional)
    except KeyError as error:
        raise WeightsError(
            f"The weights' card lacks {error}.", hint="Save them again with maskloop train."
        ) from error
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        raise WeightsError(f"The weights' card is damaged: {error}") from error


def _triple(values: Any, kind: Any) -> tuple[Any, Any, Any]:
    a, b, c = values
    return kind(a), kind(b), kind(c)
