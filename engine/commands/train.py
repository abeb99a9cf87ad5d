"""`maskloop train CONFIG.yaml`: a Run."""

import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.commands.app import JsonOption, app, emit
from engine.jobs import CancelToken


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
                f"{event['model']} on {event['device_name']}: {event['train_samples']} samples, "
                f"{event['epochs']} epochs of {event['steps_per_epoch']} steps, "
                f"validated on {event['val_samples']}. Run folder: {event['run']}",
            )
            self._show_warm_start(event["warm_start"])
        elif kind == "step" and event["step"] % 50 == 0:
            text = f"  step {event['step']}: loss {event['loss']:.4f}, lr {event['lr']:.2e}, "
            emit(event, False, text + f"{event['images_per_second']:.1f} images/s")
        elif kind == "epoch":
            value = "" if event["value"] is None else f", {event['metric']} {event['value']:.4f}"
            best = "" if event["best"] is None else f" (best {event['best']:.4f})"
            text = f"epoch {event['epoch']}/{event['epochs']}: loss {event['train_loss']:.4f}"
            emit(event, False, f"{text}{value}{best}, {event['seconds']:.0f} s")
        elif kind == "end":
            emit(event, False, f"Weights: {event['weights']}\nCheckpoint: {event['checkpoint']}")

    def _show_warm_start(self, warm: dict[str, list[str]] | None) -> None:
        if warm is None:
            return
        emit(warm, False, f"Warm start: {len(warm['matched'])} tensors matched")
        for why in ("missing", "extra", "other_shape"):
            for name in warm[why]:
                emit(warm, False, f"  {why.replace('_', ' ')}: {name}")
