"""Pictures whose labels say that there is nothing, while a Model sees many objects."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from engine.formats.problem import Severity

MANY = 3
"""A Model may be wrong about one object or two."""

CountObjects = Callable[[NDArray[np.uint8]], int]
"""How many objects a Model surely sees in (H, W, 3) RGB."""


def overlooked(
    name: str, pixels: NDArray[np.uint8], count_objects: CountObjects | None
) -> Iterator[tuple[str, str, Severity]]:
    """A finding for a picture without objects, if the Model sees many."""
    count = count_objects(pixels) if count_objects else 0
    if count >= MANY:
        text = f"{name} has no objects, but the weights see {count}; look whether it was labelled."
        yield "empty-but-seen", text, Severity.INFO
