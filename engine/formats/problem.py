"""What is wrong, or worth knowing, in a dataset: the file, the line, a code and a sentence."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error makes a dataset unfit; information does not."""

    ERROR = "error"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    code: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


def errors_of(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems that make a dataset unfit."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)
