"""Decides what of a Sample is exported before any Format sees it: nothing false is written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.annotations.emptiness import EMPTY, is_marked_empty
from engine.errors import DatasetError
from engine.export.labels import LabelTable
from engine.export.options import ExportOptions, Unheld
from engine.formats.adapt import NO_AREA, cannot_hold
from engine.formats.lines import line_in
from engine.formats.registry import Carries
from engine.formats.report import Remark, Report
from engine.regions.masks import region_to_mask
from engine.values import IGNORE, Annotation, Box, Mask, Sample, word_for
from engine.words import counted

UNMARKED = "it has no objects: mark it as empty to export it"
UNHELD = "it holds what the format cannot"
IGNORED = "its pixels are marked as ignored"
ALL_LEFT_OUT = "none of its objects is exported"


class UnheldError(DatasetError):
    """Every picture was left out, some for objects that the Format has no place for."""


def is_unheld(remark: Remark) -> bool:
    """Whether a picture was left out for an object that the Format has no place for."""
    return remark.what == "picture" and remark.why.startswith(UNHELD)


def unheld_note(remarks: Iterable[Remark], carries: Carries) -> str:
    """How many pictures were left out for such objects, why, and what else may become of them."""
    reasons = Counter(r.why.removeprefix(f"{UNHELD}: ") for r in remarks if is_unheld(r))
    if not reasons:
        return ""
    switches = []
    if carries.ignored:
        switches.append("“ignore” marks the pixels of such objects as ignored")
    if carries.is_layered:
        switches.append("“without” leaves out only such objects, and says that nothing is there")
    pictures, why = counted(reasons.total(), "picture"), reasons.most_common(1)[0][0]
    how = f"; of Unfit objects (--unheld), {', '.join(switches)}" if switches else ""
    return f"{pictures} left out ({why}){how}."


@dataclass(frozen=True, slots=True)
class Preparation:
    """The Sample in the labels of the export, or None where its picture is left out."""

    options: ExportOptions
    table: LabelTable
    carries: Carries

    def of(self, sample: Sample, name: str, report: Report) -> Sample | None:
        """One Sample; the report gains what is left out, and why."""
        if sample.proposals:
            why = "nobody accepted or rejected them yet"
            report.skip(name, "proposals", why, len(sample.proposals))
        found = [self._one(a, sample, name, report) for a in sample.annotations]
        unheld = [why for _, why in found if why]
        if unheld and self.options.unheld is Unheld.LEAVE_OUT:
            report.skip(name, "picture", f"{UNHELD}: {unheld[0]}")
            for (annotation, why), before in zip(found, sample.annotations, strict=True):
                if annotation is not None or why:
                    report.skip(name, _kind(before), why or "its picture is left out")
            return None
        for (annotation, why), before in zip(found, sample.annotations, strict=True):
            if annotation is None and why:
                report.skip(name, _kind(before), why)
        # What is ignored for want of an outline lies below what was drawn.
        kept = [a for a, why in found if a is not None and why]
        kept += [a for a, why in found if a is not None and not why]
        if not kept and not self._may_be_empty(sample, name, report):
            return None
        attributes = tuple(pair for pair in sample.attributes if pair != EMPTY)
        return replace(sample, annotations=tuple(kept), proposals=(), attributes=attributes)

    def _one(
        self, annotation: Annotation, sample: Sample, name: str, report: Report
    ) -> tuple[Annotation | None, str]:
        """The annotation as it goes on, and why the Format cannot hold it as it is."""
        if annotation.label_id in self.table.left_out:
            report.skip(name, _kind(annotation), "its label is left out")
            return None, ""
        if not self.carries.lines and line_in(annotation.region) is not None:
            report.skip(name, _kind(annotation), NO_AREA)
            return None, ""
        known = annotation.label_id in self.table.ids
        label_id = self.table.ids.get(annotation.label_id, IGNORE)
        named = annotation
        if label_id != annotation.label_id:
            named = replace(annotation, label_id=label_id)
        numbers = range(len(self.table.labels))
        why = cannot_hold(named, self.carries, numbers)
        if not known:
            why = f"no label has the id {annotation.label_id}"
        if not why or self.options.unheld is Unheld.LEAVE_OUT:
            return named, why
        if self.options.unheld is Unheld.WITHOUT:
            return None, why
        return self._ignored(named, sample, name, report), why

    def _ignored(
        self, annotation: Annotation, sample: Sample, name: str, report: Report
    ) -> Annotation | None:
        region = annotation.region
        if (
            isinstance(region, Box)
            and Box not in self.carries.regions
            and Mask in self.carries.regions
        ):
            mask = region_to_mask(region, sample.size_hw)
            if mask is None:
                return None
            region = mask
        report.convert(name, _kind(annotation), IGNORED)
        z = min((a.z for a in sample.annotations), default=0) - 1
        return replace(annotation, region=region, label_id=IGNORE, z=z)

    def _may_be_empty(self, sample: Sample, name: str, report: Report) -> bool:
        if not self.carries.is_empty:
            report.skip(name, "picture", "this format has no place for one without objects")
            return False
        if self.options.unmarked_empty or is_marked_empty(sample):
            return True
        report.skip(name, "picture", ALL_LEFT_OUT if sample.annotations else UNMARKED)
        return False


def _kind(annotation: Annotation) -> str:
    return word_for(annotation.region)
