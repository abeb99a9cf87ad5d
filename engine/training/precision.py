"""In which numbers a Run computes; parameters and optimizer stay float32 (mixed precision)."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Literal

import torch
from torch.overrides import TorchFunctionMode

from engine.errors import TrainingError

_CONVOLUTIONS = (torch.conv2d, torch.conv_transpose2d)

Precision = Literal["auto", "float32", "bfloat16", "float16"]


def dtype_of(precision: Precision, device: torch.device) -> torch.dtype:
    """The type to multiply in. "auto" is bfloat16, but on a processor without instructions for it
    (for a Run on one, `engine.training.measured_precision` has chosen before).

    TrainingError for float16 without CUDA.
    """
    if precision == "float16" and device.type != "cuda":
        raise TrainingError(
            f"precision float16 needs a CUDA device, not {device}.",
            hint="Choose auto: it is as fast here.",
        )
    if precision == "auto":
        is_fast = has_bfloat16() if device.type == "cpu" else True
        return torch.bfloat16 if is_fast else torch.float32
    dtype: torch.dtype = getattr(torch, precision)
    return dtype


def has_bfloat16() -> bool:
    """Whether this processor has instructions for bfloat16."""
    ask = getattr(torch.cpu, "get_capabilities", None)
    return ask is None or any(has for name, has in ask().items() if name.endswith("bf16"))


@contextmanager
def autocast(device: torch.device, dtype: torch.dtype) -> Iterator[None]:
    """Computes in this type where that is safe; on a CPU depthwise convolutions in float32, which
    has a fast way for them where bfloat16 has none."""
    if dtype is torch.float32:
        yield
        return
    depthwise = _DepthwiseInFloat32() if device.type == "cpu" else nullcontext()
    with torch.autocast(device.type, dtype), depthwise:
        yield


class _DepthwiseInFloat32(TorchFunctionMode):
    """Takes convolutions of one channel at a time out of autocast, whatever the network."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func not in _CONVOLUTIONS or not torch.is_autocast_enabled("cpu"):
            return func(*args, **kwargs)
        groups = kwargs.get("groups", args[6] if len(args) > 6 else 1)  # of both the seventh
        if groups == 1 or groups != args[0].shape[1]:
            return func(*args, **kwargs)
        with torch.autocast("cpu", enabled=False):
            found = func(*(_float(each) for each in args), **kwargs)
        return found.to(torch.get_autocast_dtype("cpu"))


def _float(argument: Any) -> Any:
    return argument.float() if isinstance(argument, torch.Tensor) else argument
