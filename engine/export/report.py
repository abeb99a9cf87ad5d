"""What came of an export, by picture and in total; written beside it for people and programs."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.export.prepare import is_unheld
from engine.export.verify import Verification
from engine.formats.open_dataset import SPLITS
from engine.formats.report import Remark, Report
from engine.words import noun_of

_NOUNS = {"proposals": "proposal", "boxes": "box"}
_NUMBER = re.compile(r" \d+$")
"""Behind what is told by its place in a file: object 13."""
_PLURALS = {"box": "boxes"}
SHOWN = 200


@dataclass(slots=True)
class Balance:
    """How many objects of each label, and on how many pictures, are in each split."""

    objects: Counter[tuple[str, str]] = field(default_factory=Counter)
    pictures: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, split: str, labels: Counter[str]) -> None:
        """Count one picture."""
        for label, count in labels.items():
            self.objects[split, label] += count
            self.pictures[split, label] += 1

    def rows(self) -> Iterator[dict[str, Any]]:
        """One for each label and split."""
        for split, label in sorted(self.objects):
            key = split, label
            yield {
                "split": split,
                "label": label,
                "objects": self.objects[key],
                "pictures": self.pictures[key],
            }


@dataclass(slots=True)
class ExportReport:
    """What came of an export.

    `written` counts the pictures, `counts` those of each split (of the first fold), `lists` are txt
    lists by split. `objects` says of each object what became of it, `verification` what was found
    in the folder afterwards.
    """

    folder: Path
    format: str
    format_text: str
    written: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    lists: dict[str, Path] = field(default_factory=dict)
    objects: Report = field(default_factory=Report)
    balance: Balance = field(default_factory=Balance)
    notes: list[str] = field(default_factory=list)
    verification: Verification = field(default_factory=Verification)

    @property
    def kept(self) -> int:
        """How many objects were written as they were."""
        return sum(self.objects.kept.values())

    @property
    def has_unheld(self) -> bool:
        """Whether pictures were left out for objects that the Format has no place for."""
        return any(is_unheld(remark) for remark in self.objects.skipped)

    @property
    def is_flawless(self) -> bool:
        """Whether everything was written and found again."""
        return self.verification.ok and not self.objects.skipped and not self.objects.converted

    @property
    def lines(self) -> list[str]:
        """The report for a person, without the part about each picture."""
        named = [name for name in _ordered(self.counts) if name]
        counts = ", ".join(f"{name} {self.counts[name]}" for name in named)
        head = f"Wrote {plural(self.written, 'picture')} as {self.format_text}"
        lines = [f"{head}: {counts}." if counts else f"{head}.", f"In {self.folder}"]
        lines += [self.verification.text, *self.notes]
        for title, remarks in (
            ("Left out", self.objects.skipped),
            ("Converted", self.objects.converted),
        ):
            found = list(summary(remarks))
            lines += [f"{title}:", *(f"  {line}" for line in found)] if found else []
        if not self.objects.skipped and not self.objects.converted:
            lines.append("Nothing was left out or converted.")
        return [*lines, *self._balance_lines()]

    @property
    def text(self) -> str:
        """All of it, with what became of each picture."""
        lines = self.lines
        for title, remarks in (
            ("Left out, by picture", self.objects.skipped),
            ("Converted, by picture", self.objects.converted),
            ("Not found again", self.verification.differences),
        ):
            if remarks:
                lines += ["", f"{title}:"]
                lines += _by_picture(remarks)
        return "".join(f"{line}\n" for line in lines)

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        by_sample: dict[str, dict[str, Any]] = defaultdict(
            lambda: {"kept": 0, "converted": [], "skipped": []}
        )
        for sample, count in self.objects.kept.items():
            by_sample[sample]["kept"] = count
        for key in ("converted", "skipped"):
            for remark in getattr(self.objects, key):
                row = {"what": remark.what, "why": remark.why, "count": remark.count}
                by_sample[remark.sample][key].append(row)
        return {
            "format": self.format,
            "pictures": self.written,
            "splits": dict(self.counts),
            "kept": self.kept,
            "converted": sum(r.count for r in self.objects.converted),
            "skipped": sum(r.count for r in self.objects.skipped if r.what != "picture"),
            "verification": asdict(self.verification) | {"ok": self.verification.ok},
            "notes": self.notes,
            "balance": list(self.balance.rows()),
            "samples": [{"sample": name, **by_sample[name]} for name in sorted(by_sample)],
        }

    def _balance_lines(self) -> list[str]:
        objects, pictures = self.balance.objects, self.balance.pictures
        names = [name for name in _ordered(self.counts) if name]
        if not names or not objects:
            return []
        lines = ["Objects by label:"]
        for label in sorted({label for _, label in objects}):
            cells = [
                f"{name} {objects[name, label]} on {plural(pictures[name, label], 'picture')}"
                for name in names
            ]
            lines.append(f"  {label}: {', '.join(cells)}")
        return lines


def _by_picture(remarks: Iterable[Remark]) -> Iterator[str]:
    """A line for each picture, kind of object and reason, in their order."""
    counts: dict[tuple[str, str, str], int] = {}
    for r in remarks:
        key = r.sample, r.what, r.why
        counts[key] = counts.get(key, 0) + r.count
    for (sample, what, why), count in counts.items():
        yield f"  {sample}: {_counted(what, count)}: {why}"


def summary(remarks: Iterable[Remark]) -> Iterator[str]:
    """A line for each kind of object and reason, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    pictures: dict[tuple[str, str], set[str]] = defaultdict(set)
    for remark in remarks:
        what = _NUMBER.sub("", remark.what)
        key = _NOUNS.get(what, what), remark.why
        counts[key] += remark.count
        pictures[key].add(remark.sample)
    for (what, why), count in counts.most_common(SHOWN):
        where = f" on {plural(len(pictures[what, why]), 'picture')}" if what != "picture" else ""
        yield f"{_counted(what, count)}{where}: {why}"
    if len(counts) > SHOWN:
        yield f"and {len(counts) - SHOWN} more; report.txt has them all"


def plural(count: int, noun: str) -> str:
    """The count with its noun: 1 box, 2 boxes."""
    return f"{count} {noun_of(count, noun, _PLURALS.get(noun, ''))}"


def _counted(what: str, count: int) -> str:
    return plural(count, _NOUNS.get(what, what)) if count else what


def _ordered(counts: Iterable[str]) -> list[str]:
    """Splits in their usual order."""
    return sorted(counts, key=lambda n: (SPLITS.index(n) if n in SPLITS else len(SPLITS), n))
