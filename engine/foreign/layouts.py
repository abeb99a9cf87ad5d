"""What a foreign network's outputs mean, by the layout that its head names."""

from collections.abc import Sequence

from torch import Tensor

from engine.errors import WeightsError
from engine.foreign import boxes, maps, shapes
from engine.foreign.head import Head
from engine.foreign.layout_names import LAYOUTS
from models.contract import Output


def decode(parts: Sequence[Tensor], head: Head, size_hw: tuple[int, int]) -> list[Output]:
    """The parts that a head reads, each (N, ...) -> one Output a picture, in pixels of the input.

    WeightsError where they do not fit the head.
    """
    decoders = {**boxes.DECODERS, **shapes.DECODERS, **maps.DECODERS}
    try:
        return decoders[head.layout](parts, head, size_hw)
    except (IndexError, RuntimeError, ValueError) as error:
        sizes = " and ".join(str(tuple(tensor.shape)) for tensor in parts)
        raise WeightsError(
            f"The network gave {sizes}, which is not: {LAYOUTS[head.layout].text}.",
            hint="Choose another kind of head.",
        ) from error
