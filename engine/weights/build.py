"""A model as a card describes it, and how well tensors fit one."""

import inspect
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from torch import Tensor

import models
from engine.errors import WeightsError
from engine.weights.card import Card
from engine.weights.foreign import foreign_spec
from engine.weights.mapping import by_equal_names, outcome
from engine.weights.warm_start import WarmStart
from engine.words import meant
from models import registry
from models.about import Option
from models.contract import Model
from models.registry import ModelSpec

CANNOT_BUILD = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip
"""What a builder, or torch below it, raises for options that make no network."""
MOST = 1_000_000
"""The largest number in an option without choices."""
MOST_TIMES = 4
"""How far a number may be above the largest choice."""


def build(card: Card) -> Model:
    """A fresh model as the card describes it. WeightsError for options that it does not take."""
    spec = spec_of(card.model)
    hint = f"Its options are: {'; '.join(map(_described, spec.options)) or 'none'}."
    for name, value in card.options.items():
        _refuse_wrong_option(spec, name, value, hint)
    try:
        return spec.build(len(card.labels), **card.options)
    except CANNOT_BUILD as error:
        message = f"The model {card.model} cannot be built: {error}"
        raise WeightsError(message, hint=hint) from error


def _refuse_wrong_option(spec: ModelSpec, name: str, value: Any, hint: str) -> None:
    """WeightsError for a name that the builder has not, or a value that cannot belong to it."""
    if name not in inspect.signature(spec.build).parameters:
        raise WeightsError(f"The model {spec.name} has no option {name}.", hint=hint)
    choices = next((option.choices for option in spec.options if option.name == name), ())
    if not _fits(value, choices):
        raise WeightsError(f"{name} of {spec.name} cannot be {value}.", hint=hint)


def _fits(value: Any, choices: Sequence[Any]) -> bool:
    """Whether a value is one of the choices, or like them.

    Others than the choices may do: a config can ask for an eighth of the channels.
    """
    if choices and all(isinstance(choice, str) for choice in choices):
        return isinstance(value, str)
    if choices and all(isinstance(choice, bool) for choice in choices):
        return value in choices
    if not choices or not all(map(_is_positive, choices)):
        return all(abs(number) <= MOST for number in _numbers(value))
    is_whole = isinstance(value, int) or not all(isinstance(choice, int) for choice in choices)
    return is_whole and _is_positive(value) and bool(value <= MOST_TIMES * max(choices))


def _is_positive(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and value > 0


def _numbers(value: Any) -> Iterator[float]:
    """Every number in an option's value."""
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)


def _described(option: Option) -> str:
    return f"{option.name} ({', '.join(map(str, option.choices))})"


def spec_of(name: str) -> ModelSpec:
    """The registered model of this name. WeightsError lists the known ones."""
    foreign = foreign_spec(name)
    if foreign is not None:
        return foreign
    models.load_all()
    try:
        return registry.get(name)
    except KeyError as error:
        known = registry.names()
        hint = meant(name, known) or f"Known: {', '.join(known)}."
        raise WeightsError(f"No model is called {name}.", hint=hint) from error


def compare(module: Model, tensors: Mapping[str, Tensor]) -> WarmStart:
    """Which tensors fit the model by name and shape."""
    own, file = shapes_of(module.state_dict()), shapes_of(tensors)
    return outcome(own, file, by_equal_names(own, file))


def shapes_of(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """The tensors' shapes, by the same names."""
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}
