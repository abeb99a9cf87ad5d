"""What label files beside the pictures say of the Samples that nobody has edited here.

Opening a labelled dataset copies nothing: a Sample's content is read from its files when it is
asked for, until the first Edit stores it in the project.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.annotations.emptiness import with_mark
from engine.annotations.mapping import merge
from engine.errors import AppError
from engine.formats.open_dataset import OpenDataset
from engine.formats.report import Report
from engine.labels import background_of, is_background, matching_name
from engine.values import IGNORE, Annotation, FrameId, Label, Sample, SampleState


class BaseLabels:
    """Opened datasets as one, in the labels of a project. Reading is safe in any thread."""

    def __init__(self, opened: Sequence[OpenDataset], labels: Sequence[Label]) -> None:
        """`labels` are the project's; those it lacks are added behind them."""
        self._tables: list[tuple[OpenDataset, dict[int, int]]] = []
        self._by_frame: dict[FrameId, list[int]] = defaultdict(list)
        self.labels = tuple(labels)
        self.problems: dict[FrameId, AppError] = {}
        for dataset in opened:
            self.labels, table = labels_in(dataset.labels, self.labels)
            for frame_id in dataset.frame_ids:
                self._by_frame[frame_id].append(len(self._tables))
            self._tables.append((dataset, table))

    def __contains__(self, frame_id: FrameId) -> bool:
        """Whether a dataset says something of this frame."""
        return frame_id in self._by_frame

    @property
    def frame_ids(self) -> Iterable[FrameId]:
        """Every frame of which a dataset says something."""
        return self._by_frame.keys()

    def sample(self, frame_id: FrameId) -> Sample | None:
        """What the datasets say of a frame; None of one they do not know, or cannot be read.

        What cannot be read is in `problems` afterwards: it is not the same as nothing there.
        """
        size_hw = (0, 0)
        found: list[Annotation] = []
        attributes: dict[str, str] = {}
        if frame_id not in self._by_frame:
            return None
        for number in self._by_frame[frame_id]:
            dataset, table = self._tables[number]
            report = Report()
            try:
                sample = dataset.read(frame_id, report)
            except AppError as error:
                self.problems[frame_id] = error
                return None
            size_hw = sample.size_hw
            attributes |= dict(sample.attributes)
            found += relabelled_by(table, sample.annotations)
        read = Sample(frame_id, size_hw, tuple(found), state=SampleState.CORRECTED)
        read = replace(read, attributes=tuple(attributes.items()))
        return with_mark(read, on=not found)


def labels_in(
    theirs: Sequence[Label], ours: Sequence[Label]
) -> tuple[tuple[Label, ...], dict[int, int]]:
    """`ours` with those of `theirs` that were missing, and what each of their ids becomes.

    Where ours are no more than a background, theirs are taken over as they are.
    """
    is_new = all(is_background(label) for label in ours)
    has_zero = any(label.id == 0 for label in theirs)
    labels = tuple(theirs) if is_new and has_zero else merge(ours, theirs)
    ids = {matching_name(label): label.id for label in labels}
    own = background_of(labels)
    table = {IGNORE: IGNORE}
    for label in theirs:
        # Where id 0 is something else, there is no place for a background.
        nothing = IGNORE if own is None else own
        table[label.id] = nothing if is_background(label) else ids[matching_name(label)]
    return labels, table


def relabelled_by(table: dict[int, int], annotations: Iterable[Annotation]) -> list[Annotation]:
    """The annotations whose label has a place, in its new id."""
    return [replace(a, label_id=table[a.label_id]) for a in annotations if a.label_id in table]
