"""A list of predictions -> the same in any registered Format, with scores where it has them."""

from pathlib import Path

from engine.errors import ConfigError
from engine.export.export import export
from engine.export.options import ExportOptions, Pictures, check_format
from engine.export.report import ExportReport
from engine.export.staging import check_target
from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.txt_dataset import open_dataset
from engine.jobs import CancelToken, Progress, no_progress
from engine.values import SampleState
from models.task import Task


def options_for(name: str, task: Task, folder: Path, *, replace: bool) -> ExportOptions:
    """How predictions go into a Format, in this folder. AppError where they cannot."""
    if task is Task.CLASSIFICATION:
        hint = "Leave out --format: the list names the label of each picture."
        raise ConfigError("What a classifier says has no regions.", hint=hint)
    options = ExportOptions(
        name,
        states=frozenset(SampleState),
        pictures=Pictures.REFER,
        unmarked_empty=True,
        split=None,
        replace=replace,
    )
    check_format(options, registry.get(name))
    check_target(folder, name, replace=replace)
    return options


def export_predictions(
    path: Path,
    folder: Path,
    options: ExportOptions,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Write the list of predictions at `path` into a folder. The pictures stay where they are."""
    opened = open_dataset(path, ReadOptions())
    return export(opened, folder, options, progress=progress, cancel=cancel)
