"""The Run folder: config, metrics as CSV, Checkpoint, Weights."""

import csv
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file

from engine import folders
from engine.errors import TrainingError
from engine.files import locked, replacing
from engine.training.config import TrainConfig
from engine.training.learner import TrainState
from engine.weights.weights import write_tensors


@dataclass
class Position:
    """How far a Run has come: whole epochs and steps done, the best metric and its epoch.

    `stale` counts the validations since then; `losses` adds up those of the epoch's `counted` steps
    so far. `is_open`: the epoch's steps are done, but not its validation. `is_fitted` tells that
    the weights went through the second stage, of models that have one.
    """

    epoch: int = 0
    step: int = 0
    best: float = -1.0
    best_epoch: int = 0
    stale: int = 0
    losses: float = 0.0
    counted: int = 0
    is_open: bool = False
    is_fitted: bool = False


@dataclass(frozen=True)
class RunFolder:
    """Where a Run keeps its files."""

    path: Path

    @property
    def checkpoint(self) -> Path:
        """Tensors of model, average and optimizer, with the position as metadata."""
        return self.path / "checkpoint.safetensors"

    @property
    def features(self) -> Path:
        """Where a model's second stage keeps features, until it is over."""
        return self.path / "features"

    def weights(self, name: str) -> Path:
        """The best Weights."""
        return self.path / folders.WEIGHTS / f"{name}.safetensors"

    def refuse_another(self, config: TrainConfig) -> None:
        """TrainingError if the folder holds a Run that is not to be resumed."""
        if os.path.exists(self.checkpoint) and not config.resume:
            raise TrainingError(
                f"{self.path} already holds a Run.",
                hint="Resume it (--set resume=true), or choose another run folder.",
            )

    @contextmanager
    def begun(self, config: TrainConfig) -> Iterator[None]:
        """Make the folder, write the config, and keep the folder from other processes meanwhile."""
        with ExitStack() as stack:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
                stack.enter_context(locked(self.path / "run.lock"))
                text = yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False)
                with replacing(self.path / "config.yaml") as temporary:
                    temporary.write_text(text, encoding="utf-8")
            except BlockingIOError as error:
                raise TrainingError(
                    f"Another process is training in {self.path}.",
                    hint="Wait until it ends, or choose another run folder.",
                ) from error
            except OSError as error:
                raise TrainingError(
                    f"Cannot write to {self.path}.", hint="Choose another run folder."
                ) from error
            yield

    def append_metrics(self, row: Mapping[str, Any], names: Sequence[str]) -> None:
        """Add a line to metrics.csv, a column for each name; what was not measured is empty.

        A file that was begun with other columns keeps those.
        """
        path = self.path / "metrics.csv"
        is_new = not path.exists()
        try:
            if not is_new:
                with path.open(newline="", encoding="utf-8") as file:
                    names = next(csv.reader(file), list(names))
            with path.open("a", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, names, extrasaction="ignore")
                if is_new:
                    writer.writeheader()
                writer.writerow(row)
        except OSError as error:
            raise TrainingError(
                f"Cannot write {path}: {error.strerror}.",
                hint="Free some space, then resume the Run.",
            ) from error


def save_checkpoint(path: Path, learner: TrainState, position: Position) -> None:
    """Write all it takes to go on, whole: a temporary file, then a rename."""
    state = {k: v.detach().cpu().contiguous().clone() for k, v in learner.state().items()}
    write_tensors(path, state, {"position": json.dumps(asdict(position))})


def load_checkpoint(path: Path, learner: TrainState) -> Position:
    """Put a Checkpoint's numbers back. TrainingError if it is damaged or of another Run."""
    try:
        tensors = load_file(path)
        with safe_open(path, framework="numpy") as file:
            position = Position(**json.loads((file.metadata() or {})["position"]))
        learner.load(tensors)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise TrainingError(
            f"The Checkpoint {path} cannot be resumed.",
            hint="It is damaged, or of another model or other settings. Start a new Run; "
            "the weights saved so far can be its warm start.",
        ) from error
    return position
