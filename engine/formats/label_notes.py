"""What a dataset says of its labels beside their names and colors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, runtime_checkable

from engine.attributes import Specs

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LabelNotes:
    """By the ids of labels: what their objects may say of themselves, and the numbers that a file
    calls them by."""

    attributes: Mapping[int, Specs] = field(default_factory=dict)
    numbers: Mapping[int, int] = field(default_factory=dict)

    def in_ids(self, table: Mapping[int, int]) -> "LabelNotes":
        """For the ids that these become; of several that become one the first counts."""
        return LabelNotes(_in_ids(self.attributes, table), _in_ids(self.numbers, table))


NO_NOTES = LabelNotes()


@runtime_checkable
class TakesNotes(Protocol):
    """A Writer with a place for them."""

    def take_notes(self, notes: LabelNotes) -> None:
        """Know these, by the ids of its labels, before the first Sample."""


def _in_ids(found: Mapping[int, T], table: Mapping[int, int]) -> dict[int, T]:
    known = sorted(found.keys() & table.keys(), reverse=True)
    return {table[number]: found[number] for number in known}
