"""`maskloop train CONFIG.yaml`: a Run."""

import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.commands.app import JsonOption, app, emit
from engine.commands.table import table
from engine.jobs import CancelToken

SKIPPED = {
    "missing": "not in the file: begins from chance",
    "extra": "in the file only: left out",
    "other_shape": "another shape: begins from chance",
}
"""Why a tensor was not taken over, by the start event's word for it."""


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
    run(settings, _print_event if json else _Lines().show, stop)


def _print_event(event: dict[str, Any]) -> None:
    emit(event, True, "")


def _stop_on_request(stop: CancelToken) -> None:
    """A line "stop" on stdin: Windows has no terminate request that a process can answer."""
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.cancel()
            return


class _Lines:
    """Events as lines for people."""

    def show(self, event: dict[str, Any]) -> None:
        """One line for what matters; steps only now and then."""
        kind = event["event"]
        if kind == "start":
            emit(
                event,
                False,
                f"{event['model']} on {event['device_name']} in {event['precision']}: "
                f"{event['train_samples']} samples, {event['epochs']} epochs of "
                f"{event['steps_per_epoch']} steps, validated on {event['val_samples']}. "
                f"Run folder: {event['run']}",
            )
            self._show_warm_start(event["warm_start"])
            self._show_label_weights(event["label_weights"])
        elif kind == "progress" and event["done"] == 0:
            emit(event, False, f"{event['text']}: {event['total']} samples")
        elif kind == "step" and event["step"] % 50 == 0:
            text = f"  step {event['step']}: loss {event['loss']:.4f}, lr {event['lr']:.2e}, "
            emit(event, False, text + f"{event['images_per_second']:.1f} images/s")
        elif kind == "epoch":
            value = "" if event["value"] is None else f", {event['metric']} {event['value']:.4f}"
            best = "" if event["best"] is None else f" (best {event['best']:.4f})"
            text = f"epoch {event['epoch']}/{event['epochs']}: loss {event['train_loss']:.4f}"
            share = event["device_busy"]
            busy = "" if share is None else f", device busy {share:.0%}"
            emit(event, False, f"{text}{value}{best}, {event['seconds']:.0f} s{busy}")
        elif kind == "fitted":
            value = "" if event["value"] is None else f": {event['metric']} {event['value']:.4f}"
            emit(event, False, f"fitted on the features{value}")
        elif kind == "end":
            if event["stopped_early"]:
                emit(event, False, "Stopped early: the validations no longer get better.")
            emit(event, False, f"Weights: {event['weights']}\nCheckpoint: {event['checkpoint']}")

    def _show_warm_start(self, warm: dict[str, list[str]] | None) -> None:
        if warm is None:
            return
        emit(warm, False, f"Warm start: {len(warm['matched'])} tensors matched")
        rows = [(name, reason) for why, reason in SKIPPED.items() for name in warm[why]]
        if rows:
            emit(warm, False, table(("SKIPPED TENSOR", "WHY"), rows))

    def _show_label_weights(self, weights: dict[str, float] | None) -> None:
        if weights is not None:
            rows = [(name, f"{weight:.3f}") for name, weight in weights.items()]
            emit(weights, False, table(("LABEL", "WEIGHT"), rows))
