"""What an Edit draws with a label that is not there, and the same with one that is."""

from collections.abc import Collection
from dataclasses import replace

from engine.annotations.edits import Edit
from engine.values import IGNORE, Annotation, Sample


def adds_unknown(edit: Edit, sample: Sample, label_ids: Collection[int]) -> bool:
    """Whether the Edit adds an object to the Sample whose label is none of these."""
    return bool(_unknown(sample, edit(sample), label_ids))


def drawn(edit: Edit, sample: Sample) -> tuple[Annotation, ...]:
    """What the Edit adds; nothing where it takes something away, as a split does."""
    after = edit(sample)
    old = {a.id for a in (*sample.annotations, *sample.proposals)}
    there = {a.id for a in (*after.annotations, *after.proposals)}
    new = tuple(a for a in after.annotations if a.id not in old)
    return new if old <= there else ()


def with_label(edit: Edit, label_id: int, label_ids: Collection[int]) -> Edit:
    """The Edit, with this label for what it adds whose label is none of `label_ids`."""

    def change(sample: Sample) -> Sample:
        after = edit(sample)
        unknown = _unknown(sample, after, label_ids)
        named = (replace(a, label_id=label_id) if a.id in unknown else a for a in after.annotations)
        return replace(after, annotations=tuple(named)) if unknown else after

    return Edit(edit.text, change)


def _unknown(before: Sample, after: Sample, label_ids: Collection[int]) -> set[str]:
    old = {a.id for a in (*before.annotations, *before.proposals)}
    known = {*label_ids, IGNORE}
    return {a.id for a in after.annotations if a.id not in old and a.label_id not in known}
