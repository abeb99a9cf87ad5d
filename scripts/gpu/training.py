"""A Run of configs/ made again, as long as the time allows."""

import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine.formats.instances import write_instances
from engine.formats.labels_file import write_labels
from engine.formats.sample_files import write_yolo
from engine.formats.txt_list import write_list
from engine.jobs import CancelToken
from engine.training.config import TrainConfig, read_config
from engine.training.events import Ended, EpochEnded, Event, Started, Stepped
from engine.training.run import RunFolder
from engine.training.train import train
from engine.values import Annotation, Label, Mask
from engine.weights.build import spec_of
from engine.weights.encoder_catalog import find_encoder
from models.task import Task
from scripts.gpu.carry import CONFIGS
from scripts.gpu.parts import write_result
from scripts.gpu.table import MOST_BYTES, Settings, Training

KEPT_S = 10.0
"""Of the time, for the last validation and the files."""
PLANNED = 0.9
"""The share of the time left that the epochs are planned to take."""
TRIAL = 4
MADE = 4


def make_again(config: TrainConfig, most: int, work: Path, seconds: float) -> dict[str, Any]:
    """Time a few epochs, plan as many as fit, at most `most`, and train; what came of it."""
    end = time.monotonic() + seconds - KEPT_S
    begun = _trained(_with(config, TRIAL, run=work / "trial", validate_every=2), end)
    if len(begun["epochs"]) < TRIAL:
        return {**begun, "trouble": "the time ended before an epoch could be timed"}
    plain, validated = (each["seconds"] for each in begun["epochs"][-2:])
    each = plain + max(0.0, validated - plain) / config.validate_every
    fitting = int((end - time.monotonic()) * PLANNED / each)
    epochs = max(1, min(most, fitting))
    found = _trained(_with(config, epochs, run=work / "run"), end)
    return {**found, "planned_epochs": epochs, "seconds_an_epoch": each}


def _with(config: TrainConfig, epochs: int, **changes: Any) -> TrainConfig:
    """The config over so many epochs, of which mosaics end as early as before, by share."""
    closing = round(config.close_mosaic * epochs / config.epochs)
    return config.model_copy(update={"epochs": epochs, "close_mosaic": closing, **changes})


def _trained(config: TrainConfig, end: float) -> dict[str, Any]:
    """A Run that stops at `end`, if it is not over by then."""
    stop = CancelToken()
    found: dict[str, Any] = {"epochs": []}

    def note(event: Event) -> None:
        if isinstance(event, Started):
            found["device"], found["precision"] = event.device_name, event.precision
        elif isinstance(event, EpochEnded):
            row = {"epoch": event.epoch, "seconds": event.seconds, "busy": event.device_busy}
            found["epochs"].append(row | {"loss": event.train_loss, "val": dict(event.val)})
        elif isinstance(event, Ended):
            found["best"], found["stopped"] = event.best, event.stopped
        elif isinstance(event, Stepped) and time.monotonic() > end:
            stop.cancel()

    train(config, note, stop)
    return found


def run_training(
    training: Training, settings: Settings, folders: tuple[Path, Path, Path], seconds: float
) -> None:
    """The part: data is read from the first folder, the Run and what became of it go into the
    second, and the weights into the third."""
    carried, work, out = folders
    path = CONFIGS / f"{training.config}.yaml"
    config = read_config(path, (*training.changes, *settings.changes))
    name = config.data.train.parent.name
    if settings.device == "cpu":
        carried = work
        make_data(work / "data" / name, spec_of(config.model).task)
    changes = [
        f"data.{split}={carried / 'data' / name / f'{split}.txt'}" for split in ("train", "val")
    ]
    changes += [*training.changes, *settings.changes, f"device={settings.device}"]
    if settings.device == "cpu" and find_encoder(str(config.options.get("backbone"))) is None:
        changes.append("pretrained=false")
    found: dict[str, Any] = {}
    try:
        most = min(training.epochs, settings.epochs or training.epochs)
        found = make_again(read_config(path, changes), most, work, seconds)
    finally:  # A Run that failed has weights of the epochs before.
        found = bring_back(config.name, work / "run", out) | found
        write_result(work / "result.json", found)


def bring_back(name: str, run: Path, out: Path) -> dict[str, Any]:
    """Copy the weights, if there are any and they are small enough."""
    weights = RunFolder(run).weights(name)
    if not weights.is_file():
        return {"trouble": "there are no weights"}
    size = weights.stat().st_size
    if size > MOST_BYTES:
        return {"trouble": f"the weights are too large to come back: {size / 2**20:.1f} MiB"}
    shutil.copyfile(weights, out / weights.name)
    return {"weights": weights.name, "bytes": size}


def make_data(folder: Path, task: Task) -> None:
    """Lists of a few small pictures, each with one object."""
    folder.mkdir(parents=True, exist_ok=True)
    write_labels(
        folder / "labels.txt", [Label(0, "background", (0, 0, 0)), Label(1, "spot", (255, 0, 0))]
    )
    noise, pairs = np.random.default_rng(0), []
    for number in range(MADE):
        picture = folder / f"{number}.png"
        Image.fromarray(noise.integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(picture)
        if task is Task.SEMANTIC:
            label = folder / f"{number}_map.png"
            ids = np.zeros((64, 64), np.uint8)
            ids[16:40, 16:48] = 1
            Image.fromarray(ids).save(label)
        elif task.written_as is Task.INSTANCE:
            label = folder / f"{number}.json"
            mask = Mask(16, 16, np.ones((24, 32), np.bool_))
            write_instances(label, (64, 64), [Annotation(mask, 1)])
        else:
            label = folder / f"{number}.txt"
            write_yolo(label, np.array([[16, 16, 48, 40]], np.float32), [1], (64, 64))
        pairs.append((picture, label))
    for split in ("train", "val"):
        write_list(folder / f"{split}.txt", pairs)
