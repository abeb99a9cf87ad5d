"""A Run of a few steps on pictures made here, and a small model for it.

Run as a program it is the command line with that model: `python -m tests.make_run train CONFIG`.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image
from torch import Tensor, nn

from engine.jobs import CancelToken
from engine.training.config import read_config
from engine.training.events import Event, Stepped
from engine.training.train import train
from models.contract import RawTensors
from models.registry import ModelSpec
from models.semantic import SemanticModel
from models.task import Task
from tests.make import write_picture

T = TypeVar("T", bound=Event)
COUNT = 4


class Plain(SemanticModel):
    """Two convolutions without batch norm, so that a batch's samples do not touch one another."""

    def __init__(self, num_labels: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Conv2d(4, num_labels, 3, padding=1),
        )

    def forward(self, batch: Tensor) -> RawTensors:
        return (self.layers(batch),)


PLAIN = ModelSpec(
    name="plain", build=Plain, text="Plain", task=Task.SEMANTIC, input_hw=(32, 32), paper="none"
)


def write_run(folder: Path, count: int = COUNT) -> Path:
    """A list of pictures with a square spot in each, and the config of a Run on it."""
    for i in range(count):
        write_picture(folder / f"{i}.png", (32, 32), seed=i)
        ids = np.zeros((32, 32), np.uint8)
        ids[8:20, 8 : 20 + i] = 1
        Image.fromarray(ids).save(folder / f"{i}_label.png")
    lines = "".join(f"{i}.png {i}_label.png\n" for i in range(count))
    (folder / "list.txt").write_text(lines)
    (folder / "labels.txt").write_text("0 background #000000\n1 spot #ff0000\n")
    path = folder / "config.yaml"
    path.write_text(
        "model: unet32\nname: spot\ndata: {train: list.txt, val: list.txt}\nrun: run\n"
        "epochs: 2\nbatch_size: 2\nsize_hw: [32, 32]\nema: 0.9\nseed: 1\n"
    )
    return path


def run(
    config: Path,
    *changes: str,
    stop_after: int | None = None,
    stop_when: Callable[[Event], bool] = lambda event: False,
) -> list[Event]:
    """The Run's events; asked to stop after so many steps, or at an event."""
    events, stop = [], CancelToken()

    def note(event):
        events.append(event)
        steps = len(of(events, Stepped))
        if (stop_after is not None and steps >= stop_after) or stop_when(event):
            stop.cancel()

    train(read_config(config, changes), note, stop)
    return events


def of(events: list[Event], kind: type[T]) -> list[T]:
    """The events of a kind."""
    return [e for e in events if isinstance(e, kind)]


def losses_of(events: list[Event]) -> list[float]:
    """The loss of every step."""
    return [e.loss for e in of(events, Stepped)]


if __name__ == "__main__":
    from engine.commands.app import main
    from models import registry

    registry._SPECS["plain"] = PLAIN
    sys.exit(main())
