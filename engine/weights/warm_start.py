"""What a warm start took over: a plain value, known to those who never load a tensor."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WarmStart:
    """What a warm start took over, by tensor name, and what it could not."""

    matched: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    other_shape: tuple[str, ...]
