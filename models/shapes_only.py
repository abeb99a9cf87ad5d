"""Networks of shapes without numbers: to count parameters and compare names, at no cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class _Unfilled(TorchFunctionMode):
    """Skips random numbers, which the meta device works out step by step in Python."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in (torch.Tensor.normal_, torch.Tensor.uniform_):
            return args[0]
        return func(*args, **(kwargs or {}))


@contextmanager
def shapes_only() -> Iterator[None]:
    """What is built in here allocates no memory: its tensors are on the meta device."""
    with torch.device("meta"), _Unfilled():
        yield
