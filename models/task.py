"""What a model does with a picture. Apart from the contract, so that it comes without torch."""

from enum import StrEnum


class Task(StrEnum):
    """What a model does with a picture."""

    SEMANTIC = "semantic"
    DETECTION = "detection"
    INSTANCE = "instance"
    CLASSIFICATION = "classification"
