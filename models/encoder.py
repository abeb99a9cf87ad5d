"""The encoder inside a network: where it is, its weights, and holding it still while training."""

from collections.abc import Mapping

from torch import Tensor, nn

from models.backbones.at_stride import EncoderRow
from models.backbones.backbone import Backbone

Encoder = Backbone | EncoderRow


def encoder_of(model: nn.Module) -> Encoder | None:
    """The encoder that a network is built on; None for one that has its own layers throughout."""
    found = (module for module in model.modules() if isinstance(module, Backbone | EncoderRow))
    return next(found, None)


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
