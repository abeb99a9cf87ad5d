"""The weights that a Run begins with, found once, and what the network's input takes from them."""

from dataclasses import dataclass, replace
from pathlib import Path

from engine import endings
from engine.errors import WeightsError
from engine.preprocess import Preprocessing
from engine.training.config import TrainConfig
from engine.weights.card import Card, read_card
from engine.weights.encoder_catalog import EncoderOrigin
from engine.weights.library import find
from engine.weights.torchvision_catalog import entry_of_file
from engine.weights.torchvision_zoo import card_of
from models.registry import ModelSpec


@dataclass(frozen=True)
class Parent:
    """The file of the warm start, and its card if it is of the model that is trained."""

    path: Path
    card: Card | None


def parent_of(config: TrainConfig) -> Parent | None:
    """The config's warm start. WeightsError if there are no such weights."""
    if config.warm_start is None:
        return None
    path = find(config.warm_start)
    card = _card(path)
    return Parent(path, card if card is not None and card.model == config.model else None)


def _card(path: Path) -> Card | None:
    entry = entry_of_file(path)
    if entry is not None:
        return card_of(entry)
    if path.suffix != endings.SAFETENSORS:
        return None
    try:
        return read_card(path)
    except WeightsError:
        return None  # Foreign tensors without a card: what fits is still taken over.


def preprocessing_of(
    config: TrainConfig,
    spec: ModelSpec,
    parent: Parent | None,
    encoder: EncoderOrigin | None = None,
) -> Preprocessing:
    """As the config says, else as the warm start was trained, else the model's own size.

    Colors are normalised as a pretrained encoder has learned them.
    """
    if parent is not None and parent.card is not None:
        size_hw = config.size_hw or parent.card.preprocessing.size_hw
        return replace(parent.card.preprocessing, size_hw=size_hw, resize=config.resize)
    size_hw = config.size_hw or spec.input_hw
    if encoder is not None:
        return Preprocessing(size_hw, encoder.mean, encoder.std, config.resize)
    return Preprocessing(size_hw, resize=config.resize)
