"""What label files beside the pictures say of the Samples that nobody has edited here.

Opening a labelled dataset copies nothing: a Sample's content is read from its files when it is
asked for, until the first Edit stores it in the project.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.annotations.emptiness import with_mark
from engine.annotations.mapping import merge
from engine.attributes import Specs
from engine.errors import AppError
from engine.formats.coco_ids import number_in
from engine.formats.label_notes import LabelNotes
from engine.formats.labels_file import apart
from engine.formats.open_dataset import OpenDataset
from engine.formats.report import Report
from engine.labels import background_of, is_background, name_of, same_labels, same_names
from engine.values import IGNORE, Annotation, FrameId, Label, Sample, SampleState


class BaseLabels:
    """Opened datasets as one, in the labels of a project. Reading is safe in any thread.

    Of datasets that say something of one frame the first counts that tells objects apart, and the
    first that labels pixels. `labels` are the project's with those it lacked behind them.
    """

    def __init__(
        self,
        opened: Sequence[OpenDataset],
        labels: Sequence[Label],
        noted: Mapping[str, int] | None = None,
        by_frame: Mapping[FrameId, Mapping[bool, int]] | None = None,
    ) -> None:
        """`noted` are the ids under which names were stored, whatever they are called by now;
        `by_frame` is what `by_frame_of` finds, if that is known."""
        self._tables: list[tuple[OpenDataset, dict[int, int]]] = []
        self._by_frame = by_frame_of(opened) if by_frame is None else by_frame
        self.labels = tuple(labels)
        self.problems: dict[FrameId, AppError] = {}
        self.losses: dict[FrameId, Report] = {}
        for dataset in opened:
            self.labels, table = labels_in(dataset.labels, self.labels, noted)
            self._tables.append((dataset, table))

    def __contains__(self, frame_id: FrameId) -> bool:
        """Whether a dataset says something of this frame."""
        return frame_id in self._by_frame

    @property
    def frame_ids(self) -> Iterable[FrameId]:
        """Every frame of which a dataset says something."""
        return self._by_frame.keys()

    @property
    def count(self) -> int:
        """Of how many frames a dataset says something."""
        return len(self._by_frame)

    def notes(self) -> LabelNotes:
        """What the datasets say of their labels, by their ids here; the first counts."""
        attributes: dict[int, Specs] = {}
        numbers: dict[int, int] = {}
        for dataset, table in reversed(self._tables):
            notes = dataset.notes.in_ids(table)
            attributes |= notes.attributes
            numbers |= notes.numbers
        return LabelNotes(attributes, numbers)

    def ids(self) -> dict[str, int]:
        """The name of every label of the datasets, and its id here."""
        return {
            name_of(label): table[label.id]
            for dataset, table in self._tables
            for label in dataset.labels
            if label.id in table
        }

    def sample(self, frame_id: FrameId) -> Sample | None:
        """What the datasets say of a frame; None where they say nothing, or cannot be read.

        Its annotations have the same ids at every reading. What cannot be read is in `problems`
        afterwards: it is not the same as nothing there. What was left out or changed is in
        `losses`.
        """
        size_hw, is_said = (0, 0), False
        found: list[Annotation] = []
        proposed: list[Annotation] = []
        attributes: dict[tuple[str, str], None] = {}
        losses = Report()
        if frame_id not in self._by_frame:
            return None
        for number in sorted(self._by_frame[frame_id].values()):
            dataset, table = self._tables[number]
            report = Report()
            try:
                sample = dataset.read(frame_id, report)
            except AppError as error:
                self.problems[frame_id] = error
                return None
            size_hw, is_said = sample.size_hw, is_said or dataset.says_empty(sample, report)
            attributes |= dict.fromkeys(sample.attributes)
            losses.add(report)
            into = proposed if dataset.is_predicted else found
            into += relabelled_by(table, sample.annotations)
        if losses.skipped or losses.converted:
            self.losses[frame_id] = losses
        named = [
            replace(a, id=_id(frame_id, n)) if number_in(a.id) is None else a
            for n, a in enumerate((*found, *proposed))
        ]
        drawn, waiting = tuple(named[: len(found)]), tuple(named[len(found) :])
        if not named and not is_said:
            return None
        state = SampleState.LABELLED if drawn or is_said else SampleState.PREDICTED
        read = Sample(frame_id, size_hw, drawn, waiting, state=state, attributes=tuple(attributes))
        return with_mark(read, on=is_said and not drawn)

    def is_predicted(self, frame_id: FrameId) -> bool:
        """Whether all that is said of this frame was found by a model."""
        numbers = self._by_frame[frame_id].values()
        return all(self._tables[number][0].is_predicted for number in numbers)


def by_frame_of(opened: Sequence[OpenDataset]) -> dict[FrameId, dict[bool, int]]:
    """The numbers of the datasets that count for each frame, by whether they tell objects apart."""
    by_frame: dict[FrameId, dict[bool, int]] = {}
    for number, dataset in enumerate(opened):
        for frame_id in dataset.frame_ids:
            if frame_id not in dataset.unlabelled:
                by_frame.setdefault(frame_id, {}).setdefault(dataset.is_layered, number)
    return by_frame


def _id(frame_id: FrameId, number: int) -> str:
    text = f"{frame_id.path}\0{frame_id.index}\0{number}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def labels_in(
    theirs: Sequence[Label], ours: Sequence[Label], noted: Mapping[str, int] | None = None
) -> tuple[tuple[Label, ...], dict[int, int]]:
    """`ours` with those of `theirs` that were missing, and what each of their ids becomes.

    Where ours are no more than a background, theirs are taken over as they are; else each new one
    has a colour of its own. A name that was
    `noted` keeps its id, and is left out where no label has that any more.
    """
    noted = noted or {}
    is_new = all(is_background(label) for label in ours) and not noted
    has_zero = any(label.id == 0 for label in theirs)
    kept = same_names((name_of(label) for label in theirs), noted)
    new = [label for label in theirs if name_of(label) not in kept]
    labels = tuple(theirs) if is_new and has_zero else _merged(ours, theirs, new)
    found = same_labels(theirs, labels)
    known = {label.id for label in labels}
    own = background_of(labels)
    table = {IGNORE: IGNORE}
    for label in theirs:
        name = name_of(label)
        if is_background(label):  # Where id 0 is something else, there is no place for it.
            table[label.id] = IGNORE if own is None else own
        elif name in kept:
            if noted[kept[name]] in known:
                table[label.id] = noted[kept[name]]
        elif label.id in found:
            table[label.id] = found[label.id].id
    return labels, table


def _merged(
    ours: Sequence[Label], theirs: Sequence[Label], wanted: Sequence[Label]
) -> tuple[Label, ...]:
    """`ours` with the wanted, each in a colour that no other has: files number them from 1 on."""
    labels = list(ours)
    for label in merge(ours, theirs, wanted)[len(labels) :]:
        labels.append(apart(label, labels))
    return tuple(labels)


def relabelled_by(table: dict[int, int], annotations: Iterable[Annotation]) -> list[Annotation]:
    """The annotations whose label has a place, in its new id."""
    return [replace(a, label_id=table[a.label_id]) for a in annotations if a.label_id in table]
