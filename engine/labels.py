"""Which Label is the background: the one place that decides it."""

from collections.abc import Sequence

from engine.values import Label

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


def matching_name(label: Label) -> str:
    """What two Labels share that are the same thing: a name in any case, or being background."""
    return BACKGROUND.name if is_background(label) else label.name.strip().casefold()
