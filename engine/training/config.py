"""What a Run is told: read from YAML, every wrong field named."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from engine.datasets.augment import Augment
from engine.errors import ConfigError

Side = Annotated[int, Field(ge=8, le=8192)]
"""A side of the network's input in pixels, as `Preprocessing` takes it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class DataConfig(_Strict):
    """The txt lists. Relative paths are relative to the config file."""

    train: Path
    val: Path | None = None


class ScheduleConfig(_Strict):
    """How the learning rate changes; step multiplies it by gamma every step_size epochs.

    `warmup` is the share of all steps in which one_cycle rises.
    """

    kind: Literal["step", "one_cycle", "constant"] = "one_cycle"
    step_size: int = Field(default=10, ge=1)
    gamma: float = Field(default=0.1, gt=0, le=1)
    warmup: float = Field(default=0.1, ge=0, lt=1)


class TrainConfig(_Strict):
    """One training.

    `size_hw` is the network's input, by default the model's own. `ema` averages the weights
    (0 = off). `warm_start` names weights to begin with; `resume` goes on from the run folder's
    checkpoint. `max_steps` ends early, for trials. `options` go to the model's builder.
    """

    model: str
    data: DataConfig
    run: Path
    name: str = "weights"
    epochs: int = Field(default=20, ge=1)
    batch_size: int = Field(default=8, ge=1)
    size_hw: tuple[Side, Side] | None = None
    resize: Literal["letterbox", "stretch"] = "letterbox"
    optimizer: Literal["adamw", "sgd"] = "adamw"
    learning_rate: float = Field(default=0.001, gt=0)
    weight_decay: float = Field(default=0.01, ge=0)
    schedule: ScheduleConfig = ScheduleConfig()
    augment: Augment = Augment(flip=True)
    ema: float = Field(default=0.0, ge=0, lt=1)
    clip_norm: float = Field(default=10.0, gt=0)
    warm_start: str | None = None
    resume: bool = False
    seed: int = Field(default=0, ge=0, lt=2**63)
    device: str = "auto"
    max_steps: int | None = Field(default=None, ge=1)
    validate_every: int = Field(default=1, ge=1)
    options: dict[str, Any] = {}
    data_text: str = ""
    notes: str = ""

    @field_validator("name")
    @classmethod
    def _names_a_file(cls, name: str) -> str:
        if not name.strip() or set(name) & set("/\\:\0"):
            raise ValueError("this is a file's name, without folders")
        return name


def read_config(path: Path, changes: Sequence[str] = ()) -> TrainConfig:
    """Read a YAML config, with KEY=VALUE changes (data.train=x). ConfigError names the field."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"Cannot read {path}.", hint="Check the path.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not valid YAML: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path.name} holds no settings.", hint="Write `model: unet32`, ...")
    for change in changes:
        _apply(raw, change)
    try:
        config = TrainConfig.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{path.name}: {where}: {first['msg']}.") from error
    return _resolved(config, path.resolve().parent)


def _apply(raw: dict[str, Any], change: str) -> None:
    key, equals, value = change.partition("=")
    if not equals:
        raise ConfigError(f"{change} is no KEY=VALUE.", hint="Write --set epochs=3, for example.")
    *parents, last = key.split(".")
    for parent in parents:
        raw = raw.setdefault(parent, {})
        if not isinstance(raw, dict):
            raise ConfigError(f"{parent} in {change} holds no further settings.")
    try:
        raw[last] = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ConfigError(f"The value of {change} cannot be read.") from error


def _resolved(config: TrainConfig, folder: Path) -> TrainConfig:
    """Paths made absolute."""
    data = config.data
    val = folder / data.val if data.val else None
    warm = config.warm_start
    if warm and (folder / warm).is_file():
        warm = str(folder / warm)
    return config.model_copy(
        update={
            "data": DataConfig(train=folder / data.train, val=val),
            "run": folder / config.run,
            "warm_start": warm,
        }
    )
