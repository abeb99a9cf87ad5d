"""The labels of an export: chosen, renamed, merged, and numbered without gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.errors import ConfigError
from engine.export.options import LabelChoice
from engine.labels import BACKGROUND, background_of, is_background, name_of, same_names
from engine.values import IGNORE, Label

MOST = IGNORE
"""How many labels there can be."""


@dataclass(frozen=True, slots=True)
class LabelTable:
    """The labels as exported, and what each id becomes; the ids that are `left_out` become nothing.

    An id that is in neither has no label.
    """

    labels: tuple[Label, ...]
    ids: dict[int, int]
    left_out: frozenset[int] = frozenset()


def table_of(labels: Sequence[Label], choice: LabelChoice) -> LabelTable:
    """Ids in the labels' order: from 0 where they have no background, else from 1 behind it.

    ConfigError for a choice that names labels there are not.
    """
    _check(labels, choice)
    found: list[Label] = []
    has_background = background_of(labels) is not None
    if has_background:
        found.append(next((label for label in labels if is_background(label)), BACKGROUND))
    numbers = {name_of(label): number for number, label in enumerate(found)}
    ids, left_out = {IGNORE: IGNORE}, set()
    if has_background:
        ids[found[0].id] = 0
    for label in labels:
        if label.name in choice.left_out:
            left_out.add(label.id)
            continue
        if label.name in choice.ignored:
            ids[label.id] = IGNORE
            continue
        named = replace(label, name=choice.names.get(label.name, label.name).strip() or label.name)
        name = name_of(named)
        if label.name in choice.names:  # What a person has typed means a label that is there.
            name = same_names((name,), numbers).get(name, name)
        number = numbers.setdefault(name, len(found))
        if number == len(found):
            if number >= MOST:
                hint = "Merge some of them, or leave some out."
                raise ConfigError(f"There are more than {MOST} labels.", hint=hint)
            found.append(replace(named, id=number))
        ids[label.id] = number
    return LabelTable(tuple(found), ids, frozenset(left_out - ids.keys()))


def _check(labels: Sequence[Label], choice: LabelChoice) -> None:
    known = {label.name for label in labels}
    unknown = sorted((choice.names.keys() | choice.left_out | choice.ignored) - known)
    if unknown:
        raise ConfigError(
            f"There is no label {unknown[0]}.",
            hint=f"The labels are {', '.join(sorted(known)) or 'none'}.",
        )
