"""Weights as the window knows them, and the Jobs that list, load and switch them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.import_order import import_vision
from engine.jobs import CancelToken, Progress
from engine.labels import is_background
from engine.model_facts import ModelFacts
from engine.model_table import facts_of
from engine.values import Label
from models.task import Task

if TYPE_CHECKING:
    from engine.pipeline.pipeline import Pipeline
    from engine.weights.card import Card
    from engine.weights.library import WeightsEntry
    from engine.weights.weights import Weights


@dataclass(frozen=True)
class WeightsChoice:
    """One row of the weights picker; model, options, input size and what the encoder had learned
    before as their card tells. Who answers clicks says nothing of a picture by itself; `download`
    is how much would come from where."""

    key: str
    text: str
    tip: str
    is_here: bool
    model: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    size_hw: tuple[int, int] | None = None
    encoder: str = ""
    answers_clicks: bool = False
    download: str = ""


@dataclass(frozen=True, eq=False)
class LoadedWeights:
    """Weights ready to run, and where they really run; `written` tells a file's versions apart.

    `options` are the live ones and what they are now. `refinements` are the names and texts of
    what can refine its label scores; the first does nothing. `trained`, `not_learnt` and
    `began_with` are the card's.
    """

    key: str
    name: str
    model: str
    task: str
    labels: tuple[Label, ...]
    device_text: str
    about: str
    pipeline: "Pipeline"
    written: int = 0
    facts: ModelFacts | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    refinements: tuple[tuple[str, str], ...] = ()
    trained: Mapping[str, int] = field(default_factory=dict)
    not_learnt: tuple[str, ...] = ()
    began_with: str = ""

    @property
    def object_labels(self) -> tuple[Label, ...]:
        """The labels that its Regions may have; a classifier gives none."""
        return () if self.task == Task.CLASSIFICATION else self.labels

    def set_refine(self, name: str) -> None:
        """Refine by this from the next picture on; a name it does not know means not at all."""
        from engine.pipeline.refine import Refinement

        known = {key for key, _ in self.refinements}
        self.pipeline.refine = Refinement(name) if name in known else Refinement()


def list_weights(
    project_folder: Path | None, progress: Progress, cancel: CancelToken
) -> tuple[WeightsChoice, ...]:
    """Every known file, the project's own first, those that cannot be used last; a Job's work."""
    from engine.weights.library import PROJECT, look

    entries, set_aside = look(project_folder)
    own = [entry for entry in entries if entry.origin == PROJECT]
    others = [entry for entry in entries if entry.origin != PROJECT]
    usable = [_choice_of(entry, entry.origin == PROJECT) for entry in (*own, *others)]
    # Choosing one of these says what is wrong with it.
    odd = [
        WeightsChoice(str(e.path), f"{e.path.stem} (cannot be read)", f"{e.path}\n{e.why}", False)
        for e in set_aside
    ]
    return (*usable, *odd)


def _choice_of(entry: "WeightsEntry", is_own: bool) -> WeightsChoice:
    size = f"{entry.size / 1e6:.0f} MB" if entry.size else ""
    head = " · ".join(part for part in (entry.model, entry.task.text, size) if part)
    lines = head, entry.text, entry.encoder and f"Encoder {entry.encoder}", str(entry.path or "")
    tip = "\n".join(part for part in lines if part)
    own = entry.model, entry.options, entry.size_hw, entry.encoder, entry.task is Task.CLICK
    if is_own:
        return WeightsChoice(str(entry.path), f"{entry.name} (trained here)", tip, True, *own)
    is_here = entry.path is not None
    text = entry.name if is_here else f"{entry.name} ({size})"
    download = "" if is_here else f"{size}, {entry.source}"
    return WeightsChoice(entry.name, text, tip, is_here, *own, download=download)


def load_weights(
    key: str,
    device: str,
    backend: str,
    progress: Progress,
    cancel: CancelToken,
    *,
    may_download: bool = True,
) -> LoadedWeights:
    """Find, perhaps download, load and warm up; the work of a Job."""
    import_vision()
    from engine.weights.library import find
    from engine.weights.load import load

    path = _fetch(key, progress, cancel) if may_download else find(key)
    cancel.check()
    written = path.stat().st_mtime_ns
    weights = load(path)
    cancel.check()
    return replace(_ready(key, weights, device, backend), written=written)


def switch_weights(
    loaded: LoadedWeights,
    options: Mapping[str, Any],
    where: tuple[str, str],
    progress: Progress,
    cancel: CancelToken,
) -> LoadedWeights:
    """The same weights under other live options, on that device and backend; a Job's work."""
    from engine.weights.options import with_options

    weights = with_options(loaded.pipeline.weights, options)
    cancel.check()
    return replace(_ready(loaded.key, weights, *where), written=loaded.written)


def _ready(key: str, weights: "Weights", device: str, backend: str) -> LoadedWeights:
    from engine.pipeline.pipeline import Pipeline
    from engine.weights.options import values_of

    pipeline = Pipeline(weights, device=device, backend=backend)
    pipeline.warm_up()
    card = weights.card
    return LoadedWeights(
        key=key,
        name=weights.name,
        model=card.model,
        task=str(card.task),
        labels=tuple(card.labels),
        device_text=f"{pipeline.backend_name} · {pipeline.device_text}",
        about=_about(card),
        pipeline=pipeline,
        facts=facts_of(card.model),
        options=values_of(weights),
        refinements=_refinements() if card.task is Task.SEMANTIC else (),
        trained=card.trained,
        not_learnt=card.not_learnt,
        began_with=card.began_with,
    )


def _refinements() -> tuple[tuple[str, str], ...]:
    from engine.pipeline import refine

    return tuple((name, refine.get(name).text) for name in refine.names())


def _fetch(key: str, progress: Progress, cancel: CancelToken) -> Path:
    """The file of these weights, downloaded when it is not here yet."""
    from engine.weights.library import find
    from engine.weights.torchvision_catalog import catalog_entry

    entry = catalog_entry(key)
    if entry is None:
        return find(key)
    from engine.weights.torchvision_zoo import fetch

    return fetch(key, progress=progress, cancel=cancel)


def _about(card: "Card") -> str:
    learnt = [label for label in card.labels if label.name not in card.not_learnt]
    objects = [label.name for label in learnt if not is_background(label)]
    names = ", ".join(objects[:4]) + (f" and {len(objects) - 4} more" if len(objects) > 4 else "")
    return f"{card.model} · {card.task}: {names}"
