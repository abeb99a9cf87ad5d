"""Do images and labels belong together? Told from their names, and from what is in them.

With two sorted folders, one missing file shifts every answer by one and nobody notices: then most
labels are named like the image some lines further on, or fit it better.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.checks.content import SURE, Fit, compared, moved_stretches
from engine.formats.problem import Problem, Severity
from engine.formats.txt_list import ListEntry

_REACH = 5
_NUMBERS = re.compile(r"\d+")
_LEAST_RUN = 2
_MOSTLY = 0.9
SURE_OVER_NAMES = 8.0
"""Where names agree, what is in the files must say the contrary still more clearly."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """For each line, how many lines further on its label's image is; None where it is not near."""

    offsets: tuple[int | None, ...]


def pairing(images: Sequence[str], labels: Sequence[str]) -> Pairing | None:
    """How the stems of labels relate to those of images; None where they cannot be compared.

    Related are names of which one holds the other, with the same rest as most lines of the list
    (`a` and `a_mask`), or the same numbers.
    """
    count = len(images)
    kinds: Counter[Hashable] = Counter()
    for step in range(-_REACH, _REACH + 1):
        for i in range(max(0, -step), min(count, count - step)):
            kind = _relation(images[i + step], labels[i])
            if kind is not None:
                kinds[kind] += 1
    if not kinds:
        return None
    usual, _ = kinds.most_common(1)[0]
    offsets = tuple(_nearest(images, label, i, usual) for i, label in enumerate(labels))
    offsets = tuple(_past_the_ends(offsets))
    known = sum(offset is not None for offset in offsets)
    return Pairing(offsets) if 2 * known > count else None


def check_pairing(
    path: Path, entries: Sequence[ListEntry], fit: Fit | None = None
) -> Iterator[Problem]:
    """Runs of labels that belong to another line's image, and single ones that fit no image.

    Names and content each count for themselves; where they contradict, what is clearer does.
    """
    files = [e for e in entries if isinstance(e.label, Path)]
    labels = [e.label.stem for e in files if isinstance(e.label, Path)]
    found = pairing([e.image.stem for e in files], labels)
    by_name = [] if found is None else list(_named(path, files, found, fit))
    yield from by_name
    if fit is None or any(problem.code == "shifted" for problem in by_name):
        return
    agree = found is not None and sum(o == 0 for o in found.offsets) > _MOSTLY * len(files)
    yield from moved(
        str(path),
        [entries[int(i)].line for i in compared(len(entries))],
        fit,
        SURE_OVER_NAMES if agree else SURE,
    )


def moved(file: str, lines: Sequence[int], fit: Fit, sure: float = SURE) -> Iterator[Problem]:
    """Runs of samples whose labels fit the pictures of other lines better.

    `lines` are those of the samples that were compared, or 0 where there are none.
    """
    for run in moved_stretches(fit, sure):
        start = lines[run.start]
        place = "From here on" if start else f"From sample {run.start + 1} on"
        text = (
            f"{place}, about {run.end - run.start} labels fit the image {_where(run.offset)} "
            f"better than their own, judged by colors and edges ({run.score:.0f} standard errors)"
            ": a file is missing, or the order differs. Pair them anew."
        )
        yield Problem(file, start, "shifted", text)


def _named(
    path: Path, files: Sequence[ListEntry], found: Pairing, fit: Fit | None
) -> Iterator[Problem]:
    for start, end in _runs(found.offsets):
        offset, entry = found.offsets[start], files[start]
        if offset == 0:
            continue
        if offset is not None and (end - start >= _LEAST_RUN or end - start == len(files)):
            if fit is not None and fit.score(offset) < -SURE:
                text = (
                    f"From here on, {end - start} labels are named like the image "
                    f"{_where(offset)}, but fit their own: the names count differently."
                )
                yield Problem(str(path), entry.line, "names-differ", text, Severity.INFO)
                continue
            text = (
                f"From here on, {end - start} labels belong to the image {_where(offset)}: a file "
                "is missing in one of the two columns. Pair them by name."
            )
            yield Problem(str(path), entry.line, "shifted", text)
            continue
        for entry in files[start:end]:
            name = entry.label.name if isinstance(entry.label, Path) else entry.label
            text = f"{name} is not named like its image {entry.image.name}; correct the line."
            yield Problem(str(path), entry.line, "stem-mismatch", text)


def _where(offset: int) -> str:
    lines = f"{abs(offset)} line{'s' * (abs(offset) > 1)}"
    return f"{lines} further {'down' if offset > 0 else 'up'}"


def _relation(image: str, label: str) -> Hashable:
    """What has to be added to one name to get the other; or that their numbers agree."""
    for kind, short, long in (("image", image, label), ("label", label, image)):
        if short and short in long:
            before, _, after = long.partition(short)
            return kind, before, after
    numbers = _NUMBERS.findall(image)
    return "numbers" if numbers and numbers == _NUMBERS.findall(label) else None


def _nearest(images: Sequence[str], label: str, i: int, usual: Hashable) -> int | None:
    for step in sorted(range(-_REACH, _REACH + 1), key=abs):
        if 0 <= i + step < len(images) and _relation(images[i + step], label) == usual:
            return step
    return None


def _past_the_ends(offsets: Sequence[int | None]) -> Iterator[int | None]:
    """Labels at the ends of a shifted stretch, whose image would lie outside the list."""
    count = len(offsets)
    first = next((o for o in offsets if o is not None), 0)
    last = next((o for o in reversed(offsets) if o is not None), 0)
    for i, offset in enumerate(offsets):
        if offset is None and i + first < 0:
            yield first
        elif offset is None and i + last >= count:
            yield last
        else:
            yield offset


def _runs(offsets: Sequence[int | None]) -> Iterator[tuple[int, int]]:
    """Start and end of each stretch of equal offsets."""
    start = 0
    for i in range(1, len(offsets) + 1):
        if i == len(offsets) or offsets[i] != offsets[start]:
            yield start, i
            start = i
