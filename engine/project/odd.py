"""Rows that make no sense, because something else has written into the file: left out, and said.

They stay where they are, and a repair sets them aside into a file. The rest of the project opens.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from engine.errors import AppError
from engine.values import SampleState

logger = logging.getLogger(__name__)
T = TypeVar("T")
Row = tuple[Any, ...]
ODD = (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, AppError)
"""What making a value of such a row raises."""


class OddRows:
    """Those that were met since the project was opened."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Row], str] = {}

    @property
    def lines(self) -> tuple[str, ...]:
        """One line for each: its table, and what is wrong."""
        return tuple(self._found.values())

    def note(self, table: str, row: Row, error: BaseException | str) -> None:
        """This row is left out, or something of it."""
        if (table, row) not in self._found:
            self._found[table, row] = f"{table}: {str(error)[:200]}"
            logger.info("An odd row of %s was left out: %s", table, error)

    def made(self, table: str, rows: Sequence[Row], make: Callable[..., T]) -> list[T]:
        """What the rows make, without the odd ones."""
        try:
            return [make(*row) for row in rows]
        except ODD:
            return self._one_by_one(table, rows, make)

    def _one_by_one(self, table: str, rows: Sequence[Row], make: Callable[..., T]) -> list[T]:
        found = []
        for row in rows:
            try:
                found.append(make(*row))
            except ODD as error:
                self.note(table, row, error)
        return found

    def state(self, text: Any) -> SampleState:
        """The state of this name; one that a person looks at again where there is none such."""
        try:
            return SampleState(text)
        except ODD as error:
            self.note("frames", (text,), error)
            return SampleState.PREDICTED
