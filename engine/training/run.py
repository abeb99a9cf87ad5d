"""The Run folder: config, metrics as CSV, Checkpoint, Weights."""

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any, get_args

import torch
import yaml
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch import Tensor

from engine import folders
from engine.errors import ConfigError, TrainingError
from engine.files import locked, replacing
from engine.plain_json import parse_json
from engine.plain_yaml import read_yaml
from engine.regular_files import check_regular
from engine.training.config import TrainConfig
from engine.training.learner import TrainState
from engine.training.precision import Precision
from engine.training.run_record import LOCK
from engine.weights.weights import write_tensors

_MOST_BYTES = 1 << 40


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

    @property
    def encoder_features(self) -> Path:
        """Where what a frozen encoder says is kept, while the Run's process lives."""
        return self.path / "encoder_features"

    @property
    def precision(self) -> Precision:
        """What the Run that is here computes in, "auto" if that is not known."""
        try:
            raw = read_yaml(self.path / "config.yaml")
        except ConfigError:
            return "auto"
        found = raw.get("precision") if isinstance(raw, dict) else None
        return next((known for known in get_args(Precision) if known == found), "auto")

    def weights(self, name: str) -> Path:
        """The best Weights."""
        return self.path / folders.WEIGHTS / f"{name}.safetensors"

    def is_resumed(self, config: TrainConfig) -> bool:
        """Whether the config goes on with the Run that is here."""
        return config.resume and self.checkpoint.exists()

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
                stack.enter_context(locked(self.path / LOCK))
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
            # What a killed process has left may be of other weights.
            shutil.rmtree(self.encoder_features, ignore_errors=True)
            try:
                yield
            finally:
                shutil.rmtree(self.encoder_features, ignore_errors=True)

    def append_metrics(self, row: Mapping[str, Any], names: Sequence[str]) -> None:
        """Add a line to metrics.csv, a column for each name; what was not measured is empty.

        Lines of this epoch and later ones go: after a kill, a Run goes on from an earlier one. A
        file that was begun with other columns keeps those.
        """
        path = self.path / "metrics.csv"
        try:
            kept: list[Mapping[str, Any]] = []
            if path.exists():
                with path.open(newline="", encoding="utf-8") as file:
                    reader = csv.DictReader(file)
                    names = reader.fieldnames or names
                    kept = [line for line in reader if _epoch_of(line) < row["epoch"]]
            text = StringIO(newline="")
            writer = csv.DictWriter(text, names, extrasaction="ignore")
            writer.writeheader()
            writer.writerows([*kept, row])
            with replacing(path) as temporary:
                temporary.write_text(text.getvalue(), encoding="utf-8", newline="")
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise TrainingError(
                f"Cannot write {path}: {error}",
                hint="Free some space, or move that file away, then resume the Run.",
            ) from error


def _epoch_of(line: Mapping[str, Any]) -> int:
    text = line.get("epoch") or ""
    return int(text) if text.isdecimal() and len(text) < 20 else 0


def save_checkpoint(path: Path, learner: TrainState, position: Position) -> None:
    """Write all it takes to go on, whole: a temporary file, then a rename.

    TrainingError where the numbers are no longer finite: what was saved before stays.
    """
    state = {k: v.detach().cpu().contiguous().clone() for k, v in learner.state().items()}
    if (name := _not_finite(state)) is not None:
        raise TrainingError(
            f"The network's numbers are no longer finite, in {name}.",
            hint="Train again with a smaller learning rate.",
        )
    text = json.dumps(asdict(position))
    write_tensors(path, state, {"position": text, "checksum": _checksum(state, text)})


def load_checkpoint(path: Path, learner: TrainState) -> Position:
    """Put a Checkpoint's numbers back. TrainingError if it is damaged or of another Run."""
    hint = "Start a new Run; the weights saved so far can be its warm start."
    try:
        check_regular(path, _MOST_BYTES, TrainingError)
        tensors = load_file(path)
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
        # Before there were checksums, the position stood alone.
        is_whole = metadata.get("checksum") == _checksum(tensors, metadata["position"])
        if not is_whole and metadata.keys() != {"position"}:
            raise TrainingError(f"The Checkpoint {path} is damaged.", hint=hint)
        if (name := _not_finite(tensors)) is not None:
            message = f"The Checkpoint {path} holds numbers that are not finite, in {name}."
            raise TrainingError(message, hint=hint)
        position = Position(**parse_json(metadata["position"], "position", error=TrainingError))
        learner.load(tensors)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise TrainingError(
            f"The Checkpoint {path} cannot be resumed.",
            hint=f"It is damaged, or of another model or other settings. {hint}",
        ) from error
    return position


def _checksum(tensors: Mapping[str, Tensor], position: str) -> str:
    """A digest of all that a Checkpoint holds."""
    digest = hashlib.blake2b(position.encode(), digest_size=16)
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _not_finite(tensors: Mapping[str, Tensor]) -> str | None:
    """The first tensor with a number that cannot be learned from.

    An optimizer's averages of squares may overflow for a while; that only stops those weights.
    """
    for name, tensor in tensors.items():
        is_right = ~torch.isnan(tensor) if name.startswith("optimizer.") else torch.isfinite(tensor)
        if not is_right.all():
            return name
    return None
