"""The optimizer of a Run."""

from typing import Any

import torch
from torch import nn

from engine.training.config import TrainConfig
from models.encoder import encoders_of


def make_optimizer(
    config: TrainConfig, model: nn.Module, *, encoder_rate: float = 1.0
) -> torch.optim.Optimizer:
    """The optimizer; weight decay on the convolutions alone, not on norms and biases.

    Each group's "share" is what it takes of the learning rate: `encoder_rate` for the encoder.
    What needs no gradient is left out.
    """
    encoders = encoders_of(model) if encoder_rate != 1 else []
    slow = {id(p) for encoder in encoders for p in encoder.parameters()}
    groups: list[dict[str, Any]] = []
    for share in (1.0, encoder_rate) if slow else (1.0,):
        own = [p for p in model.parameters() if (id(p) in slow) == (share != 1)]
        learned = [p for p in own if p.requires_grad]
        decayed = [p for p in learned if p.ndim > 1]
        free = [p for p in learned if p.ndim <= 1]
        groups.append({"params": decayed, "weight_decay": config.weight_decay, "share": share})
        groups.append({"params": free, "weight_decay": 0.0, "share": share})
    if config.optimizer == "sgd":
        return torch.optim.SGD(
            groups, config.learning_rate, momentum=config.momentum, nesterov=config.nesterov
        )
    if config.optimizer == "adam":
        return torch.optim.Adam(groups, config.learning_rate)
    return torch.optim.AdamW(groups, config.learning_rate)
