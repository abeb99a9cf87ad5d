"""What a training tells while it runs: events, written and read as lines of JSON.

The window reads them from a child process, and people from a terminal: no torch is imported here.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from engine import plain_json
from engine.jobs import Progress
from engine.weights.warm_start import WarmStart

T = TypeVar("T")


@dataclass(frozen=True)
class Progressed:
    """So many samples of so many are done of what is no epoch: proposals, a validation."""

    done: int
    total: int
    text: str


@dataclass(frozen=True)
class Started:
    """What is trained on what; `label_weights` by the labels' names, where the loss has some.
    `encoder` says where the weights of a pretrained encoder come from, `features` where those of a
    frozen one are kept. The Run goes on after `epochs_done` and `steps_done` of `steps`: none,
    unless it is resumed."""

    run: str
    model: str
    device: str
    device_name: str
    processes: int
    precision: str
    epochs: int
    steps_per_epoch: int
    train_samples: int
    val_samples: int
    parameters: int
    warm_start: WarmStart | None = None
    encoder: str = ""
    features: str = ""
    label_weights: Mapping[str, float] | None = None
    epochs_done: int = 0
    steps_done: int = 0
    steps: int = 0


@dataclass(frozen=True)
class Stepped:
    """A step of descent; `step` counts through all epochs, `loss` adds up the `losses`.

    `images_per_second` is without the wait for samples, `samples_per_second` with it, over the last
    steps; `seconds_left` to the Run's end, with its validations.
    """

    epoch: int
    step: int
    loss: float
    losses: Mapping[str, float]
    lr: float
    images_per_second: float
    samples_per_second: float
    seconds_left: float


@dataclass(frozen=True)
class EpochEnded:
    """An epoch is over; `val`, `metric`, `value` and `val_loss` are its validation's, if it was its
    turn.

    `device_busy` is the share of time, 0 to 1, not spent waiting for samples.
    """

    epochs: int
    epoch: int
    train_loss: float
    seconds: float
    device_busy: float | None = None
    val: Mapping[str, float | None] = field(default_factory=dict)
    metric: str | None = None
    value: float | None = None
    best: float | None = None
    val_loss: float | None = None


@dataclass(frozen=True)
class Fitted:
    """A model's second stage is solved for, and validated anew."""

    val: Mapping[str, float | None] = field(default_factory=dict)
    metric: str | None = None
    value: float | None = None


@dataclass(frozen=True)
class CheckpointWritten:
    """All it takes to go on is in this file."""

    path: str


@dataclass(frozen=True)
class Ended:
    """The Run is over, or was stopped; `weights` is None where there are none yet."""

    weights: str | None
    checkpoint: str
    best: float | None = None
    stopped: bool = False
    stopped_early: bool = False


@dataclass(frozen=True)
class Failed:
    """What went wrong, and what to do: how every command reports trouble under `--json`. One that
    was `cancelled` did as it was told."""

    error: str
    hint: str = ""
    cancelled: bool = False


Event = Progressed | Started | Stepped | EpochEnded | Fitted | CheckpointWritten | Ended | Failed
Emit = Callable[[Event], None]

KINDS: Mapping[str, type[Event]] = {
    "progress": Progressed,
    "start": Started,
    "step": Stepped,
    "epoch": EpochEnded,
    "fitted": Fitted,
    "checkpoint": CheckpointWritten,
    "end": Ended,
}
"""The events by the word that names them in a line; a failure is known by its `error` instead."""

_WORDS = {kind: word for word, kind in KINDS.items()}


def to_line(event: Event) -> str:
    """An event as one line of JSON, without the line's end."""
    word = {} if isinstance(event, Failed) else {"event": _WORDS[type(event)]}
    return plain_json.dumps(word | asdict(event), ascii_only=True)


def read_line(text: str | bytes) -> Event | None:
    """The event of a line. None for any other line, and for an event of an unknown kind or one
    without what its kind needs; fields that this version does not know are left out."""
    try:
        raw = json.loads(text)
        kind: type[Event] = Failed if "error" in raw else KINDS[raw["event"]]
        return _taken(kind, raw)
    except (ValueError, KeyError, TypeError):
        return None


def progress_events(emit: Emit) -> Progress:
    """Progress of what is not an epoch, told as events."""

    def tell(done: int, total: int, text: str) -> None:
        emit(Progressed(done, total, text))

    return tell


def _taken(kind: type[T], raw: Mapping[str, Any]) -> T:
    """The object of the fields that it has. TypeError if one is missing or of another type."""
    types = get_type_hints(kind)
    return kind(**{name: _value(raw[name], types[name]) for name in types if name in raw})


def _value(raw: Any, wanted: Any) -> Any:
    arguments = get_args(wanted)
    if isinstance(wanted, UnionType):  # Something or nothing.
        return None if raw is None else _value(raw, arguments[0])
    if isinstance(wanted, type) and is_dataclass(wanted) and isinstance(raw, dict):
        return _taken(wanted, raw)
    if get_origin(wanted) is Mapping and isinstance(raw, dict):
        return {key: _value(item, arguments[1]) for key, item in raw.items()}
    if get_origin(wanted) is tuple and isinstance(raw, list):
        return tuple(_value(item, arguments[0]) for item in raw)
    if wanted is float and type(raw) is int:
        return float(raw)
    if type(raw) is not wanted:
        raise TypeError(f"{raw!r} is no {wanted}")
    return raw
