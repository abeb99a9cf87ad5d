"""The Run folder: config, metrics as CSV, Checkpoint, Weights."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import yaml
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch import Tensor
from torch.optim import Optimizer

from engine.errors import TrainingError
from engine.training.config import TrainConfig
from engine.weights.weights import write_tensors
from models.contract import Model


@dataclass
class Position:
    """How far a Run has come: whole epochs and steps done, the best metric and its epoch."""

    epoch: int = 0
    step: int = 0
    best: float = -1.0
    best_epoch: int = 0


@dataclass(frozen=True)
class RunFolder:
    """Where a Run keeps its files."""

    path: Path

    @property
    def checkpoint(self) -> Path:
        """Tensors of model, average and optimizer, with the position as metadata."""
        return self.path / "checkpoint.safetensors"

    def weights(self, name: str) -> Path:
        """The best Weights."""
        return self.path / "weights" / f"{name}.safetensors"

    def create(self, config: TrainConfig) -> None:
        """Make the folder and write the config. TrainingError if it holds another Run."""
        if self.checkpoint.exists() and not config.resume:
            raise TrainingError(
                f"{self.path} already holds a Run.",
                hint="Resume it (--set resume=true), or choose another run folder.",
            )
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            text = yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False)
            (self.path / "config.yaml").write_text(text, encoding="utf-8")
        except OSError as error:
            raise TrainingError(
                f"Cannot write to {self.path}.", hint="Choose another run folder."
            ) from error

    def append_metrics(self, row: Mapping[str, Any], names: Sequence[str]) -> None:
        """Add a line to metrics.csv, a column for each name; what was not measured is empty."""
        path = self.path / "metrics.csv"
        is_new = not path.exists()
        try:
            with path.open("a", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, names)
                if is_new:
                    writer.writeheader()
                writer.writerow(row)
        except OSError as error:
            raise TrainingError(
                f"Cannot write {path}: {error.strerror}.",
                hint="Free some space, then resume the Run.",
            ) from error


def save_checkpoint(
    path: Path, model: Model, average: Model | None, optimizer: Optimizer, position: Position
) -> None:
    """Write all it takes to go on, whole: a temporary file, then a rename."""
    tensors = {f"model.{k}": v for k, v in model.state_dict().items()}
    if average is not None:
        tensors |= {f"average.{k}": v for k, v in average.state_dict().items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {
            f"optimizer.{index}.{k}": torch.as_tensor(v) for k, v in state.items() if v is not None
        }
    whole = {k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}
    write_tensors(path, whole, {"position": json.dumps(asdict(position))})


def load_checkpoint(
    path: Path, model: Model, average: Model | None, optimizer: Optimizer
) -> Position:
    """Put a Checkpoint's numbers back. TrainingError if it is damaged or of another Run."""
    try:
        tensors = load_file(path)
        with safe_open(path, framework="numpy") as file:
            position = Position(**json.loads((file.metadata() or {})["position"]))
        model.load_state_dict(_part(tensors, "model."))
        if average is not None:
            average.load_state_dict(_part(tensors, "average."))
        _load_optimizer(optimizer, _part(tensors, "optimizer."))
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise TrainingError(
            f"The Checkpoint {path} cannot be resumed.",
            hint="It is damaged, or of another model or other settings. Start a new Run; "
            "the weights saved so far can be its warm start.",
        ) from error
    return position


def _load_optimizer(optimizer: Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        index, key = name.split(".", 1)
        state.setdefault(int(index), {})[key] = tensor
    optimizer.load_state_dict(
        {"state": state, "param_groups": optimizer.state_dict()["param_groups"]}
    )


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
