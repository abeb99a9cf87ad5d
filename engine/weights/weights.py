"""The self-describing Weights file: safetensors, with the card as its metadata. Never code."""

import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

import models
from engine.errors import WeightsError
from engine.files import replacing
from engine.weights import library
from engine.weights.card import METADATA_KEY, Card, to_json
from engine.weights.card import read_card as read_card
from engine.weights.torchvision_catalog import entry_of_file
from models import registry
from models.about import Option
from models.contract import Model
from models.registry import ModelSpec


@dataclass(frozen=True, eq=False)
class Weights:
    """A loaded file: its card, and the model in evaluation mode, float32, on the CPU."""

    name: str
    path: Path
    card: Card
    module: Model


@dataclass(frozen=True)
class WarmStart:
    """What a warm start took over, by tensor name, and what it could not."""

    matched: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    other_shape: tuple[str, ...]


def load_file_weights(path: Path) -> Weights:
    """Model and card of a file. WeightsError if they do not fit, or a number is not finite."""
    card = read_card(path)
    module = build(card)
    tensors = load_file(path)
    fit = compare(module, tensors)
    if fit.missing or fit.extra or fit.other_shape:
        wrong = (*fit.other_shape, *fit.missing, *fit.extra)
        raise WeightsError(
            f"{path.name} does not fit the model {card.model}: {len(wrong)} tensors differ, "
            f"such as {wrong[0]}.",
            hint="The file belongs to another model, or to another version of it.",
        )
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise WeightsError(
                f"{path.name} holds numbers that are not finite, in {name}.",
                hint="That training diverged: train again with a smaller learning rate.",
            )
    module.load_state_dict(tensors)
    return Weights(path.stem, path, card, module.float().eval())


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


def warm_start(module: Model, path: Path) -> WarmStart:
    """Take over what fits from a file: .safetensors, a foreign .pt/.pth of tensors only, or
    Darknet's .weights."""
    from engine.weights.torchvision_zoo import zoo_tensors  # it imports this module

    entry = entry_of_file(path)
    tensors = zoo_tensors(path, entry) if entry else read_tensors(path)
    fit = compare(module, tensors)
    if not fit.matched:
        raise WeightsError(
            f"Nothing in {path.name} fits the model.", hint="Choose weights of the same model."
        )
    module.load_state_dict({n: tensors[n].float() for n in fit.matched}, strict=False)
    return fit


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a file, by name; no code is ever run."""
    if not path.is_file():
        raise WeightsError(f"There is no file {path}.")
    if path.suffix == ".weights":
        return load(path).module.state_dict()
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        raw = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise WeightsError(
            f"{path.name} cannot be read as weights.",
            hint="Use a .safetensors file, or a .pt/.pth that holds tensors only.",
        ) from error
    nested = raw.get("state_dict", raw) if isinstance(raw, dict) else {}
    return {k: v for k, v in nested.items() if isinstance(v, Tensor)}


def save(path: Path, tensors: Mapping[str, Tensor], card: Card) -> None:
    """Write a Weights file whole, in half precision. `tensors` is the model's state_dict."""
    halved = {name: _halve(t.detach().cpu()).contiguous().clone() for name, t in tensors.items()}
    write_tensors(path, halved, {METADATA_KEY: to_json(card)})


def _halve(tensor: Tensor) -> Tensor:
    """Half precision, unless that overflows or the tensor counts."""
    if not tensor.is_floating_point():
        return tensor
    half = tensor.half()
    return half if torch.equal(half.isfinite(), tensor.isfinite()) else tensor


def write_tensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file whole: a temporary file beside it, then a rename."""
    try:
        with replacing(path) as temporary:
            save_file(tensors, temporary, metadata=metadata)
    except (OSError, SafetensorError) as error:
        raise WeightsError(
            f"Cannot write {path}: {error}", hint="Free some space, or choose another folder."
        ) from error


def load(name_or_path: str | Path) -> Weights:
    """Load a file, or bundled or downloaded weights by name. WeightsError says what is wrong."""
    path = library.find(name_or_path)
    # These two import this module.
    if path.suffix == ".pth":
        from engine.weights.torchvision_zoo import load_zoo

        return load_zoo(path)
    if path.suffix == ".weights":
        from engine.weights.darknet import load_darknet

        return load_darknet(path)
    return load_file_weights(path)
