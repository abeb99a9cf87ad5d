"""The encoder of a Run that begins from ImageNet, and the part of it that stays as it is."""

from torch import nn

from engine.errors import TrainingError
from engine.model_table import facts_of
from engine.training.config import TrainConfig
from engine.weights.encoder_catalog import (
    PRETRAINED_RATE,
    EncoderOrigin,
    find_encoder,
    how_to_get,
    origin_of,
)
from models.contract import Model
from models.encoder import Encoder, encoders_of, frozen_part


def pretrained_of(config: TrainConfig, *, has_begun: bool = False) -> EncoderOrigin | None:
    """The weights that the config's encoder begins with; None unless `pretrained`, or if a warm
    start brings all. TrainingError if there are none.

    Of a Run that has begun, whose Checkpoint has the encoder, only where it came from.
    """
    if not config.pretrained or config.warm_start:
        return None
    name = facts_of(config.model).encoder_with(config.options)
    if not name:
        raise TrainingError(
            f"{config.model} has no encoder that could be pretrained.",
            hint="Leave pretrained out, or choose a system with the option backbone.",
        )
    found = origin_of(name) if has_begun else find_encoder(name)
    if found is None:
        raise TrainingError(
            f"There are no weights for the encoder {name} here.", hint=how_to_get(name)
        )
    return found


def rate_of_encoder(config: TrainConfig) -> float:
    """The share of the learning rate that the encoder's tensors take."""
    if config.encoder_rate is not None:
        return config.encoder_rate
    return PRETRAINED_RATE if config.pretrained else 1.0


def encoders_to_freeze(config: TrainConfig, model: Model) -> list[Encoder]:
    """The model's encoders. TrainingError if it has none."""
    encoders = encoders_of(model)
    if not encoders:
        raise TrainingError(
            f"{config.model} has no encoder that could be frozen.", hint="Leave freeze out."
        )
    return encoders


def freeze(config: TrainConfig, model: Model) -> list[nn.Module]:
    """Take what the config freezes out of training; its layers, whose batch norm is to be kept in
    evaluation mode. TrainingError where there is nothing of the kind."""
    if config.freeze == "none":
        return []
    try:
        layers = [
            layer
            for encoder in encoders_to_freeze(config, model)
            for layer in frozen_part(encoder, config.freeze)
        ]
    except ValueError as error:
        raise TrainingError(f"freeze: {error}") from error
    for layer in layers:
        layer.requires_grad_(requires_grad=False)
    return layers
