"""Numbers and names in sentences."""

from collections.abc import Collection
from difflib import get_close_matches


def closest(word: str, known: Collection[str]) -> str:
    """The known word that looks most like it; nothing where none does."""
    return next(iter(get_close_matches(word, known, n=1)), "")


def meant(word: str, known: Collection[str]) -> str:
    """`Did you mean unet32?`; nothing where no known word looks like it."""
    near = closest(word.lower(), known)
    return f"Did you mean {near}?" if near else ""


def noun_of(number: int, noun: str, plural: str = "") -> str:
    """`picture` for one, `pictures` for any other number; `plural` where an s is not enough."""
    return noun if number == 1 else plural or f"{noun}s"


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 picture`, `2 pictures`, `1,200 pictures`."""
    return f"{number:,} {noun_of(number, noun, plural)}"


def hours_minutes(seconds: float) -> tuple[int, int]:
    """A time as people say it in advance: to the minute below an hour, to ten minutes below ten
    hours, else to the hour. (0, 0) is less than a minute."""
    minutes = seconds / 60
    if minutes < 1:
        return 0, 0
    coarseness = 1 if minutes < 60 else 10 if minutes < 600 else 60
    hours, rest = divmod(round(minutes / coarseness) * coarseness, 60)
    return hours, rest


def time_left(seconds: float) -> str:
    """`about 12 min left`, `about 2 h 10 min left`, `less than a minute left`."""
    hours, minutes = hours_minutes(seconds)
    if not hours and not minutes:
        return "less than a minute left"
    parts = [f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0)
    return f"about {' '.join(parts)} left"
