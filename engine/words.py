"""Numbers in sentences."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 picture`, `2 pictures`, `1,200 pictures`; `plural` where an s is not enough."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
