"""Numbers in sentences."""


def noun_of(number: int, noun: str, plural: str = "") -> str:
    """`picture` for one, `pictures` for any other number; `plural` where an s is not enough."""
    return noun if number == 1 else plural or f"{noun}s"


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 picture`, `2 pictures`, `1,200 pictures`."""
    return f"{number:,} {noun_of(number, noun, plural)}"
