"""The facts of every model from a stored table, so that a listing need not import torch.

Building sixty networks to count their parameters takes longer than importing torch, even where
none is allocated. `scripts/model_table.py` writes the table and a test compares it with the
registry. What it lacks is looked up in the registry.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import models
import resources
from engine.foreign.kinds import BACKENDS, KINDS
from engine.model_facts import ModelFacts, facts_from
from models.about import About, Option, Text

if TYPE_CHECKING:
    from models.registry import ModelSpec

REGISTRY = "models.registry"


def all_facts() -> list[ModelFacts]:
    """The facts of every model, by name."""
    known = stored()
    more = {name: facts_from(spec) for name, spec in _registered().items() if name not in known}
    return [facts for _, facts in sorted({**known, **more}.items())]


def facts_of(name: str) -> ModelFacts:
    """The facts of one model. WeightsError, with the name that was meant, for an unknown one."""
    if name in KINDS:
        return ModelFacts(name, "", KINDS[name], backends=BACKENDS[name], trainable=False)
    known = stored().get(name)
    if known is not None:
        return known
    from engine.weights.build import spec_of

    return facts_from(spec_of(name))


@cache
def stored() -> dict[str, ModelFacts]:
    """The table, by name."""
    return {raw["name"]: _facts(raw) for raw in _read()["models"]}


def as_text(every: Iterable[ModelFacts]) -> str:
    """The table's file for these models and the modules that are here now."""
    table = {"modules": modules(), "models": [asdict(facts) for facts in every]}
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def path() -> Path:
    """The table's file."""
    return resources.path("models.json")


def modules() -> list[str]:
    """The modules below `models`; none where they are no files, as in a frozen program."""
    (folder,) = models.__path__
    return sorted(file.relative_to(folder).as_posix() for file in Path(folder).rglob("*.py"))


@cache
def _read() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(path().read_text(encoding="utf-8"))
    return table


def _registered() -> dict[str, "ModelSpec"]:
    """What the registry holds in this process; all of it once there is a module that the table
    does not know, which may register models."""
    if not set(modules()) <= set(_read()["modules"]):
        models.load_all()
    if REGISTRY not in sys.modules:
        return {}
    from models import registry

    return {name: registry.get(name) for name in registry.names()}


def _facts(raw: dict[str, Any]) -> ModelFacts:
    about = raw["about"]
    options = (
        Option(option["name"], Text(*option["text"]), tuple(option["choices"]), option["live"])
        for option in raw["options"]
    )
    return ModelFacts(
        **{
            **raw,
            "about": about and About(**{key: _text(value) for key, value in about.items()}),
            "options": tuple(options),
            "input_hw": tuple(raw["input_hw"]),
            "backends": tuple(raw["backends"]),
        }
    )


def _text(value: Any) -> Any:
    """Both languages of a text; the year as it is."""
    return Text(*value) if isinstance(value, list) else value
