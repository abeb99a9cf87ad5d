"""Labels from elsewhere into a Project, by a policy, as one step of undo."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from engine.annotations.edits import Edit, set_proposals
from engine.annotations.emptiness import is_marked_empty, with_mark
from engine.annotations.missing import missing_from
from engine.errors import AppError
from engine.formats.objects import with_own_groups, with_own_ids
from engine.formats.open_dataset import ORIGIN, OpenDataset
from engine.formats.report import Report, sample_name
from engine.jobs import CancelToken, Progress, no_progress
from engine.project.base import labels_in, relabelled_by
from engine.project.project import Project
from engine.project.spool import Spool, spool
from engine.values import FrameId, Label, Sample, SampleState
from engine.words import counted


class Policy(StrEnum):
    """What becomes of a picture that has labels already; one without any simply gets them."""

    SKIP = "skip"
    PROPOSE = "propose"
    REPLACE_UNTOUCHED = "replace_untouched"
    REPLACE_ALL = "replace_all"


class Fate(StrEnum):
    """What an import does to one picture."""

    PLACED = "placed"
    PROPOSED = "proposed"
    SUGGESTED = "suggested"
    REPLACED = "replaced"
    SKIPPED = "skipped"
    SAME = "same"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    UNSAID = "unsaid"


_PROPOSALS = (Fate.PROPOSED, Fate.SUGGESTED)
_CHANGES = (Fate.PLACED, Fate.REPLACED, *_PROPOSALS)


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do: pictures by their fate, objects in `report`.

    `new_labels` are those the project did not have, `objects` counts those that pictures get.
    """

    policy: Policy
    fates: Counter[Fate] = field(default_factory=Counter)
    report: Report = field(default_factory=Report)
    new_labels: tuple[Label, ...] = ()
    objects: int = 0
    changed_ids: set[FrameId] = field(default_factory=set)

    @property
    def changed(self) -> int:
        """How many pictures get something else than they have."""
        return sum(self.fates[f] for f in _CHANGES)


def import_dataset(
    project: Project,
    dataset: OpenDataset,
    policy: Policy = Policy.PROPOSE,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> ImportReport:
    """Add a dataset's pictures, labels and annotations. Labels are met by name.

    All is read before anything is written, so that nobody waits for the reading; what is done to a
    picture is decided when it is written. Nothing is imported when cancelled. A picture that is not
    there any more is left out.
    """
    work = _Import(project, dataset, policy)
    text = f"Import {counted(len(dataset.frame_ids), 'picture')}"
    with spool() as kept:
        read = [
            (frame_id, kept.put(number, found) if isinstance(found, Sample) else found)
            for number, (frame_id, found) in enumerate(work.read(progress, cancel))
        ]
        edits = work.edits(
            (frame_id, _whole(found, number, kept)) for number, (frame_id, found) in enumerate(read)
        )
        project.add_frames(i.path for i in dataset.frame_ids if work.is_there(i) and not i.index)
        project.apply_all(
            edits, text, labels=work.labels, notes=work.notes, progress=progress, cancel=cancel
        )
    work.verify()
    return work.result


def preview_import(
    project: Project,
    dataset: OpenDataset,
    policy: Policy,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> ImportReport:
    """What `import_dataset` would do now; nothing is changed."""
    work = _Import(project, dataset, policy)
    for _ in work.edits(work.read(progress, cancel)):
        pass
    return work.result


def _whole(found: Sample | Fate, number: int, kept: Spool) -> Sample | Fate:
    """A Sample with the annotations that were kept for it."""
    if isinstance(found, Fate):
        return found
    return replace(found, annotations=kept.annotations(number))


class _Import:
    """One import under way."""

    def __init__(self, project: Project, dataset: OpenDataset, policy: Policy) -> None:
        self._project, self._dataset = project, dataset
        before = project.labels
        labels, self._table = labels_in(dataset.labels, before)
        theirs = set(self._table.values())
        self.labels = tuple(label for label in labels if label.id in theirs)
        self.notes = dataset.notes.in_ids(self._table)
        new = tuple(label for label in labels if label not in before)
        self.result = ImportReport(policy, new_labels=new)
        self.result.report.add(dataset.report)
        self._placed: dict[FrameId, int] = {}

    @staticmethod
    def is_there(frame_id: FrameId) -> bool:
        """Whether the picture or video exists."""
        return Path(frame_id.path).is_file()

    def read(
        self, progress: Progress, cancel: CancelToken | None
    ) -> Iterator[tuple[FrameId, Sample | Fate]]:
        """What the dataset says of each picture, in the project's labels, or why nothing."""
        total = len(self._dataset.frame_ids)
        for done, frame_id in enumerate(self._dataset.frame_ids, start=1):
            if cancel is not None:
                cancel.check()
            progress(done, total, Path(frame_id.path).name)
            yield frame_id, self._read(frame_id)

    def _read(self, frame_id: FrameId) -> Sample | Fate:
        name, report = sample_name(frame_id), self.result.report
        if not self.is_there(frame_id):
            report.skip(name, "picture", f"{frame_id.path} does not exist", 0)
            return Fate.MISSING
        policy, is_predicted = self.result.policy, self._dataset.is_predicted
        may_skip = policy in (Policy.SKIP, Policy.REPLACE_UNTOUCHED)
        before = self._project.sample(frame_id) if may_skip else None
        if before is not None and (
            fate_of(before, policy, is_predicted=is_predicted) is Fate.SKIPPED
        ):
            return Fate.SKIPPED
        own = Report()
        try:
            found = self._dataset.read(frame_id, own)
        except AppError as error:
            report.skip(name, "picture", error.message, 0)
            return Fate.UNREADABLE
        report.add(own)
        if not found.annotations and not self._dataset.says_empty(found, own):
            return Fate.UNSAID
        return replace(found, annotations=tuple(relabelled_by(self._table, found.annotations)))

    def edits(
        self, read: Iterable[tuple[FrameId, Sample | Fate]]
    ) -> Iterator[tuple[FrameId, Edit]]:
        """What is done to each picture that changes, one at a time."""
        for frame_id, found in read:
            if isinstance(found, Fate):
                self.result.fates[found] += 1
                continue
            fate, function = self._decide(frame_id, found)
            self.result.fates[fate] += 1
            if function is not None:
                yield frame_id, Edit("Import", function)

    def _decide(self, frame_id: FrameId, found: Sample) -> "tuple[Fate, partial[Sample] | None]":
        """By what is in the project now, which may be more than when the labels were read."""
        before = self._project.sample(frame_id)
        is_predicted = self._dataset.is_predicted
        fate = fate_of(before, self.result.policy, is_predicted=is_predicted)
        if fate is Fate.SKIPPED:
            return fate, None
        function = partial(_propose if fate in _PROPOSALS else _place, of=found)
        after = function(before)
        if _says_the_same(before, after):
            return Fate.SAME, None
        new = len(found.annotations)
        if fate in _PROPOSALS:  # What is there already is not proposed again.
            new = len(after.proposals) - len(before.proposals)
        else:
            self._placed[frame_id] = new
        self.result.changed_ids.add(frame_id)
        self.result.objects += new
        return fate, function

    def verify(self) -> None:
        """Count again what is in the project now."""
        wrong = [
            sample_name(frame_id)
            for frame_id, count in self._placed.items()
            if len(self._project.sample(frame_id).annotations) != count
        ]
        there = f"{sum(self._placed.values())} objects on {len(self._placed)} pictures"
        if wrong:
            note = f"Counted again: {wrong[0]} and {len(wrong) - 1} more have another number."
        else:
            note = f"Counted again in the project: {there}."
        self.result.report.notes.append(note)


def fate_of(before: Sample, policy: Policy, *, is_predicted: bool = False) -> Fate:
    """What becomes of a picture that a dataset says something of.

    What a model found waits until a person accepts it, and never takes the place of anything.
    """
    is_looked_at = before.state not in (SampleState.NEW, SampleState.PREDICTED)
    if not before.annotations and not is_marked_empty(before) and not is_looked_at:
        return Fate.SUGGESTED if is_predicted else Fate.PLACED
    if policy is Policy.PROPOSE or (is_predicted and policy is not Policy.SKIP):
        return Fate.PROPOSED
    if policy is Policy.REPLACE_ALL or (
        policy is Policy.REPLACE_UNTOUCHED and is_untouched(before)
    ):
        return Fate.REPLACED
    return Fate.SKIPPED


def is_untouched(sample: Sample) -> bool:
    """Whether all on it came by import, and no person changed or confirmed it."""
    is_said = sample.state in (SampleState.VERIFIED, SampleState.SKIPPED)
    return not is_said and all(a.origin == ORIGIN for a in sample.annotations)


def _place(sample: Sample, of: Sample) -> Sample:
    keys = {key for key, _ in of.attributes}
    others = (pair for pair in sample.attributes if pair[0] not in keys)
    placed = replace(
        sample,
        annotations=with_own_ids(of.annotations, sample.proposals),
        proposals=tuple(missing_from(of, sample.proposals, of.size_hw)),
        size_hw=of.size_hw,
        state=SampleState.LABELLED,
        attributes=(*others, *of.attributes),
    )
    return with_mark(placed, on=not of.annotations)


def _propose(sample: Sample, of: Sample) -> Sample:
    """As proposals, but for those that are there already."""
    missing = missing_from(sample, of.annotations, of.size_hw)
    if not missing:
        return sample
    there = (*sample.annotations, *sample.proposals)
    new = with_own_ids(with_own_groups(missing, there), there)
    return set_proposals(sample, [*sample.proposals, *new], of.size_hw)


def _says_the_same(before: Sample, after: Sample) -> bool:
    """Whether nothing would change but the ids of annotations."""

    def content(sample: Sample) -> tuple[object, ...]:
        groups = (sample.annotations, sample.proposals)
        texts = [[replace(a, id="") for a in group] for group in groups]
        return (*texts, sample.state, sample.attributes)

    return after is before or content(before) == content(after)
