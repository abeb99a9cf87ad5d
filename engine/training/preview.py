"""What a config's augmentation does to its list, before anything is trained."""

from engine.datasets.dataset import ListDataset
from engine.datasets.preview import AugmentedSample as AugmentedSample
from engine.datasets.preview import preview
from engine.datasets.truth import open_list
from engine.jobs import CancelToken, Progress
from engine.training.config import TrainConfig
from engine.training.parent import parent_of, preprocessing_of
from engine.training.train import refuse_what_does_not_fit
from engine.weights.build import spec_of


def preview_config(
    config: TrainConfig, count: int, *, seed: int, progress: Progress, cancel: CancelToken
) -> list[AugmentedSample]:
    """`count` samples as a Run of this config shows them to its network; another seed, others.

    AppErrors tell what is wrong with config or data.
    """
    spec = spec_of(config.model)
    refuse_what_does_not_fit(config, spec)
    source = open_list(config.data.train, spec.task)
    preprocessing = preprocessing_of(config, spec, parent_of(config))
    dataset = ListDataset(source, preprocessing, augment=config.augment, seed=config.seed)
    dataset.versions = config.keep_features
    return preview(dataset, count, seed=seed, progress=progress, cancel=cancel)
