"""Labels that a file tells apart by an id and calls alike: they stay apart, and that is told."""

from collections.abc import Mapping
from typing import TypeVar

from engine.formats.report import Remark

Key = TypeVar("Key")

LABEL = "label"
"""What such a remark is about."""


def told_apart(
    names: Mapping[Key, str], where: str, known: Mapping[str, Key] | None = None
) -> tuple[dict[Key, str], tuple[Remark, ...]]:
    """The names by their ids, none of them twice, and what is to be told of that file.

    The first of a name keeps it, or the one that is `known` from other files of the dataset; each
    other one has its id behind it.
    """
    taken, first = set(names.values()), dict(known or {})
    found: dict[Key, str] = {}
    remarks: list[Remark] = []
    for key, name in names.items():
        found[key] = name
        if first.setdefault(name, key) == key:
            continue
        while found[key] in taken:
            found[key] = f"{found[key]} ({key})"
        taken.add(found[key])
        why = f"{first[name]} and {key} are both called “{name}”: {key} is read as “{found[key]}”"
        remarks.append(Remark(where, LABEL, why, 0))
    return found, tuple(remarks)
