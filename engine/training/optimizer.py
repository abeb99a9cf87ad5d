"""The optimizer of a Run."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from engine.training.config import TrainConfig


def make_optimizer(config: TrainConfig, model: nn.Module) -> torch.optim.Optimizer:
    """The optimizer; weight decay on the convolutions alone, not on norms and biases."""
    decayed = [p for p in model.parameters() if p.ndim > 1]
    free = [p for p in model.parameters() if p.ndim <= 1]
    groups: Sequence[dict[str, Any]] = [
        {"params": decayed, "weight_decay": config.weight_decay},
        {"params": free, "weight_decay": 0.0},
    ]
    if config.optimizer == "sgd":
        return torch.optim.SGD(
            groups, config.learning_rate, momentum=config.momentum, nesterov=config.nesterov
        )
    if config.optimizer == "adam":
        return torch.optim.Adam(groups, config.learning_rate)
    return torch.optim.AdamW(groups, config.learning_rate)
