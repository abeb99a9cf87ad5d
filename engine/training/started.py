"""The event that begins a Run."""

from collections.abc import Sequence

from engine import devices
from engine.training.config import TrainConfig
from engine.training.events import Started
from engine.training.parts import RunParts
from engine.training.trainer import Trainer
from engine.weights.warm_start import WarmStart


def started(
    config: TrainConfig,
    trainer: Trainer,
    parts: RunParts,
    warm: WarmStart | None,
    label_weights: Sequence[float] | None,
) -> Started:
    """What a Run says first: what is trained on what, and from where it goes on."""
    names = [label.name for label in parts.card.labels]
    return Started(
        run=str(config.run),
        model=parts.card.model,
        device=str(parts.device),
        device_name=devices.find(str(parts.device)).name,
        processes=parts.ranks.size,
        precision=trainer.precision,
        epochs=config.epochs,
        steps_per_epoch=trainer.steps_per_epoch,
        train_samples=len(parts.train),
        val_samples=len(parts.val) if parts.val is not None else 0,
        parameters=sum(p.numel() for p in parts.model.parameters()),
        warm_start=warm,
        features=parts.kept.text if parts.kept is not None else "",
        label_weights=dict(zip(names, label_weights, strict=True)) if label_weights else None,
        epochs_done=trainer.position.step // trainer.steps_per_epoch,
        steps_done=trainer.position.step,
        steps=trainer.steps,
    )
