"""The options of the commands that count tracked objects: at lines and in zones."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.counters import PLACES, Counter, Counting
from engine.errors import ConfigError

if TYPE_CHECKING:
    from engine.weights.card import Card

LineOption = Annotated[
    list[str] | None,
    typer.Option(
        "--line", metavar="[NAME=]X1,Y1,X2,Y2", help="Count what goes over this line, in pixels."
    ),
]
"""The type of a command's `line` parameter."""

ZoneOption = Annotated[
    list[str] | None,
    typer.Option(
        "--zone", metavar="[NAME=]X1,Y1,X2,Y2,X3,Y3,...", help="Count what is inside this zone."
    ),
]
"""The type of a command's `zone` parameter."""

CountAtOption = Annotated[
    str, typer.Option(metavar="PLACE", help="Where an object is: foot, or centre of its box.")
]
"""The type of a command's `count_at` parameter."""


def counting_of(lines: Sequence[str] | None, zones: Sequence[str] | None, at: str) -> Counting:
    """What the options ask for."""
    wanted = (("line", lines or ()), ("zone", zones or ()))
    counters = [
        _counter(text, kind, number)
        for kind, given in wanted
        for number, text in enumerate(given, 1)
    ]
    if at not in PLACES:
        raise typer.BadParameter(f"An object is at one of {', '.join(PLACES)}, not {at}.")
    try:
        return Counting(tuple(counters), at)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def refuse_counting(counting: Counting, cards: "Iterable[Card]") -> None:
    """ConfigError where none of the models finds objects that could be counted."""
    from models.task import Task

    if counting.counters and not any(
        card.task in (Task.DETECTION, Task.INSTANCE) for card in cards
    ):
        raise ConfigError(
            "Nothing can be counted: the model finds no objects.",
            hint="Choose weights of a detector, or leave --line and --zone out.",
        )


def count_text(told: dict[str, Any]) -> str:
    """`gate: forward 3 car, 1 bus; back 2 car`."""
    parts = [
        f"{word} {', '.join(f'{number} {label}' for label, number in told[word].items()) or 0}"
        for word in told
        if word != "name"
    ]
    return f"{told['name']}: {'; '.join(parts)}"


def _counter(text: str, kind: str, number: int) -> Counter:
    name, is_named, rest = text.rpartition("=")
    try:
        values = [float(value) for value in rest.split(",")]
        points = tuple(zip(values[::2], values[1::2], strict=True))
        if (kind == "line") != (len(points) == 2):
            raise ValueError("A line has two points, a zone three or more.")
        return Counter(name if is_named else f"{kind} {number}", points)
    except ValueError as error:
        example = "gate=0,200,640,200" if kind == "line" else "yard=0,0,100,0,100,100"
        said = f"--{kind} {text}: {error} For example: --{kind} {example}"
        raise typer.BadParameter(said) from error
