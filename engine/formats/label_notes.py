"""What a dataset says of its labels beside their names and colors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from engine.attributes import Specs


@dataclass(frozen=True, slots=True)
class LabelNotes:
    """By the ids of labels: what their objects may say of themselves."""

    attributes: Mapping[int, Specs] = field(default_factory=dict)

    def in_ids(self, table: Mapping[int, int]) -> "LabelNotes":
        """For the ids that these become; of several that become one the first counts."""
        known = sorted(self.attributes.keys() & table.keys(), reverse=True)
        return LabelNotes({table[number]: self.attributes[number] for number in known})


NO_NOTES = LabelNotes()


@runtime_checkable
class TakesNotes(Protocol):
    """A Writer with a place for them."""

    def take_notes(self, notes: LabelNotes) -> None:
        """Know these, by the ids of its labels, before the first Sample."""
