"""Remarks of a report as lines for a person: by kind with their number, and by picture."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from engine.formats.report import Remark, Report
from engine.words import counted

SHOWN = 200
"""Lines of one kind, where not all are wanted."""
_NOUNS = {"proposals": "proposal", "boxes": "box"}
_PLURALS = {"box": "boxes"}
_WHOLE = frozenset({"picture", "file", "folder", "label file", "label", "image", "category"})
"""What lies on no picture."""
_NUMBER = re.compile(r" \d+$")
"""Behind what is told by its place in a file: object 13."""


def total_lines(report: Report) -> list[str]:
    """What was left out and converted, by kind of object and reason."""
    lines: list[str] = []
    for title, remarks in (("Left out", report.skipped), ("Converted", report.converted)):
        lines += [f"{title}:", *(f"  {line}" for line in summary(remarks))] if remarks else []
    return lines or ["Nothing was left out or converted."]


def picture_lines(title: str, remarks: Iterable[Remark], most: int | None = None) -> list[str]:
    """The remarks under a title, by picture, in their order; nothing without any."""
    counts: dict[tuple[str, str, str], int] = {}
    for r in remarks:
        key = r.sample, r.what, r.why
        counts[key] = counts.get(key, 0) + r.count
    lines = [
        f"  {sample}: {_counted(what, count)}: {why}"
        for (sample, what, why), count in list(counts.items())[:most]
    ]
    more = len(counts) - len(lines)
    lines += [_more(more)] if more else []
    return ["", f"{title}:", *lines] if lines else []


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
        where = f" on {counted(len(pictures[what, why]), 'picture')}" if what not in _WHOLE else ""
        yield f"{_counted(what, count)}{where}: {why.rstrip('.')}"
    if len(counts) > SHOWN:
        yield _more(len(counts) - SHOWN).strip()


def _more(count: int) -> str:
    return f"  and {count:,} more; the report has them all"


def _counted(what: str, count: int) -> str:
    noun = _NOUNS.get(what, what)
    return counted(count, noun, _PLURALS.get(noun, "")) if count else what
