"""`maskloop train CONFIG.yaml`: a Run."""

import shlex
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from engine.commands.app import JsonOption, app, emit
from engine.commands.table import table
from engine.commands.train_bar import ShowEvent, training_bar
from engine.jobs import CancelToken
from engine.training.events import (
    Ended,
    EpochEnded,
    Event,
    Fitted,
    Progressed,
    Started,
    Stepped,
    to_line,
)
from engine.weights.warm_start import WarmStart
from engine.words import time_left


@app.command("train")
def train(
    config: Annotated[Path, typer.Argument(help="The YAML file that describes the Run.")],
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE in place of the config's.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Train a model; Ctrl+C or a terminate request saves a checkpoint first."""
    from engine.training.config import read_config
    from engine.training.train import train as run

    settings = read_config(config, changes or [])
    stop = CancelToken()
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: stop.cancel())
    if json:
        threading.Thread(target=_stop_on_request, args=(stop,), daemon=True).start()
        run(settings, _print_event, stop)
        return
    with training_bar() as bar:
        run(settings, _Teller(_go_on(config, changes or []), bar).show, stop)


def _print_event(event: Event) -> None:
    emit(None, False, to_line(event))


def _stop_on_request(stop: CancelToken) -> None:
    """A line "stop" on stdin: Windows has no terminate request that a process can answer."""
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.cancel()
            return


class _Teller:
    """A line for people for what matters; steps only now and then, or in the bar where there is
    one. `go_on` is the command that goes on with a Run that is stopped."""

    def __init__(self, go_on: str, bar: ShowEvent | None) -> None:
        self._go_on, self._bar = go_on, bar
        self._started: Started | None = None
        self._last: Stepped | None = None

    def show(self, event: Event) -> None:
        """Tell it."""
        if isinstance(event, Started):
            self._started = event
        if isinstance(event, Stepped):
            self._last = event
        if self._bar is not None:
            self._bar(event)
        if self._bar is None or not isinstance(event, Stepped | Progressed):
            for text in _texts(event):
                emit(None, False, text)
        if isinstance(event, Ended) and event.stopped:
            emit(None, False, f"{self._where()}\nGo on with: {self._go_on}")

    def _where(self) -> str:
        """Where the Run was stopped."""
        started, last = self._started, self._last
        if started is None or last is None:
            return "Stopped before its first step."
        steps = started.steps or started.epochs * started.steps_per_epoch
        return (
            f"Stopped in epoch {last.epoch} of {started.epochs}, after step {last.step} of {steps}."
        )


def _go_on(config: Path, changes: Sequence[str]) -> str:
    """The command as it was given, to be resumed."""
    kept = [change for change in changes if not change.startswith("resume=")]
    sets = [word for change in (*kept, "resume=true") for word in ("--set", change)]
    return shlex.join(["maskloop", "train", str(config), *sets])


def _texts(event: Event) -> Iterator[str]:
    match event:
        case Started():
            yield (
                f"{event.model} on {event.device_name} in {event.precision}: "
                f"{event.train_samples} samples, {event.epochs} epochs of "
                f"{event.steps_per_epoch} steps, validated on {event.val_samples}. "
                f"Run folder: {event.run}"
            )
            if event.steps_done:
                yield f"Goes on after epoch {event.epochs_done}, step {event.steps_done}."
            if event.encoder:
                yield f"Encoder: {event.encoder}"
            if event.features:
                yield f"Frozen encoder: {event.features}"
            if event.warm_start is not None:
                yield from _of_warm_start(event.warm_start)
            if event.label_weights is not None:
                rows = [(name, f"{weight:.3f}") for name, weight in event.label_weights.items()]
                yield table(("LABEL", "WEIGHT"), rows)
        case Progressed(done=0):
            yield f"{event.text}: {event.total} samples"
        case Stepped() if event.step % 50 == 0:
            text = f"  step {event.step}: loss {event.loss:.4f}, lr {event.lr:.2e}, "
            yield text + f"{event.images_per_second:.1f} images/s{_of_pace(event)}"
        case EpochEnded():
            yield _of_epoch(event)
        case Fitted():
            value = "" if event.value is None else f": {event.metric} {event.value:.4f}"
            yield f"fitted on the features{value}"
        case Ended():
            if event.stopped_early:
                yield "Stopped early: the validations no longer get better."
            yield f"Weights: {event.weights}\nCheckpoint: {event.checkpoint}"


def _of_pace(event: Stepped) -> str:
    with_wait = f"{event.samples_per_second:.1f} samples/s with all waiting"
    return f", {with_wait}, {time_left(event.seconds_left)}"


def _of_epoch(event: EpochEnded) -> str:
    text = f"epoch {event.epoch}/{event.epochs}: loss {event.train_loss:.4f}"
    if event.val_loss is not None:
        text += f", validation loss {event.val_loss:.4f}"
    value = "" if event.value is None else f", {event.metric} {event.value:.4f}"
    best = "" if event.best is None else f" (best {event.best:.4f})"
    busy = "" if event.device_busy is None else f", device busy {event.device_busy:.0%}"
    return f"{text}{value}{best}, {event.seconds:.0f} s{busy}"


def _of_warm_start(warm: WarmStart) -> Iterator[str]:
    names = f": {'; '.join(warm.mapping)}" if warm.mapping else ""
    yield f"Warm start: {len(warm.matched)} tensors matched{names}"
    rows = [
        *((name, "not in the file: begins from chance") for name in warm.missing),
        *((name, "in the file only: left out") for name in warm.extra),
        *(
            (name, f"another shape: begins from chance ({warm.shape_text(name)})")
            for name in warm.other_shape
        ),
    ]
    if rows:
        yield table(("SKIPPED TENSOR", "WHY"), rows)
