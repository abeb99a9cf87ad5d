"""What a Run folder tells of itself afterwards: how far it came, and its curves.

The window lists Runs by this: no torch is imported here.
"""

import csv
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from engine.errors import AppError, ConfigError, TrainingError
from engine.files import is_locked
from engine.jobs import CancelToken
from engine.plain_json import parse_json
from engine.plain_yaml import read_yaml
from engine.regular_files import check_regular, read_regular

LOCK = "run.lock"
"""Held in the run folder by the process that trains in it."""
MOST_CSV = 1 << 24
MOST_CHECKPOINT = 1 << 40
OLD_METRICS = ("miou", "ap50", "top1", "iou_3")
"""What chooses the best weights, where a metrics.csv from before it told so does not say it."""


class RunState(StrEnum):
    """Whether a Run is under way, over, to be gone on with, or kept nothing to go on from."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    NOTHING_KEPT = "nothing kept"


@dataclass(frozen=True)
class EpochLine:
    """A line of metrics.csv; `value` is of the metric that chooses. None was not measured."""

    epoch: int
    train_loss: float | None
    val_loss: float | None
    value: float | None


@dataclass(frozen=True)
class RunRecord:
    """A Run: whole `epochs_done` of `epochs`, the best value so far, its lines in order."""

    path: Path
    state: RunState
    epochs: int
    epochs_done: int = 0
    best: float | None = None
    metric: str = ""
    lines: tuple[EpochLine, ...] = ()

    @property
    def name(self) -> str:
        """What the folder is called."""
        return self.path.name

    @property
    def can_resume(self) -> bool:
        """Whether it stopped before its end and kept a Checkpoint."""
        return self.state is RunState.STOPPED


def read_runs(folder: Path, cancel: CancelToken) -> tuple[RunRecord, ...]:
    """The Runs in a folder, the one written to last first. What is no Run is left out."""
    found: list[tuple[float, RunRecord]] = []
    with suppress(OSError):
        for entry in sorted(folder.iterdir()):
            cancel.check()
            record = read_run(entry)
            if record is not None:
                found.append(((entry / "config.yaml").stat().st_mtime, record))
    found.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(record for _, record in found)


def read_run(path: Path) -> RunRecord | None:
    """The Run in this folder; None where there is none that can be read."""
    try:
        config = read_yaml(path / "config.yaml")
    except ConfigError:
        return None
    if not isinstance(config, dict) or not isinstance(config.get("epochs"), int):
        return None
    position = _position(path / "checkpoint.safetensors")
    metric, lines = _lines(path / "metrics.csv")
    best = position.get("best", -1.0)
    return RunRecord(
        path=path,
        state=_state(path, config, position),
        epochs=config["epochs"],
        epochs_done=_whole(position, "epoch"),
        best=best if isinstance(best, float) and best >= 0 else None,
        metric=metric,
        lines=lines,
    )


def is_under_way(path: Path) -> bool:
    """Whether a process trains in this run folder now."""
    return is_locked(path / LOCK)


def _state(path: Path, config: Mapping[str, Any], position: Mapping[str, Any]) -> RunState:
    if is_under_way(path):
        return RunState.RUNNING
    if not position:
        return RunState.NOTHING_KEPT
    patience, most = config.get("early_stop"), config.get("max_steps")
    has_stalled = isinstance(patience, int) and _whole(position, "stale") >= patience > 0
    is_cut = isinstance(most, int) and _whole(position, "step") >= most
    is_through = _whole(position, "epoch") >= config["epochs"] and not position.get("is_open")
    # Features are kept only until a model's second stage is over.
    is_over = (is_through or has_stalled or is_cut) and not (path / "features").exists()
    return RunState.FINISHED if is_over else RunState.STOPPED


def _whole(position: Mapping[str, Any], name: str) -> int:
    value = position.get(name, 0)
    return value if isinstance(value, int) else 0


def _position(path: Path) -> Mapping[str, Any]:
    """How far the Checkpoint is; nothing where there is none that can be read."""
    if not os.path.lexists(path):
        return {}
    try:
        check_regular(path, MOST_CHECKPOINT, TrainingError)
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get("position", "")
        found = parse_json(text, "position", error=TrainingError)
    except (AppError, SafetensorError, OSError):
        return {}
    return found if isinstance(found, dict) else {}


def _lines(path: Path) -> tuple[str, tuple[EpochLine, ...]]:
    """The metric that chooses, and the lines; none where the file cannot be read."""
    if not os.path.lexists(path):
        return "", ()
    try:
        text = read_regular(path, MOST_CSV, TrainingError).decode("utf-8")
        rows = list(csv.DictReader(text.splitlines()))
    except (AppError, UnicodeDecodeError, csv.Error):
        return "", ()
    told = [row.get("metric") for row in rows]
    known = [name for name in OLD_METRICS if rows and name in rows[0]]
    metric = next((name for name in reversed(told) if name), None) or next(iter(known), "")
    lines = [
        EpochLine(
            int(row["epoch"]), *(_number(row.get(k)) for k in ("train_loss", "val_loss", metric))
        )
        for row in rows
        if (row.get("epoch") or "").isdecimal() and len(row["epoch"]) < 10
    ]
    return metric, tuple(lines)


def _number(text: Any) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None
