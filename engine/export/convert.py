"""Labels in one Format -> a folder in another, as the command line asks for it."""

import dataclasses
from pathlib import Path
from typing import TypeVar

from engine.annotations.emptiness import with_mark
from engine.errors import ConfigError
from engine.export.export import export
from engine.export.options import ExportOptions, Pictures, Split, Unheld
from engine.export.report import ExportReport
from engine.formats import registry
from engine.formats.open_dataset import OpenDataset
from engine.formats.report import Report
from engine.jobs import CancelToken, Progress, no_progress
from engine.look import LabelsAt
from engine.unknown_files import unknown
from engine.values import FrameId, Sample, SampleState

Word = TypeVar("Word", Pictures, Unheld)


def options_of(
    to: str, *, pictures: str = "copy", unheld: str = "leave_out", split: str = "", replace: bool
) -> ExportOptions:
    """Options from words. ConfigError for a word that means nothing."""
    if not to:
        names = [name for name in registry.names() if registry.get(name).writer is not None]
        hint = f"Name one with --to: {', '.join(names)}."
        raise ConfigError("No format to write is named.", hint=hint)
    return ExportOptions(
        registry.get(to).name,
        states=frozenset(SampleState),
        pictures=_word(Pictures, pictures),
        unheld=_word(Unheld, unheld),
        split=_split(split) if split else None,
        replace=replace,
    )


def _word(kind: type[Word], text: str) -> Word:
    try:
        return kind(text)
    except ValueError as error:
        hint = f"Choose one of {', '.join(kind)}."
        raise ConfigError(f"“{text}” is none of these.", hint=hint) from error


def _split(text: str) -> Split:
    try:
        train, val, test = (float(part) for part in text.split(","))
    except ValueError as error:
        hint = "Give three shares that add up to 1, as 0.8,0.1,0.1."
        raise ConfigError(f"The split {text} cannot be read.", hint=hint) from error
    return Split((train, val, test))


def convert(
    source: Path,
    target: Path,
    options: ExportOptions,
    *,
    from_: str = "",
    images: Path | None = None,
    reference: Path | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Read labels, in a named Format or the surest one, and write them in another.

    Where a Format lists pictures without objects, they are without objects in the other one.
    `reference` is the dataset that a file of results belongs to.
    """
    layout, *others = [registry.get(from_)] if from_ else registry.recognised(source) or [None]
    if layout is None:
        raise unknown(source)
    if layout.open is None:
        hint = "Choose another format with --from."
        raise ConfigError(f"{layout.text} cannot be read.", hint=hint)
    opened = LabelsAt(layout.name, str(source)).open(images, reference)
    if reference is not None and not opened.is_predicted:
        raise ConfigError(
            f"{source.name} names its own pictures and labels.",
            hint="Leave out --reference: only a file of COCO results needs it.",
        )
    report = export(_saying_empty(opened), target, options, progress=progress, cancel=cancel)
    if names := ", ".join(other.name for other in others if other is not None):
        note = f"Read as {layout.name}; --from reads what else is there ({names})."
        report.notes.append(note)
    return report


def _saying_empty(opened: OpenDataset) -> OpenDataset:
    def read(frame_id: FrameId, report: Report) -> Sample:
        own = Report()
        sample = opened.read(frame_id, own)
        report.add(own)
        return with_mark(sample, on=opened.says_empty(sample, own))

    return dataclasses.replace(opened, read=read)
