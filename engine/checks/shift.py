"""Do images and labels belong together? Told from how their names relate over the whole list.

With two sorted folders, one missing file shifts every answer by one and nobody notices: then most
labels are named like the image some lines further on.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.formats.problem import Problem
from engine.formats.txt_list import ListEntry

_REACH = 5
_NUMBERS = re.compile(r"\d+")
_LEAST_RUN = 2


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


def check_pairing(path: Path, entries: Sequence[ListEntry]) -> Iterator[Problem]:
    """Runs of labels that belong to another line's image, and single ones that fit no image."""
    files = [e for e in entries if isinstance(e.label, Path)]
    labels = [e.label.stem for e in files if isinstance(e.label, Path)]
    found = pairing([e.image.stem for e in files], labels)
    if found is None:
        return
    for start, end in _runs(found.offsets):
        offset, entry = found.offsets[start], files[start]
        if offset == 0:
            continue
        if offset is not None and (end - start >= _LEAST_RUN or end - start == len(files)):
            where = f"{abs(offset)} line{'s' * (abs(offset) > 1)}"
            where += " further down" if offset > 0 else " further up"
            text = (
                f"From here on, {end - start} labels belong to the image {where}: a file is "
                "missing in one of the two columns. Pair them by name."
            )
            yield Problem(str(path), entry.line, "shifted", text)
            continue
        for entry in files[start:end]:
            name = entry.label.name if isinstance(entry.label, Path) else entry.label
            text = f"{name} is not named like its image {entry.image.name}; correct the line."
            yield Problem(str(path), entry.line, "stem-mismatch", text)


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
