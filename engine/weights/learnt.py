"""What weights have learned, as their card counts it, in words."""

from collections.abc import Collection, Mapping


def learnt_text(
    trained: Mapping[str, int], not_learnt: Collection[str], words: str = "Not learnt"
) -> str:
    """The labels with how often the training list holds them, most first; then those it lacks,
    behind `words`. Nothing where a card does not count."""
    found = sorted(trained.items(), key=lambda item: -item[1])
    parts = [", ".join(f"{name} {count}" for name, count in found if count)]
    if not_learnt:
        parts.append(f"{words}: {', '.join(not_learnt)}")
    return ". ".join(part for part in parts if part)
