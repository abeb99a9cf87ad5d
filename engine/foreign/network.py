"""A foreign network as a Model: it is fed as it wants, and its outputs are what its head says."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import WeightsError
from engine.foreign.head import Feed, Head
from engine.foreign.layouts import decode
from models.contract import Model, Output, RawTensors, Target

_LUMINANCE = 0.299, 0.587, 0.114
_KINDS = {"float32": torch.float32, "float16": torch.float16, "uint8": torch.uint8}
STOPPED = (
    torch.jit.Error, RuntimeError, ValueError, TypeError, LookupError, AttributeError,
)  # fmt: skip
"""What a program of somebody else's may end with."""
MOST_SAID = 200


class ForeignNet(Model):
    """A network that somebody brought, for pictures of one size.

    `content` is the bytes of its files, by their names, for a backend that reads them; `script` is
    the network itself where that is torch's. Either runs one picture at a time, as many files are
    exported for one.
    """

    def __init__(
        self,
        head: Head,
        feed: Feed,
        size_hw: tuple[int, int],
        content: Mapping[str, bytes],
        script: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.head, self.feed, self.size_hw = head, feed, size_hw
        self.content = content
        self.script = script

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> the parts that the head reads, each (N, ...)."""
        if self.script is None:
            raise WeightsError(
                "This network is no torch module: it runs as a whole.",
                hint="Choose weights of a model of Maskloop, which can be looked into.",
            )
        found = [run_script(self.script, fed(one[None], self.feed)) for one in batch]
        return joined([list(each.values()) for each in found], self.head)

    def outputs(self, raw: RawTensors) -> list[Output]:
        """What the head makes of the parts."""
        return decode(raw, self.head, self.size_hw)

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """None: it cannot be trained."""
        raise WeightsError(
            "Networks of other programs cannot be trained here.",
            hint="Train a model of Maskloop; what this one finds can be corrected and exported.",
        )


def fed(batch: Tensor, feed: Feed) -> Tensor:
    """A batch (1, 3, H, W) RGB -> the picture as the network takes it."""
    if feed.channels == 1:
        weights = torch.tensor(_LUMINANCE, device=batch.device).view(1, 3, 1, 1)
        batch = (batch * weights).sum(dim=1, keepdim=True)
    elif feed.is_bgr:
        batch = batch.flip(1)
    if feed.is_last:
        batch = batch.permute(0, 2, 3, 1)  # (1, H, W, 3)
    if feed.kind == "uint8":
        batch = batch.round().clamp(0, 255)
    return batch.to(_KINDS[feed.kind]).contiguous()


def run_script(script: nn.Module, batch: Tensor) -> dict[str, Tensor]:
    """The outputs of a TorchScript network by name, in its order.

    torchvision's detectors take a list of pictures (3, H, W). WeightsError says what the program
    says where it stops.
    """
    (first, *_) = arguments_of(script)
    takes_list = str(first.type) == "List[Tensor]"
    try:
        return flattened(script([batch[0]] if takes_list else batch))
    except (torch.OutOfMemoryError, torch.AcceleratorError):
        raise
    except STOPPED as error:
        said = [line.strip() for line in str(error).splitlines() if line.strip()]
        height, width = batch.shape[2:]
        raise WeightsError(
            f"The network does not run on this picture of {width} x {height} pixels.",
            hint=f"Perhaps it takes another input size. It says: {said[-1][:MOST_SAID]}",
        ) from error


def arguments_of(script: nn.Module) -> list[Any]:
    """What the program of a TorchScript network takes."""
    schema: Any = getattr(script.forward, "schema")  # noqa: B009 - torch does not declare it
    return list(schema.arguments[1:])


def flattened(value: Any, name: str = "output") -> dict[str, Tensor]:
    """All tensors inside lists and tables, by name."""
    if isinstance(value, Tensor):
        return {name: value}
    found: dict[str, Tensor] = {}
    if isinstance(value, Mapping):
        for key, each in value.items():
            found |= flattened(each, str(key))
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            inner = name if len(value) == 1 else f"{name}{index}"
            found |= flattened(each, inner)
    return found


def joined(pictures: Sequence[Sequence[Tensor]], head: Head) -> RawTensors:
    """The outputs of pictures that ran one by one -> the parts that the head reads, each (N, ...).

    Lists of different lengths are filled up with zeros, which score nothing.
    """
    parts = []
    for part in head.parts:
        if not all(part < len(outputs) for outputs in pictures):
            raise WeightsError(
                f"The network gave no output {part}.", hint="Add the file again: it has changed."
            )
        tensors = [outputs[part] for outputs in pictures]
        if head.layout == "lists" and _has_no_batch(pictures[0], head):
            tensors = [tensor[None] for tensor in tensors]
        parts.append(_stacked(tensors))
    return tuple(parts)


def _has_no_batch(outputs: Sequence[Tensor], head: Head) -> bool:
    """Whether lists begin with the boxes, and not with the picture."""
    return outputs[head.parts[0]].ndim == 2


def _stacked(tensors: Sequence[Tensor]) -> Tensor:
    """(1, M, ...) each -> (N, most, ...)."""
    if len({tensor.shape for tensor in tensors}) == 1 or tensors[0].ndim < 2:
        return torch.cat(list(tensors))
    most = max(tensor.shape[1] for tensor in tensors)
    filled = []
    for tensor in tensors:
        missing = tensor.new_zeros((1, most - tensor.shape[1], *tensor.shape[2:]))
        filled.append(torch.cat([tensor, missing], dim=1))
    return torch.cat(filled)
