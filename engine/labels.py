"""Which Label is the background, and which ids are free: the one place that decides it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from engine.errors import ProjectError
from engine.values import IGNORE, Label

BACKGROUND = Label(0, "background", (0, 0, 0))
"""Id 0 where nobody named it."""

_NAMES = frozenset({"background", "bg"})


def is_background(label: Label) -> bool:
    """Whether this Label says that nothing is there.

    Id 0 is background. A dataset without a background names id 0 itself (CamVid's Sky), so it
    counts only under a background's name: `background` or `bg`, in capitals or not, with or without
    underscores around it (VOC's `__background__`). Any other id is an object whatever its name, and
    so is a longer name (`background clutter`). Void or ignore is no background either: it says that
    nobody knows, not that nothing is there.
    """
    return label.id == 0 and label.name.strip().strip("_").casefold() in _NAMES


def background_of(labels: Sequence[Label]) -> int | None:
    """The id that is background among these labels: 0 unless they name it otherwise, then None.

    Labels that say nothing of id 0, as a detector's, which count from 1, leave it the background.
    """
    is_named_otherwise = any(label.id == 0 and not is_background(label) for label in labels)
    return None if is_named_otherwise else BACKGROUND.id


def with_background(labels: Sequence[Label]) -> tuple[Label, ...]:
    """The labels, with a background first where none of them has the id 0."""
    has_first = any(label.id == 0 for label in labels)
    return tuple(labels) if has_first else (BACKGROUND, *labels)


def name_of(label: Label) -> str:
    """What a Label is called, the background the same under all its names."""
    return BACKGROUND.name if is_background(label) else label.name.strip()


def same_names(theirs: Iterable[str], ours: Iterable[str]) -> dict[str, str]:
    """What each of these names is called among ours; those that ours lack are missing.

    Capitals make no difference, unless a side has two names that differ in nothing else, such as
    the letters "a" and "A": there they are told apart.
    """
    ours, theirs = dict.fromkeys(ours), dict.fromkeys(theirs)
    mine, alike = _by_letters(ours), _by_letters(theirs)
    found = {name: name for name in theirs if name in ours}
    for letters, names in alike.items():
        if len(names) == len(mine[letters]) == 1:
            found.setdefault(names[0], mine[letters][0])
    return found


def same_labels(theirs: Iterable[Label], ours: Iterable[Label]) -> dict[int, Label]:
    """The one of ours that each of these Labels is, by its id; see `same_names`."""
    names = {label.id: name_of(label) for label in theirs}
    by_name: dict[str, Label] = {}
    for label in ours:
        by_name.setdefault(name_of(label), label)
    found = same_names(names.values(), by_name)
    return {number: by_name[found[name]] for number, name in names.items() if name in found}


def _by_letters(names: Iterable[str]) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        found[name.casefold()].append(name)
    return found


def matching_name(label: Label) -> str:
    """The name in small letters, for what is looked for by a person or compared across models."""
    return name_of(label).casefold()


def lowest_free(taken: Collection[int]) -> int:
    """The lowest id from 1 on that is none of these. ProjectError where all are."""
    free = next((number for number in range(1, IGNORE) if number not in taken), None)
    if free is None:
        raise too_many_labels()
    return free


def too_many_labels() -> ProjectError:
    """Why there is no room for one more: what is ignored, too, has to fit into a byte."""
    hint = "Delete a label that is not in use, or merge some."
    return ProjectError(f"A project has at most {IGNORE - 1} labels.", hint=hint)
