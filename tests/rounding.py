"""Whether two ways to compute the same numbers agree but for rounding.

Each processor adds in an order of its own: by eight numbers with AVX2, by sixteen with AVX-512, in
tiles with AMX, in parts by threads. Each order rounds otherwise, by some units in the last place of
the numbers added, which can be far larger than their sum. So a difference is measured by the
largest value of the whole answer and by the arithmetic; a fixed number would fit values of one
size, on one processor.

Where two networks are said to be the same function, both run `in_double`: there a mistake is a
million times what rounding does.
"""

import copy
from typing import Any

import torch
from torch import nn

from engine.backends.backend import Backend

SHALLOW = 100
"""Units in the last place of the largest value that a few layers may differ by: ten are seen."""
DEEP = 1_000_000
"""The same of whole networks in float64, 2e-10 of the values. Every layer enlarges what those
before it rounded: by ten thousand in a hundred layers of random weights."""

ONE_LAYER = 2
"""The same of a single small layer in a backend's arithmetic, which may be bfloat16: half a unit
each for the picture, the weights and the answer, as sums are kept in float32."""
_ARITHMETIC = {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}


def arithmetic_of(backend: Backend) -> torch.dtype:
    """What a backend computes in on this processor: bfloat16 where that is faster."""
    return _ARITHMETIC[backend.device_text.split(", ")[-1]]


def in_double(module: nn.Module) -> Any:
    """A copy of the network that computes in float64."""
    return copy.deepcopy(module).double()


def assert_rounding_only(
    actual: Any, expected: Any, roundings: int = SHALLOW, *, computed_in: torch.dtype | None = None
) -> None:
    """Fail where two tensors, or arrays, differ by more than so many roundings.

    They were computed in the coarser of their two types, unless that is told.
    """
    pair = [torch.as_tensor(each).detach() for each in (actual, expected)]
    assert pair[0].shape == pair[1].shape
    kinds = [computed_in] if computed_in else [each.dtype for each in pair]
    found, wanted = (each.double() for each in pair)
    unit = max(torch.finfo(kind).eps for kind in kinds) * float(wanted.abs().max())
    off = float((found - wanted).abs().max())
    assert off <= roundings * unit, f"{off:.3g} off, {off / unit:.0f} roundings of {unit:.3g}"
