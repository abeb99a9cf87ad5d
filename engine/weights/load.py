"""Loads weights of every kind: our own files, torchvision's and Darknet's; whole or as a start."""

from pathlib import Path

import torch
from torch import Tensor

from engine import endings
from engine.errors import WeightsError
from engine.foreign.kinds import KINDS
from engine.weights import library
from engine.weights.build import build, compare, shapes_of
from engine.weights.card import read_card
from engine.weights.darknet import load_darknet
from engine.weights.foreign import load_foreign, refuse_without_card
from engine.weights.mapping import find_mapping, outcome
from engine.weights.torchvision_catalog import entry_of_file
from engine.weights.torchvision_zoo import load_zoo, zoo_tensors
from engine.weights.warm_start import WarmStart
from engine.weights.weights import Weights, read_tensors
from models.contract import Model
from models.shapes_only import shapes_only


def load(name_or_path: str | Path) -> Weights:
    """Load a file, or bundled or downloaded weights by name. WeightsError says what is wrong."""
    path = library.find(name_or_path)
    if path.suffix == endings.TORCHVISION:
        refuse_without_card(path)
        return load_zoo(path)
    if path.suffix == endings.DARKNET:
        return load_darknet(path)
    return load_file_weights(path)


def load_file_weights(path: Path) -> Weights:
    """Model and card of a file. WeightsError if they do not fit, or a number is not finite."""
    if path.suffix != endings.SAFETENSORS:
        refuse_without_card(path)
    card = read_card(path)
    if card.model in KINDS:
        return load_foreign(path, card)
    tensors = read_tensors(path)
    # A small file can ask for a network that no memory holds: first without any.
    with shapes_only():
        fit = compare(build(card), tensors)
    if fit.missing or fit.extra or fit.other_shape:
        wrong = (*fit.other_shape, *fit.missing, *fit.extra)
        raise WeightsError(
            f"{path.name} does not fit the model {card.model}: {len(wrong)} tensors differ, "
            f"such as {wrong[0]}.",
            hint="The file belongs to another model, or to another version of it.",
        )
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor.float()).all():
            raise WeightsError(
                f"{path.name} holds numbers that are not finite, in {name}.",
                hint="That training diverged: train again with a smaller learning rate.",
            )
    module = build(card)
    module.load_state_dict(tensors)
    return Weights(path.stem, path, card, module.float().eval())


def warm_start(module: Model, path: Path) -> WarmStart:
    """Take over what fits from a file: .safetensors, a foreign .pt/.pth of tensors only, or
    Darknet's .weights. Names may differ (`engine.weights.mapping`)."""
    tensors, state = tensors_of(path), module.state_dict()
    own, file = shapes_of(state), shapes_of(tensors)
    mapping = find_mapping(own, file)
    if not mapping.pairs:
        raise WeightsError(
            f"Nothing in {path.name} fits the model.",
            hint="Choose weights of the same model, or of its encoder.",
        )
    taken = {n: tensors[source].float().reshape(own[n]) for n, source in mapping.pairs.items()}
    for name, bias in mapping.folded.items():
        taken[name] = taken[name] - tensors[bias].float()
    module.load_state_dict(taken, strict=False)
    return outcome(own, file, mapping)


def tensors_of(path: Path) -> dict[str, Tensor]:
    """All tensors of a file by name, as our model of it names them."""
    entry = entry_of_file(path)
    if entry is not None:
        return zoo_tensors(path, entry)
    if path.suffix == endings.DARKNET and path.is_file():
        return load_darknet(path).module.state_dict()
    return read_tensors(path)
