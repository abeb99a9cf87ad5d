"""In which numbers a Run computes; parameters and optimizer stay float32 (mixed precision)."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal

import torch

from engine.errors import TrainingError

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


def autocast(device: torch.device, dtype: torch.dtype) -> AbstractContextManager[Any]:
    """Computes in this type where that is safe."""
    return nullcontext() if dtype is torch.float32 else torch.autocast(device.type, dtype)
