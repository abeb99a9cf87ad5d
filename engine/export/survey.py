"""The first look at all samples: which are exported, how large they are, and what is alike."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import numpy as np

from engine.errors import AppError, SourceError
from engine.export.duplicates import SIDE, Fingerprint
from engine.export.options import ExportOptions, Pictures
from engine.export.pictures import PictureReader, stamp
from engine.export.prepare import Preparation
from engine.export.staging import Stage
from engine.formats.open_dataset import OpenDataset
from engine.formats.report import Report
from engine.sources.frame_reader import is_video_frame
from engine.values import FrameId, Sample


@dataclass(frozen=True, slots=True)
class Chosen:
    """A frame that is exported. `stamp` is empty where its picture is not there."""

    frame_id: FrameId
    name: str
    size_hw: tuple[int, int]
    stamp: str
    bytes: int = 0


@dataclass(slots=True)
class Surveyor:
    """Looks at frames one by one."""

    source: OpenDataset
    options: ExportOptions
    preparation: Preparation
    reader: PictureReader
    stage: Stage
    report: Report
    others: int = 0
    marked_empty: int = 0

    def look(self, frame_id: FrameId, name: str) -> tuple[Chosen, Fingerprint | None] | None:
        """A frame with its fingerprint; None where it is left out, which the report says."""
        read, prepared = Report(), Report()
        try:
            sample = self.source.read(frame_id, read)
        except AppError as error:
            self.report.skip(name, "picture", error.message)
            return None
        if sample.state not in self.options.states:
            self.others += 1
            return None
        try:
            found = self._looked_at(sample, frame_id)
        except SourceError as error:
            self.report.skip(name, "picture", error.message)
            return None
        chosen = Chosen(frame_id, name, *found[:2], found[2])
        exported = self.preparation.of(with_size(sample, chosen), name, prepared)
        if exported is None:
            self.report.skipped += renamed(read, name).skipped + prepared.skipped
            return None
        self.marked_empty += not exported.annotations
        return chosen, found[3]

    def _looked_at(
        self, sample: Sample, frame_id: FrameId
    ) -> tuple[tuple[int, int], str, int, Fingerprint | None]:
        """Size, stamp, bytes and fingerprint of the picture, as far as they are needed."""
        wants_print = self._wants_print and not is_video_frame(frame_id)
        try:
            key = stamp(frame_id)
        except SourceError:
            is_referred = self.options.pictures is Pictures.REFER
            if is_referred and not self.options.is_transforming and sample.size_hw != (0, 0):
                return sample.size_hw, "", 0, None
            raise
        known = self.stage.known(key)
        if known is not None and (found := _remembered(known, wants_print=wants_print)):
            size_hw, print_ = found
        else:
            size_hw = self.reader.size_hw(frame_id)
            print_ = self.reader.fingerprint(frame_id) if wants_print else None
            if wants_print or is_video_frame(frame_id):
                text = "" if print_ is None else print_.tobytes().hex()
                self.stage.note(key, {"size": list(size_hw), "print": text})
        return size_hw, key, os.stat(frame_id.path).st_size, print_

    @property
    def _wants_print(self) -> bool:
        split = self.options.split
        return split is not None and split.is_divided and split.by_likeness


def names_of(frames: Sequence[FrameId]) -> list[str]:
    """How the report calls each frame: its path below the folder that has them all."""
    folders = {os.path.dirname(frame.path) for frame in frames}
    try:
        common = os.path.commonpath(folders) if folders else ""
    except ValueError:  # several drives, or relative ones too
        common = ""
    start = len(common.rstrip("/\\")) + 1 if common else 0
    return [
        PurePath(f.path[start:]).as_posix() + (f", frame {f.index}" if f.index else "")
        for f in frames
    ]


def renamed(report: Report, name: str) -> Report:
    """The same report about one Sample under this name."""
    found = Report(notes=report.notes)
    for remark in report.converted:
        found.convert(name, remark.what, remark.why, remark.count)
    for remark in report.skipped:
        found.skip(name, remark.what, remark.why, remark.count)
    if count := sum(report.kept.values()):
        found.keep(name, count)
    return found


def with_size(sample: Sample, chosen: Chosen) -> Sample:
    """The Sample at its picture's size."""
    return replace(sample, size_hw=chosen.size_hw)


def _remembered(
    known: dict[str, Any], *, wants_print: bool
) -> tuple[tuple[int, int], Fingerprint | None] | None:
    """What the journal of an earlier try says; None where it lacks what is wanted, or is odd."""
    try:
        height, width = (int(n) for n in known["size"])
        text = bytes.fromhex(known["print"])
        if not wants_print:
            return (height, width), None
        return (height, width), np.frombuffer(text, np.uint8).reshape(SIDE, SIDE)
    except (KeyError, ValueError, TypeError):
        return None


def suffix_of(frame_id: FrameId, *, is_anew: bool) -> str:
    """How the exported picture's name ends; what is written anew is PNG, or JPEG where it was."""
    own = os.path.splitext(frame_id.path)[1]
    if not is_anew:
        return own
    return own if own.lower() in (".jpg", ".jpeg") else ".png"
