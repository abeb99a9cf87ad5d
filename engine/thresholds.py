"""How sure a model must be, and how far its boxes may overlap. Known without torch and numpy."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Thresholds:
    """The least confidence that counts, and the overlap (IoU) above which a weaker box goes.

    Both are 0 to 1. The defaults are those of the window, the commands and the reports.
    """

    conf: float = 0.25
    iou: float = 0.45

    def __post_init__(self) -> None:
        for name, value in (("conf", self.conf), ("iou", self.iou)):
            if not 0 <= value <= 1:
                raise ValueError(f"{name} is 0 to 1, not {value}.")
