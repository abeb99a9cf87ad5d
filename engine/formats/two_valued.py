"""Whether a dataset's label maps are 0/255 masks, in which 255 means id 1 and not "ignore"."""

from pathlib import Path

from engine.errors import DatasetError
from engine.formats.labels_file import LabelsFile
from engine.formats.open_dataset import SPLITS
from engine.formats.peek import spelled
from engine.formats.sample_files import are_two_valued, some_values
from engine.formats.txt_list import ListReading, read_list
from engine.values import IGNORE
from models.task import Task


def is_two_valued(reading: ListReading, labels: LabelsFile | None) -> bool:
    """Decided for the whole dataset: its names, this list and the other splits beside it."""
    if reading.task is not Task.SEMANTIC:
        return False
    if labels is not None:
        has_more = any(label.id > 1 for label in labels.labels)
        if has_more or IGNORE in labels.ignored_ids:
            return False
    return are_two_valued(_maps(reading)) and not any(
        _has_other_values(spelled(reading.path.with_name(f"{name}.txt")))
        for name in SPLITS
        if reading.path.stem in SPLITS and name != reading.path.stem
    )


def _maps(reading: ListReading) -> list[Path]:
    return [e.label for e in reading.entries if isinstance(e.label, Path)]


def _has_other_values(path: Path) -> bool:
    """Whether another split of the dataset holds ids that a mask does not."""
    if not path.is_file():
        return False
    try:
        other = read_list(path)
    except DatasetError:
        return False
    return other.task is Task.SEMANTIC and not some_values(_maps(other)) <= {0, IGNORE}
