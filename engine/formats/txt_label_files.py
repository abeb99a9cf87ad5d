"""One Sample's label file in a txt list, for each task that has regions.

Boxes count from the label id 1, as a YOLO text file has no background: index = label id - 1.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from engine.formats.instances import write_instances
from engine.formats.registry import BOXES, MASKS, Carries, Elsewhere
from engine.formats.sample_files import write_label_map, write_yolo
from engine.regions.map_strips import label_map_of
from engine.values import IGNORE, Box, Sample
from models.task import Task

ENDINGS = {Task.SEMANTIC: ".png", Task.DETECTION: ".txt", Task.INSTANCE: ".json"}
"""How a task's label files end."""

FORMATS = {Task.INSTANCE: "txt", Task.DETECTION: "txt_detection", Task.SEMANTIC: "txt_semantic"}
"""The registered Format of a list for a task."""

_ANY = Carries(frozenset(), is_clipped=True, colors=True, elsewhere=Elsewhere.ANYWHERE)
CARRIES = {
    Task.SEMANTIC: replace(_ANY, regions=MASKS, ignored=True, is_layered=False),
    Task.DETECTION: replace(_ANY, regions=BOXES, read_scores=True, precision=1e-3),
    Task.INSTANCE: replace(_ANY, regions=BOXES | MASKS, scores=True, tracks=True, ignored=True),
}
"""What a task's label files hold."""


@dataclass(frozen=True, slots=True)
class LabelFiles:
    """Writes label files of one task. `background` is the id of what nobody drew, None without."""

    task: Task
    background: int | None = 0

    def write(self, path: Path, sample: Sample) -> None:
        """Write an adapted Sample at `path`."""
        if self.task is Task.SEMANTIC:
            undrawn = IGNORE if self.background is None else self.background
            write_label_map(path, label_map_of(sample.annotations, sample.size_hw, undrawn))
        elif self.task is Task.INSTANCE:
            write_instances(path, sample.size_hw, sample.annotations)
        else:
            boxes = [a for a in sample.annotations if isinstance(a.region, Box)]
            corners = [a.region.xyxy for a in boxes if isinstance(a.region, Box)]
            scores = [a.score for a in boxes]
            write_yolo(path, corners, [a.label_id for a in boxes], sample.size_hw, scores)
