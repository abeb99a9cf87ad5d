"""What a person fills in to train, as one value and as the config of a Run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class TrainForm:
    """What the person filled in; `train_list` is empty to train on the project's samples.

    `settings` are further fields of the config, by their names there.
    """

    model: str
    name: str
    epochs: int
    train_list: str = ""
    val_list: str = ""
    warm_start: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def config(self, train: str, val: str, run: str) -> dict[str, Any]:
        """The config file of `maskloop train`."""
        return {
            "model": self.model,
            "name": self.name,
            "data": {"train": train, "val": val or None},
            "run": run,
            "epochs": self.epochs,
            "warm_start": self.warm_start or None,
            **self.settings,
        }
