"""A Run's numbers as its events and its metrics.csv tell them."""

from collections.abc import Mapping

from engine.training.config import TrainConfig
from engine.training.events import EpochEnded
from engine.training.run import Position
from engine.training.validate import Validation

MEASURED = ("epoch", "train_loss", "val_loss", "seconds", "device_busy")
"""What an epoch's line in metrics.csv tells before the validation's metrics."""
CHOOSES = "metric"
"""What it tells after them: which one the best weights are chosen by."""


def told(validation: Validation | None) -> tuple[Mapping[str, float], str | None, float | None]:
    """A validation as events tell it: all metrics, the one that chooses, its value."""
    if validation is None:
        return {}, None, None
    return validation.metrics, validation.metric, validation.value


def best_of(position: Position) -> float | None:
    """The best value of all validations so far."""
    return position.best if position.best >= 0 else None


def epoch_event(
    config: TrainConfig,
    position: Position,
    validation: Validation | None,
    *,
    seconds: float,
    busy: float | None,
) -> EpochEnded:
    """What there is to say at an epoch's end."""
    return EpochEnded(
        config.epochs,
        position.epoch,
        position.losses / position.counted,
        seconds,
        busy,
        *told(validation),
        best_of(position),
        validation.loss if validation is not None else None,
    )
