"""Expected trouble: what happened, and what the person can do about it.

AppError
├── SourceError      a picture, folder, video or camera cannot be opened or read
│   └── LabelsAloneError   labels were opened whose pictures are not with them
├── WeightsError     a Weights file cannot be loaded, saved or downloaded
│   ├── NeedsCardError     a network of another program that has to be added first
│   └── UntrustedError     a file holds code, and nobody has agreed to run it
├── DatasetError     a list, label file or annotation format is wrong
├── ProjectError     the project folder or its database cannot be used
├── TrainingError    a Run cannot start or go on
├── DeviceError      a device or backend is missing, or out of memory
└── ConfigError      a config file or an option has a wrong value
"""

from pathlib import Path
from shlex import quote


class AppError(Exception):
    """Trouble we expect: a sentence for the person, and a hint what to do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SourceError(AppError):
    """A picture, folder, video or camera cannot be opened or read."""


class LabelsAloneError(SourceError):
    """Labels whose pictures are not with them: `path` can be imported, in this `layout`."""

    def __init__(self, message: str, *, path: Path, layout: str) -> None:
        hint = "Open the folder of their pictures, then import these labels (File, Import)."
        super().__init__(message, hint=hint)
        self.path, self.layout = path, layout


class WeightsError(AppError):
    """A Weights file cannot be loaded, saved or downloaded."""


class NeedsCardError(WeightsError):
    """A network of another program at `path`: nobody has said what its outputs mean."""

    def __init__(self, path: Path) -> None:
        hint = f"Add it to your weights: maskloop weights add {quote(str(path))}"
        super().__init__(f"{path.name} does not say what its outputs mean.", hint=hint)
        self.path = path


class UntrustedError(WeightsError):
    """The file at `path` holds code, and nobody has agreed to run it yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} is TorchScript: loading it runs code that is in the file, with all that "
            "you may do on this machine. Load it only if you trust who made it.",
            hint=f"If you do: maskloop weights add {quote(str(path))} --trust",
        )
        self.path = path


class DatasetError(AppError):
    """A list, a label file or an annotation format is wrong."""


class ProjectError(AppError):
    """The project folder or its database cannot be used."""


class TrainingError(AppError):
    """A Run cannot start or go on."""


class DeviceError(AppError):
    """A device or backend is missing, or out of memory."""


class ConfigError(AppError):
    """A config file or an option has a wrong value."""
