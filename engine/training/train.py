"""A Run from a config: builds the parts, tells how they fit, trains."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine import devices
from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.errors import TrainingError, WeightsError
from engine.jobs import CancelToken
from engine.preprocess import place
from engine.training.config import TrainConfig
from engine.training.events import Emit, Event, progress_events
from engine.training.keep_features import kept_features, refuse_keeping, versions_text
from engine.training.label_counts import by_name, label_counts
from engine.training.label_weights import median_frequency
from engine.training.measured_precision import settled
from engine.training.parent import Parent, parent_of, preprocessing_of
from engine.training.parts import RunParts
from engine.training.prepare import find_proposals
from engine.training.pretraining import pretrained_of
from engine.training.ranks import Ranks, ranks_here
from engine.training.repeats import repeats_of
from engine.training.run import RunFolder
from engine.training.started import started
from engine.training.trainer import Trainer
from engine.weights.build import build, spec_of
from engine.weights.card import Card, read_card
from engine.weights.encoder_catalog import EncoderOrigin, EncoderWeights
from engine.weights.encoders import load_pretrained
from engine.weights.load import warm_start
from engine.weights.warm_start import WarmStart
from models.contract import Model
from models.detector import ProposalDetector, SegmentDetector
from models.encoder import encoder_of, encoders_of
from models.fitted import FittedDetector
from models.layers.losses import SemanticLoss
from models.registry import ModelSpec
from models.semantic import SemanticModel
from models.task import Task


def train(config: TrainConfig, emit: Emit, stop: CancelToken) -> None:
    """Train to the end, or until `stop`. AppErrors tell what is wrong with config or data.

    Under torchrun each process takes its share of every batch, and the first one alone reports.
    """
    spec = spec_of(config.model)
    refuse_what_does_not_fit(config, spec)
    RunFolder(config.run).refuse_another(config)
    ranks = ranks_here()
    device = _device(config, ranks)
    with ranks.joined(device):
        tell = emit if ranks.is_first else _say_nothing
        _train(config, tell, stop, device=device, ranks=ranks)


def _train(
    config: TrainConfig, emit: Emit, stop: CancelToken, *, device: torch.device, ranks: Ranks
) -> None:
    torch.manual_seed(config.seed)
    spec = spec_of(config.model)
    source = open_list(config.data.train, spec.task)
    val = open_list(config.data.val, spec.task, source.labels) if config.data.val else None
    parent = parent_of(config)
    encoder = pretrained_of(config, has_begun=RunFolder(config.run).is_resumed(config))
    preprocessing = preprocessing_of(config, spec, parent, encoder)
    dataset = ListDataset(source, preprocessing, augment=config.augment, seed=config.seed)
    dataset.versions = config.keep_features
    card = Card(
        model=spec.name,
        task=spec.task,
        labels=source.labels,
        preprocessing=preprocessing,
        options=_options(config, spec, parent.card if parent else None, dataset),
        data=_data_text(config, len(dataset)),
        notes=config.notes,
    )
    model = build(card)
    mode = model.proposal_mode if isinstance(model, ProposalDetector) else None
    dataset.proposals, dataset.segments = mode, isinstance(model, SegmentDetector)
    warm, card = _warm_start(model, config, parent, card)
    if encoder is not None:
        card = _pretrained(model, encoder, card)
    if isinstance(model, FittedDetector):
        model.is_fitted.fill_(False)  # Weights of a warm start may be.
    progress = progress_events(emit)
    counts = label_counts(dataset, progress=progress, cancel=stop)
    trained = by_name(counts, card.labels, of_maps=spec.task is Task.SEMANTIC)
    label_weights = _set_criterion(model, config, dataset, counts)
    model.to(device).to(memory_format=torch.channels_last)
    validated = None
    if val is not None:
        validated = ListDataset(val, preprocessing, proposals=mode, segments=dataset.segments)
    read = [each for each in (dataset, validated) if each is not None]
    find_proposals(read, ranks, progress=progress, cancel=stop)
    config = settled(config, model, dataset, ranks, progress=progress, cancel=stop)
    card = replace(card, config=_shown(config), trained=trained)
    repeats = repeats_of(counts, config.repeat_threshold)
    kept = kept_features(config, model, dataset, device, ranks)
    parts = RunParts(model, device, dataset, validated, card, ranks, repeats, kept)
    trainer = Trainer(config, parts, emit, stop)
    if config.resume:
        trainer.resume()
    # Not before the Checkpoint fits: a Run that cannot go on keeps the config it had.
    with RunFolder(config.run).begun(config) if ranks.is_first else nullcontext():
        event = started(config, trainer, parts, warm, label_weights)
        emit(replace(event, encoder=encoder.text if encoder else ""))
        trainer.run()


def _say_nothing(event: Event) -> None:
    pass


def refuse_what_does_not_fit(config: TrainConfig, spec: ModelSpec) -> None:
    """TrainingError for a config that this model cannot be trained by."""
    refuse_keeping(config)
    if not spec.trainable:
        raise TrainingError(
            f"{spec.name} only predicts.", hint="`maskloop models` shows which can be trained."
        )
    if config.augment.mosaic and spec.task is not Task.DETECTION:
        raise TrainingError(
            f"augment.mosaic is for detectors, and {spec.name} is none.", hint="Leave it out."
        )
    if config.augment.mosaic and spec.proposals:
        raise TrainingError(
            f"augment.mosaic mixes pictures, and {spec.name} needs proposals of whole ones.",
            hint="Leave it out.",
        )
    if config.augment.elastic and spec.task is Task.DETECTION:
        raise TrainingError(
            f"augment.elastic bends pictures, and {spec.name} finds straight boxes.",
            hint="Leave it out.",
        )
    if config.augment.elastic and spec.proposals:
        raise TrainingError(
            f"augment.elastic bends pictures, and {spec.name} needs proposals of straight ones.",
            hint="Leave it out.",
        )


def _device(config: TrainConfig, ranks: Ranks) -> torch.device:
    """The config's device; of several GPUs each process takes its own."""
    processor = devices.best() if config.device == "auto" else devices.find(config.device)
    if ranks.size == 1 or processor.kind != "cuda":
        return torch.device(processor.id)
    device = torch.device(devices.find(f"cuda:{ranks.local}").id)
    torch.cuda.set_device(device)
    return device


def _data_text(config: TrainConfig, samples: int) -> str:
    """What the Weights are trained on."""
    text = config.data_text or f"{config.data.train.name}, {samples} samples"
    versions = config.keep_features
    return f"{text}, {versions_text(versions)}" if versions else text


def _set_criterion(
    model: Model, config: TrainConfig, dataset: ListDataset, counts: NDArray[np.int32]
) -> tuple[float, ...] | None:
    """Put the config's loss in place of the model's own; the label weights, if it wants them."""
    loss = config.loss
    if loss is None:
        return None
    if not isinstance(model, SemanticModel):
        raise TrainingError(
            f"loss is for models that label every pixel, and {config.model} is none.",
            hint="Leave it out: the model has its own.",
        )
    dataset.border_weight = loss.border_weight
    weights = None
    if loss.label_weights == "median_frequency":
        weights = median_frequency(counts)
    model.criterion = SemanticLoss(
        loss.cross_entropy, loss.dice, loss.focal, loss.focal_gamma, weights
    )
    return weights


def _options(
    config: TrainConfig, spec: ModelSpec, parent: Card | None, dataset: ListDataset
) -> dict[str, Any]:
    """The builder's options: those of the config, else of the warm start. What is fitted to the
    data (anchors) is added to the config's, unless it or the warm start names it."""
    # Data may have changed since a Run was stopped: other anchors would spoil what it learned.
    parent = _card_so_far(config) or parent
    if parent is not None and parent.options and not config.options:
        # The weights were trained for these anchors; others would spoil the warm start.
        return dict(parent.options)
    return _fitted(config, spec, parent, dataset) | config.options


def _card_so_far(config: TrainConfig) -> Card | None:
    """The card of the Weights that a Run to be resumed has written."""
    folder = RunFolder(config.run)
    if not folder.is_resumed(config):
        return None
    try:
        card = read_card(folder.weights(config.name))
    except WeightsError:
        return None
    return card if card.model == config.model else None


def _fitted(
    config: TrainConfig, spec: ModelSpec, parent: Card | None, dataset: ListDataset
) -> dict[str, Any]:
    """The options that come from the training boxes, or from the warm start's."""
    if spec.fit_options is None:
        return {}
    chosen = {option.name for option in spec.options}
    if parent is not None and set(parent.options) - chosen:
        return {name: value for name, value in parent.options.items() if name not in chosen}
    if set(config.options) - chosen:
        return {}  # The config names them itself.
    sizes = []
    for index in range(len(dataset)):
        pixels, truth = dataset.read(index)
        boxes = place(pixels.shape[:2], dataset.preprocessing).boxes_to_input(truth.boxes)
        sizes.append(boxes[:, 2:] - boxes[:, :2])
    try:
        return spec.fit_options(np.concatenate(sizes), np.random.default_rng(config.seed))
    except ValueError as error:
        raise TrainingError(
            f"The anchors cannot be fitted: {error}", hint="Train on a list with boxes in it."
        ) from error


def _warm_start(
    model: Model, config: TrainConfig, parent: Parent | None, card: Card
) -> tuple[WarmStart | None, Card]:
    if parent is None:
        return None, card
    warm = warm_start(model, parent.path)
    if config.strict and (warm.missing or warm.extra or warm.other_shape):
        raise TrainingError(
            f"{parent.path.name} does not fit {config.model} in every tensor: "
            f"{len(warm.missing)} are missing, {len(warm.extra)} are extra, "
            f"{len(warm.other_shape)} have another shape.",
            hint="Set strict: false to take over what fits.",
        )
    return warm, replace(card, parent=parent.path.stem, encoder=_kept_encoder(model, parent))


def _kept_encoder(model: Model, parent: Parent) -> str:
    """Where the encoder of a warm start came from, if this network has the same one."""
    encoder = encoder_of(model)
    told = parent.card.encoder if parent.card is not None else ""
    return told if encoder is not None and told.startswith(f"{encoder.name}: ") else ""


def _pretrained(model: Model, origin: EncoderOrigin, card: Card) -> Card:
    if isinstance(origin, EncoderWeights):
        for encoder in encoders_of(model):
            load_pretrained(encoder, origin)
    return replace(card, encoder=f"{origin.name}: {origin.text}")


def _shown(config: TrainConfig) -> dict[str, Any]:
    """The config as the card keeps it: what makes the Run again, without this machine's paths."""
    shown = config.model_dump(mode="json", exclude={"run", "resume", "data"})
    if config.warm_start:
        shown["warm_start"] = Path(config.warm_start).stem
    return shown
