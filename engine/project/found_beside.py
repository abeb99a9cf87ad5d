"""Whether a question finds a frame whose labels lie in a file: that is read where it has to be."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.annotations.emptiness import EMPTY, is_marked_empty
from engine.jobs import CancelToken, Progress, no_progress
from engine.labels import matching_name
from engine.project.query import Query, Term
from engine.values import Annotation, FrameId, Label, Sample, SampleState

COMPARES: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
Read = Callable[[FrameId], Sample | None]


@dataclass(frozen=True, eq=False)
class FilesBeside:
    """The states of these frames, the labels, and how to read what a file says of a frame."""

    states: Mapping[FrameId, SampleState]
    labels: Sequence[Label] = ()
    read: Read = lambda _: None
    progress: Progress = no_progress
    cancel: CancelToken | None = None


NO_FILES = FilesBeside({})


class Finder:
    """Answers one question of one frame after the other."""

    def __init__(self, query: Query, files: FilesBeside) -> None:
        self._groups = [sorted(group, key=_reads) for group in query]
        self._files = files
        self._done = 0
        self._ids: dict[str, set[int]] = {}
        for label in files.labels:
            self._ids.setdefault(matching_name(label), set()).add(label.id)

    def __contains__(self, frame_id: FrameId) -> bool:
        """Whether the labels of this frame lie in a file."""
        return frame_id in self._files.states

    def is_found(self, frame_id: FrameId, path: str) -> bool:
        """Whether the question finds this frame, which is stored under `path`."""
        if self._files.cancel is not None:
            self._files.cancel.check()
        self._done += 1
        self._files.progress(self._done, len(self._files.states), "")
        said = _Said(frame_id, path, self._files)
        return not self._groups or any(
            all(self._holds(term, said) != term.is_negated for term in group)
            for group in self._groups
        )

    def _holds(self, term: Term, said: "_Said") -> bool:
        if term.key == "name":
            return is_named(term, said.path)
        if term.key == "state" and term.value != EMPTY[0]:
            return term.value == said.state
        sample = said.sample
        if term.key == "state":
            return is_marked_empty(sample)
        if term.key == "label":
            return bool(self._of_label(sample, term.value))
        if term.key == "count":
            found = self._of_label(sample, term.value) if term.value else sample.annotations
            return COMPARES[term.compare](len(found), term.number)
        every = (*sample.annotations, *sample.proposals)
        if term.key == "score":
            return any(a.score is not None and _fits(term, a.score) for a in every)
        if term.key == "origin":
            return any(a.origin == term.value for a in every)
        return any(
            _has(term, pairs) for pairs in (sample.attributes, *(a.attributes for a in every))
        )

    def _of_label(self, sample: Sample, name: str) -> list[Annotation]:
        ids = self._ids.get(name.strip().casefold(), set())
        return [a for a in sample.annotations if a.label_id in ids]


class _Said:
    """One frame: what its file says is read once, when it is first asked for."""

    def __init__(self, frame_id: FrameId, path: str, files: FilesBeside) -> None:
        self.path, self.state = path, files.states[frame_id]
        self._frame_id, self._read = frame_id, files.read

    @cached_property
    def sample(self) -> Sample:
        return self._read(self._frame_id) or Sample(self._frame_id)


def is_named(term: Term, path: str) -> bool:
    """Whether a term about names fits a path."""
    if term.is_regex:
        return re.search(term.value, path) is not None
    return term.value.casefold() in path.casefold()


def _reads(term: Term) -> bool:
    return term.key != "name" and (term.key != "state" or term.value == EMPTY[0])


def _fits(term: Term, score: float) -> bool:
    if term.high is None:
        return COMPARES[term.compare](score, term.number)
    return term.number <= score <= term.high


def _has(term: Term, pairs: Iterable[tuple[str, str]]) -> bool:
    name, _, value = term.value.casefold().partition("=")
    return any(name == key.casefold() and value in ("", said.casefold()) for key, said in pairs)
