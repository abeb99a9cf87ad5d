"""What was found beside a project and is not stored in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.values import FrameId

if TYPE_CHECKING:  # The window knows places from its start, and labels only when it opens some.
    from engine.formats.open_dataset import OpenDataset
    from engine.look import LabelsAt


@dataclass(frozen=True, eq=False)
class Seen:
    """Pictures that a project does not know yet, and labels in files, opened already.

    It travels with the project's place, so that a Job sees what the window does.
    """

    frames: tuple[str, ...] = ()
    labels: "tuple[tuple[LabelsAt, OpenDataset], ...]" = ()

    @cached_property
    def by_frame(self) -> Mapping[FrameId, Mapping[bool, int]]:
        """What labels there are for each frame; made once for all who open the project."""
        from engine.project.base import by_frame_of

        return by_frame_of([dataset for _, dataset in self.labels])
