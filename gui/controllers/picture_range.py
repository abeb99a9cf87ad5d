"""Which pictures the model runs over, as a person chose them, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.values import FrameId, SampleState

UNLABELLED = (SampleState.NEW, SampleState.PREDICTED)


@dataclass(frozen=True)
class PictureRange:
    """`first` and `last` are numbers from 1, both in it. `only_unlabelled` leaves out what has
    annotations or was dealt with, `keeps_proposals` what has proposals already."""

    first: int
    last: int
    only_unlabelled: bool = True
    keeps_proposals: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise ValueError(f"There is no picture from {self.first} to {self.last}.")

    def pick(
        self, ids: Sequence[FrameId], state_of: Callable[[FrameId], SampleState]
    ) -> tuple[FrameId, ...]:
        """The pictures of these that are in it; whether one has proposals is not known here."""
        within = ids[self.first - 1 : self.last]
        if not self.only_unlabelled:
            return tuple(within)
        return tuple(each for each in within if state_of(each) in UNLABELLED)


@dataclass(frozen=True)
class BatchTally:
    """Of `asked` pictures: how many the model answered, with how many objects in all; how many
    could not be read, and how many were left as they are for their proposals."""

    asked: int = 0
    answered: int = 0
    objects: int = 0
    unreadable: int = 0
    kept: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nobody stopped it before the end."""
        return self.answered + self.unreadable + self.kept == self.asked
