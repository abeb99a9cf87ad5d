"""What a Run is told: read from YAML, every wrong field named."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from engine.datasets.augment import Augment
from engine.errors import ConfigError
from engine.plain_yaml import parse_yaml, read_yaml
from engine.training.config_keys import keys_at, nearest

Side = Annotated[int, Field(ge=8, le=8192)]
"""A side of the network's input in pixels, as `Preprocessing` takes it."""
Count = Annotated[int, Field(ge=1, le=1_000_000)]
"""Epochs, samples and the like: more than any training takes, and nothing overflows."""
Factor = Annotated[float, Field(ge=0, le=1_000_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class DataConfig(_Strict):
    """The txt lists. Relative paths are relative to the config file."""

    train: Path
    val: Path | None = None


class LossConfig(_Strict):
    """What a semantic model minimises: a sum of losses, each times its factor; 0 leaves one out.

    `label_weights` weigh cross entropy and focal loss, so that rare labels count as much as common
    ones (`engine.training.label_weights`). `border_weight` says how much more cross entropy counts
    where two objects nearly touch; 10 as in U-Net (`engine.datasets.border_weights`).
    """

    cross_entropy: Factor = 1.0
    dice: Factor = 1.0
    focal: Factor = 0.0
    focal_gamma: float = Field(default=2.0, ge=0, le=100)
    label_weights: Literal["none", "median_frequency"] = "none"
    border_weight: Factor = 0.0

    @model_validator(mode="after")
    def _minimises_something(self) -> "LossConfig":
        if self.cross_entropy + self.dice + self.focal == 0:
            raise ValueError("one of cross_entropy, dice and focal is above 0")
        return self


class ScheduleConfig(_Strict):
    """How the learning rate changes, epochs counted from 0.

    step: times `gamma` every `step_size` epochs. multi_step: times `gamma` at each epoch of
    `milestones`. cosine: half a wave down to 0. one_cycle: up, then a cosine down. poly: down to 0
    by (1 - done) ** `power`. `warmup` is the share of all steps in which the rate first rises,
    linearly; by default 0.1 for one_cycle and none for the others.
    """

    kind: Literal["step", "multi_step", "cosine", "one_cycle", "poly", "constant"] = "one_cycle"
    step_size: Count = 10
    milestones: tuple[Count, ...] = ()
    gamma: float = Field(default=0.1, gt=0, le=1)
    power: float = Field(default=0.9, gt=0, le=100)
    warmup: float | None = Field(default=None, ge=0, lt=1)

    @model_validator(mode="after")
    def _has_milestones(self) -> "ScheduleConfig":
        if list(self.milestones) != sorted(set(self.milestones)):
            raise ValueError("milestones are epochs in rising order")
        if self.kind == "multi_step" and not self.milestones:
            raise ValueError("multi_step needs milestones, such as [10, 20]")
        return self


class TrainConfig(_Strict):
    """One training.

    `size_hw` is the network's input, by default the model's own. `loss` takes the place of a
    semantic model's own. `accumulate` batches make one step. Pictures with labels that fewer than
    `repeat_threshold` of all have come more often (`engine.training.repeats`; 0 = off). The last
    `close_mosaic` epochs are without mosaics. `ema` averages the weights (0 = off).
    `pretrained` begins with an encoder trained on ImageNet, whose weights are here, and takes its
    mean and deviation of colors; `encoder_rate` is its share of the learning rate, by default 0.25
    if pretrained; `freeze` holds so many of its stages still, the picture's first, batch norm too;
    with all of them frozen, `keep_features` augments each picture in so many versions only, and of
    each computes the encoder's features once (`engine.training.kept_features`; 0 = off).
    `early_stop` ends after so many validations without a better one. `warm_start` names weights to
    begin with, of which `strict` wants every tensor to fit; `resume` goes on from the run folder's
    checkpoint, if there is one. `max_steps` ends early, for trials. `workers` threads prepare the
    samples: one per core by default, none with 0. `options` go to the model's builder.
    """

    model: str
    data: DataConfig
    run: Path
    name: str = "weights"
    epochs: Count = 20
    batch_size: Count = 8
    accumulate: Count = 1
    repeat_threshold: float = Field(default=0.0, ge=0, le=1)
    close_mosaic: int = Field(default=0, ge=0, le=1_000_000)
    size_hw: tuple[Side, Side] | None = None
    resize: Literal["letterbox", "stretch"] = "letterbox"
    loss: LossConfig | None = None
    optimizer: Literal["adamw", "adam", "sgd"] = "adamw"
    learning_rate: float = Field(default=0.001, gt=0, le=1e30)
    momentum: float = Field(default=0.9, ge=0, lt=1)
    nesterov: bool = True
    weight_decay: float = Field(default=0.01, ge=0, le=1000)
    schedule: ScheduleConfig = ScheduleConfig()
    augment: Augment = Augment(flip=True)
    ema: float = Field(default=0.0, ge=0, lt=1)
    clip_norm: float = Field(default=10.0, gt=0, le=1e30)
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    early_stop: Count | None = None
    pretrained: bool = False
    freeze: Literal["none", "all"] | Annotated[int, Field(ge=0, le=100)] = "none"
    keep_features: int = Field(default=0, ge=0, le=1000)
    encoder_rate: float | None = Field(default=None, gt=0, le=1000)
    warm_start: str | None = None
    strict: bool = False
    resume: bool = False
    seed: int = Field(default=0, ge=0, lt=2**63)
    device: str = "auto"
    workers: int | None = Field(default=None, ge=0, le=64)
    max_steps: int | None = Field(default=None, ge=1, le=10**12)
    validate_every: Count = 1
    options: dict[str, Any] = {}
    data_text: str = ""
    notes: str = ""

    @model_validator(mode="after")
    def _has_momentum(self) -> "TrainConfig":
        if self.optimizer == "sgd" and self.nesterov and self.momentum == 0:
            raise ValueError("nesterov needs momentum; set nesterov: false for plain descent")
        return self

    @model_validator(mode="after")
    def _can_stop_early(self) -> "TrainConfig":
        if self.early_stop and self.data.val is None:
            raise ValueError("early_stop needs validations; name a list as data.val")
        return self

    @field_validator("warm_start", "early_stop", "max_steps", "size_hw", mode="before")
    @classmethod
    def _false_is_off(cls, value: Any) -> Any:
        return None if value is False else value

    @field_validator("resume", mode="before")
    @classmethod
    def _nothing_is_off(cls, value: Any) -> Any:
        return False if value is None else value

    @field_validator("warm_start")
    @classmethod
    def _names_weights(cls, name: str | None) -> str | None:
        if name is not None and not name.strip():
            raise ValueError("name weights to begin with, or leave this out")
        return name

    @field_validator("name")
    @classmethod
    def _names_a_file(cls, name: str) -> str:
        if not name.strip() or set(name) & set("/\\:\0"):
            raise ValueError("this is a file's name, without folders")
        return name


def read_config(path: Path, changes: Sequence[str] = ()) -> TrainConfig:
    """Read a YAML config, with KEY=VALUE changes (data.train=x). ConfigError names the field."""
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        raise ConfigError(f"{path.name} holds no settings.", hint="Write `model: unet32`, ...")
    for change in changes:
        _apply(raw, change)
    return make_config(raw, path.resolve().parent, name=path.name)


def make_config(raw: Mapping[str, Any], folder: Path, *, name: str = "config") -> TrainConfig:
    """A config from its fields; relative paths are in `folder`. ConfigError names the field."""
    try:
        config = TrainConfig.model_validate(raw)
    except ValidationError as error:
        # A mistyped key may also be missing under its right name: what is there is said first.
        first = min(error.errors(), key=_is_no_wrong_key)
        where = ": ".join(filter(None, (name, ".".join(str(part) for part in first["loc"]))))
        if not _is_no_wrong_key(first):
            known = keys_at(TrainConfig, first["loc"][:-1])
            raise ConfigError(f"{where}: {nearest(str(first['loc'][-1]), known)}") from error
        message = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise ConfigError(f"{where}: {message}.") from error
    return _resolved(config, folder)


def _is_no_wrong_key(error: ErrorDetails) -> bool:
    return error["type"] not in ("extra_forbidden", "unexpected_keyword_argument")


def _apply(raw: dict[str, Any], change: str) -> None:
    key, equals, value = change.partition("=")
    if not equals:
        raise ConfigError(f"{change} is no KEY=VALUE.", hint="Write --set epochs=3, for example.")
    *parents, last = key.split(".")
    for parent in parents:
        raw = raw.setdefault(parent, {})
        if not isinstance(raw, dict):
            raise ConfigError(f"{parent} in {change} holds no further settings.")
    raw[last] = parse_yaml(value, f"The value of {key}")


def _resolved(config: TrainConfig, folder: Path) -> TrainConfig:
    """Paths made absolute."""
    data = config.data
    val = folder / data.val if data.val else None
    warm = config.warm_start
    if warm and os.path.isfile(folder / warm):  # False for any odd text
        warm = str(folder / warm)
    return config.model_copy(
        update={
            "data": DataConfig(train=folder / data.train, val=val),
            "run": folder / config.run,
            "warm_start": warm,
        }
    )
