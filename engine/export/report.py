"""What came of an export, by picture and in total; written beside it for people and programs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.export.prepare import is_unheld
from engine.export.verify import Verification
from engine.formats.open_dataset import SPLITS
from engine.formats.remarks import picture_lines, total_lines
from engine.formats.report import Report
from engine.words import counted


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
        head = f"Wrote {counted(self.written, 'picture')} as {self.format_text}"
        lines = [f"{head}: {counts}." if counts else f"{head}.", f"In {self.folder}"]
        lines += [self.verification.text, *self.notes]
        return [*lines, *total_lines(self.objects), *self._balance_lines()]

    @property
    def text(self) -> str:
        """All of it, with what became of each picture."""
        lines = self.lines
        for title, remarks in (
            ("Left out, by picture", self.objects.skipped),
            ("Converted, by picture", self.objects.converted),
            ("Not found again", self.verification.differences),
        ):
            lines += picture_lines(title, remarks)
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
                f"{name} {objects[name, label]} on {counted(pictures[name, label], 'picture')}"
                for name in names
            ]
            lines.append(f"  {label}: {', '.join(cells)}")
        return lines


def _ordered(counts: Iterable[str]) -> list[str]:
    """Splits in their usual order."""
    return sorted(counts, key=lambda n: (SPLITS.index(n) if n in SPLITS else len(SPLITS), n))
