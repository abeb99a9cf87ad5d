"""What a model does with a picture. Apart from the contract, so that it comes without torch."""

from enum import StrEnum


class Task(StrEnum):
    """What a model does with a picture."""

    SEMANTIC = "semantic"
    DETECTION = "detection"
    INSTANCE = "instance"
    CLASSIFICATION = "classification"
    CLICK = "click"
    """Outlines the one object that a person points at, whatever it is."""

    @property
    def text(self) -> str:
        """What listings call it."""
        return "answers clicks" if self is Task.CLICK else str(self)

    @property
    def written_as(self) -> "Task":
        """The task whose label files hold what is found; objects that were pointed at are
        instances like others."""
        return Task.INSTANCE if self is Task.CLICK else self
