"""What a Run is made of."""

from dataclasses import dataclass

import torch

from engine.datasets.dataset import ListDataset
from engine.training.ranks import Ranks
from engine.training.repeats import Repeats
from engine.weights.card import Card
from models.contract import Model


@dataclass(frozen=True)
class RunParts:
    """What a Run works on: the model on its device, the lists, the card of its Weights, and which
    of several processes this one is. `repeats` says how often each sample comes in an epoch."""

    model: Model
    device: torch.device
    train: ListDataset
    val: ListDataset | None
    card: Card
    ranks: Ranks
    repeats: Repeats | None = None
