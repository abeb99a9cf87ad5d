"""How far the work on each frame has come, as the window knows it."""

from collections.abc import Iterable, Mapping

from engine.values import FrameId, SampleState

LABELLED = (SampleState.LABELLED, SampleState.CORRECTED, SampleState.VERIFIED)
UNREVIEWED = (SampleState.NEW, SampleState.PREDICTED, SampleState.LABELLED)


class FrameStates:
    """The states of the frames of a Project; those that are listed are counted."""

    def __init__(
        self, listed: Iterable[FrameId] = (), states: Mapping[FrameId, SampleState] | None = None
    ) -> None:
        self._listed = frozenset(listed)
        self._states = dict(states or {})
        self._reviewed: int | None = None

    def of(self, frame_id: FrameId) -> SampleState:
        """New where nothing else is known."""
        return self._states.get(frame_id, SampleState.NEW)

    def is_unreviewed(self, frame_id: FrameId) -> bool:
        """Whether a person has neither corrected, verified nor skipped it."""
        return self.of(frame_id) in UNREVIEWED

    @property
    def reviewed(self) -> int:
        """How many of the listed frames a person has dealt with; asked at every picture."""
        if self._reviewed is None:
            self._reviewed = self._count(self._states)
        return self._reviewed

    @property
    def has_labelled(self) -> bool:
        """Whether the annotations of any listed frame count, whoever made them."""
        return any(state in LABELLED for i, state in self._states.items() if i in self._listed)

    def list(self, frame_ids: Iterable[FrameId]) -> None:
        """These frames are listed, too."""
        self._listed, self._reviewed = self._listed.union(frame_ids), None

    def note(self, states: Mapping[FrameId, SampleState]) -> bool:
        """Remember these; whether any of them is new."""
        if all(self._states.get(frame_id) is state for frame_id, state in states.items()):
            return False
        before = self._count(states)
        self._states.update(states)
        if self._reviewed is not None:
            self._reviewed += self._count(states) - before
        return True

    def replace(self, states: Mapping[FrameId, SampleState]) -> bool:
        """These and no others; whether that changes anything."""
        if states == self._states:
            return False
        self._states, self._reviewed = dict(states), None
        return True

    def _count(self, frame_ids: Iterable[FrameId]) -> int:
        """How many of these are listed and reviewed."""
        return sum(not self.is_unreviewed(i) and i in self._listed for i in frame_ids)
