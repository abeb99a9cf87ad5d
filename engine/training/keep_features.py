"""The config's `keep_features`: where it is refused, and where a Run keeps them."""

import torch

from engine.datasets.dataset import ListDataset
from engine.devices import free_memory
from engine.errors import TrainingError
from engine.training.config import TrainConfig
from engine.training.fit import FeatureFolder
from engine.training.kept_features import FeatureMemory, KeptFeatures
from engine.training.precision import autocast, dtype_of
from engine.training.pretraining import encoders_to_freeze
from engine.training.ranks import Ranks
from engine.training.run import RunFolder
from models.contract import Model

SHARE_OF_MEMORY = 0.25
"""Of the free memory, at most so much is taken; what needs more is kept in the Run's folder."""


def refuse_keeping(config: TrainConfig) -> None:
    """TrainingError where the encoder would not say the same of a version again."""
    if not config.keep_features:
        return
    if config.freeze != "all":
        raise TrainingError(
            "keep_features is for an encoder that learns nothing.",
            hint="Set freeze: all, or leave keep_features out.",
        )
    # A mosaic is drawn by the version's seed, its other pictures too; only its end is not.
    if config.augment.mosaic and config.close_mosaic:
        raise TrainingError(
            "close_mosaic shows other pictures in the last epochs than those whose features are "
            "kept.",
            hint="Set close_mosaic: 0, or leave keep_features out.",
        )


def kept_features(
    config: TrainConfig, model: Model, dataset: ListDataset, device: torch.device, ranks: Ranks
) -> KeptFeatures | None:
    """Where the Run keeps the features of its encoder; None if it does not."""
    if not config.keep_features:
        return None
    if ranks.size > 1:
        raise TrainingError(
            "keep_features is for a Run in one process: each epoch shares the samples out anew.",
            hint="Leave keep_features out, or train in one process.",
        )
    nbytes = _bytes_of_one(config, model, dataset, device)
    nbytes *= len(dataset) * config.keep_features
    fits = nbytes <= SHARE_OF_MEMORY * free_memory()
    where = "RAM" if fits else "the run folder"
    size = f"{nbytes / 1e6:.0f} MB" if nbytes >= 1e6 else "less than 1 MB"
    text = f"{versions_text(config.keep_features)}, features kept in {where}, {size}"
    if fits:
        return KeptFeatures(dataset, FeatureMemory(), text)
    folder = RunFolder(config.run).encoder_features
    return KeptFeatures(dataset, FeatureFolder(folder, torch.device("cpu")), text)


def versions_text(versions: int) -> str:
    """How many pictures a Run makes of one."""
    return f"each picture in {versions} augmented version{'s' if versions > 1 else ''}"


def _bytes_of_one(
    config: TrainConfig, model: Model, dataset: ListDataset, device: torch.device
) -> int:
    """What the features of one picture take that the network asks for."""
    encoders_to_freeze(config, model)
    store = FeatureMemory()
    trial = KeptFeatures(dataset, store).in_place_of_encoder(model.eval(), [0])
    dtype = dtype_of(config.precision, device)
    with torch.no_grad(), autocast(device, dtype), trial:
        model(torch.zeros(1, 3, *dataset.preprocessing.size_hw, device=device))
    return store.nbytes
