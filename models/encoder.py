"""The encoder inside a network: where it is, its weights, and holding it still while training."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from models.backbones.at_stride import EncoderRow
from models.backbones.backbone import Backbone
from models.backbones.torchvision_resnet import TorchvisionResNet

Encoder = Backbone | EncoderRow | TorchvisionResNet
Features = Tensor | Sequence[Tensor] | Mapping[str, Tensor]
"""What leaves an encoder, by its kind: maps finest first, or the one of a row."""


def encoders_of(model: nn.Module) -> list[Encoder]:
    """The encoders that a network is built on: mostly one, none if it has its own layers
    throughout; SDS has two of a kind."""
    return [module for module in model.modules() if isinstance(module, Encoder)]


def encoder_of(model: nn.Module) -> Encoder | None:
    """The first of them, which stands for all in what they are."""
    return next(iter(encoders_of(model)), None)


def count_maps(encoder: Encoder) -> int:
    """How many maps leave an encoder."""
    if isinstance(encoder, EncoderRow):
        return 1
    return len(encoder.channels if isinstance(encoder, Backbone) else encoder.return_layers)


def maps_of(features: Features) -> Sequence[Tensor]:
    """All maps (N, C, h, w) that have left an encoder."""
    if isinstance(features, Tensor):
        return [features]
    return list(features.values()) if isinstance(features, Mapping) else features


def features_of(encoder: Encoder, maps: Sequence[Tensor]) -> Features:
    """These maps (N, C, h, w) as they leave the encoder: the way back from `maps_of`."""
    if isinstance(encoder, TorchvisionResNet):
        return OrderedDict(zip(encoder.return_layers.values(), maps, strict=True))
    return maps[0] if isinstance(encoder, EncoderRow) else maps


def load_encoder(encoder: Encoder, tensors: Mapping[str, Tensor]) -> None:
    """Give an encoder tensors by the names of its whole backbone. KeyError for one that lacks,
    RuntimeError for another shape."""
    own = encoder.state_dict()
    before = "" if next(iter(own)) in tensors else "features."
    # Files older than the counter of batches lack it; nothing here reads it.
    counters = {name: t for name, t in own.items() if name.endswith("num_batches_tracked")}
    taken = {n: tensors[before + n] for n in own if n not in counters or before + n in tensors}
    encoder.load_state_dict(counters | taken)


def frozen_part(encoder: Encoder, freeze: int | str) -> list[nn.Module]:
    """The layers that `freeze` names: "none", "all", or so many stages from the picture on.

    ValueError for more stages than there are.
    """
    stages = encoder.stages()
    if freeze == "none":
        return []
    if freeze == "all":
        return [layer for stage in stages for layer in stage]
    if not 0 <= int(freeze) <= len(stages):
        raise ValueError(f"{encoder.name} has {len(stages)} stages, not {freeze}.")
    return [layer for stage in stages[: int(freeze)] for layer in stage]
