"""What a Run is made of."""

from dataclasses import dataclass

import torch

from engine.datasets.dataset import ListDataset
from engine.training.kept_features import KeptFeatures
from engine.training.ranks import Ranks
from engine.training.repeats import Repeats
from engine.weights.card import Card
from models.contract import Model


@dataclass(frozen=True)
class RunParts:
    """What a Run works on: the model on its device, the lists, the card of its Weights, and which
    of several processes this one is. `repeats` says how often each sample comes in an epoch; `kept`
    has the features of a frozen encoder, of a Run that keeps them."""

    model: Model
    device: torch.device
    train: ListDataset
    val: ListDataset | None
    card: Card
    ranks: Ranks
    repeats: Repeats | None = None
    kept: KeptFeatures | None = None
