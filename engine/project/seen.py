"""What was found beside a project and is not stored in it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # The window knows places from its start, and labels only when it opens some.
    from engine.formats.open_dataset import OpenDataset
    from engine.look import LabelsAt


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """Pictures that a project does not know yet, and labels in files, opened already.

    It travels with the project's place, so that a Job sees what the window does.
    """

    frames: tuple[str, ...] = ()
    labels: "tuple[tuple[LabelsAt, OpenDataset], ...]" = ()
