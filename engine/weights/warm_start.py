"""What a warm start took over: a plain value, known to those who never load a tensor."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class WarmStart:
    """What a warm start took over, by tensor name, and what it could not.

    `mapping` says in words where names differ, such as "features.* to encoder.features.*".
    `extra` are the file's names, all others the model's. `shapes` has, for each of `other_shape`,
    the model's and the file's.
    """

    matched: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    other_shape: tuple[str, ...]
    mapping: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)

    def shape_text(self, name: str) -> str:
        """The model's and the file's shape of a tensor of `other_shape`, as "5x512, not 9x512"."""
        return ", not ".join("x".join(map(str, shape)) for shape in self.shapes.get(name, ()))
