"""A Dataset on disk, in whatever Format: opened at once, its Samples read when asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine import endings
from engine.formats.label_notes import NO_NOTES, LabelNotes
from engine.formats.report import Report
from engine.jobs import CancelToken, Progress, no_progress
from engine.values import Dataset, FrameId, Label, Sample, SampleState

SPLITS = ("train", "val", "test")
"""What the parts of a dataset are called."""
ORIGIN = "import"
"""The origin of annotations that were read from a dataset."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """`images` is where the pictures are, if that is not beside the labels. `reference` is the
    dataset that a file of results belongs to, if that is not beside it either.
    """

    images: Path | None = None
    reference: Path | None = None


@dataclass(frozen=True, eq=False)
class OpenDataset:
    """Labels and FrameIds in order are known; `read` gives one Sample and keeps nothing.

    `read` may be called from any thread, for any of the `frame_ids`, again and again; it raises
    only AppErrors, and notes in the report it is given what that Sample lost. `report` holds what
    was lost at opening. Samples have absolute paths and the state CORRECTED, or NEW where the
    layout says that nobody looked, annotations the origin "import" and ids of their own; a video's
    frames are FrameId(video, index). `splits` names the frames of train, val and test where the
    layout does. `is_layered` as in Carries: it tells
    objects apart, rather than giving each pixel a label. `knows_empty` is whether a picture without
    objects is one on which there are none; of a video's frame nobody says so, nor of the
    `unlabelled`, at which nobody looked. `is_predicted` is whether a model found the objects, and
    nobody has accepted them. `notes` are what it says of its labels beside names and colors. `seen`
    gives the label ids on a picture without its masks, where each pixel has one id: of a very large
    map they take far more memory than the map.
    """

    frame_ids: tuple[FrameId, ...]
    labels: tuple[Label, ...]
    read: Callable[[FrameId, Report], Sample]
    report: Report = field(default_factory=Report)
    splits: Mapping[str, tuple[FrameId, ...]] = field(default_factory=dict)
    is_layered: bool = True
    knows_empty: bool = True
    is_predicted: bool = False
    unlabelled: frozenset[FrameId] = frozenset()
    notes: LabelNotes = NO_NOTES
    seen: Callable[[FrameId], set[int]] | None = None

    @property
    def count(self) -> int:
        """Of how many frames it says something."""
        return len(self.frame_ids) - len(self.unlabelled)

    def says_empty(self, sample: Sample, report: Report) -> bool:
        """Whether it says that there is nothing on a picture that was read, and lost nothing."""
        is_said = self.knows_empty and not sample.frame_id.index and not self.is_predicted
        is_said = is_said and sample.state is not SampleState.NEW
        is_said = is_said and Path(sample.frame_id.path).suffix.lower() not in endings.VIDEOS
        return is_said and not sample.annotations and not report.skipped

    def dataset(
        self,
        report: Report,
        *,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
    ) -> Dataset:
        """Every Sample in memory; `report` gains what was lost."""
        report.add(self.report)
        samples: list[Sample] = []
        for done, frame_id in enumerate(self.frame_ids, start=1):
            if cancel is not None:
                cancel.check()
            samples.append(self.read(frame_id, report))
            progress(done, len(self.frame_ids), Path(frame_id.path).name)
        return Dataset(tuple(samples), self.labels)
