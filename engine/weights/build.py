"""A model as a card describes it, and how well tensors fit one."""

import inspect
import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

import models
from engine.errors import WeightsError
from engine.weights.card import Card
from engine.weights.warm_start import WarmStart
from models import registry
from models.about import Option
from models.contract import Model
from models.registry import ModelSpec


def build(card: Card) -> Model:
    """A fresh model as the card describes it. WeightsError for options that it does not take."""
    spec = spec_of(card.model)
    hint = f"Its options are: {'; '.join(map(_described, spec.options)) or 'none'}."
    for name, value in card.options.items():
        _refuse_wrong_option(spec, name, value, hint)
    try:
        return spec.build(len(card.labels), **card.options)
    except (TypeError, ValueError) as error:
        message = f"The model {card.model} cannot be built: {error}"
        raise WeightsError(message, hint=hint) from error


def _refuse_wrong_option(spec: ModelSpec, name: str, value: Any, hint: str) -> None:
    """WeightsError for a name that the builder has not, or no positive number where one belongs.

    Other numbers than the choices may do: a config can ask for an eighth of the channels.
    """
    if name not in inspect.signature(spec.build).parameters:
        raise WeightsError(f"The model {spec.name} has no option {name}.", hint=hint)
    choices = next((option.choices for option in spec.options if option.name == name), ())
    wants_number = bool(choices) and all(map(_is_positive, choices))
    wants_whole = wants_number and all(isinstance(choice, int) for choice in choices)
    fits = _is_positive(value) and (isinstance(value, int) or not wants_whole)
    if wants_number and not fits:
        raise WeightsError(f"{name} of {spec.name} cannot be {value}.", hint=hint)


def _is_positive(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and value > 0


def _described(option: Option) -> str:
    return f"{option.name} ({', '.join(map(str, option.choices))})"


def spec_of(name: str) -> ModelSpec:
    """The registered model of this name. WeightsError lists the known ones."""
    models.load_all()
    try:
        return registry.get(name)
    except KeyError as error:
        raise WeightsError(
            f"No model is called {name}.", hint=f"Known: {', '.join(registry.names())}."
        ) from error


def compare(module: Model, tensors: Mapping[str, Tensor]) -> WarmStart:
    """Which tensors fit the model by name and shape."""
    own = module.state_dict()
    shared = [name for name in own if name in tensors]
    return WarmStart(
        matched=tuple(n for n in shared if own[n].shape == tensors[n].shape),
        missing=tuple(n for n in own if n not in tensors),
        extra=tuple(n for n in tensors if n not in own),
        other_shape=tuple(n for n in shared if own[n].shape != tensors[n].shape),
    )
