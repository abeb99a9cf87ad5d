"""The input's size among the raw tensors, for networks whose boxes depend on it.

It is told by the tensors' lengths: numbers would be rounded by a backend of half precision.
"""

from torch import Tensor


def size_tensors(batch: Tensor) -> tuple[Tensor, Tensor]:
    """Batch (N, C, H, W) -> two tensors (N, H) and (N, W)."""
    return batch[:, 0, :, 0], batch[:, 0, 0, :]


def told_size(tensors: tuple[Tensor, ...]) -> tuple[int, int]:
    """The two tensors (N, H) and (N, W) -> (H, W)."""
    height, width = tensors
    return height.shape[1], width.shape[1]
