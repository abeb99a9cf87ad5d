"""What a person fills in to train, as one value and as the config of a Run."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TrainingForm:
    """What the person filled in; `lists` is empty to train on the project's samples."""

    model: str
    train_list: str
    val_list: str
    epochs: int
    batch_size: int
    learning_rate: float
    schedule: str
    step_size: int
    gamma: float
    warm_start: str
    is_resume: bool
    name: str

    def config(self, train: str, val: str, run: str) -> dict[str, Any]:
        """The config file of `maskloop train`."""
        schedule: dict[str, Any] = {"kind": self.schedule}
        if self.schedule == "step":
            schedule |= {"step_size": self.step_size, "gamma": self.gamma}
        return {
            "model": self.model,
            "name": self.name,
            "data": {"train": train, "val": val or None},
            "run": run,
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "learning_rate": self.learning_rate,
            "schedule": schedule,
            "warm_start": self.warm_start or None,
            "resume": self.is_resume,
        }
