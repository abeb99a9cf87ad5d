"""A picture with its mirror image around it, for networks that look beyond the border."""

import torch
from torch import Tensor


def mirror_pad(batch: Tensor, padding: tuple[int, int, int, int]) -> Tensor:
    """Batch (N, C, H, W) padded by (left, right, top, bottom) with its mirror image.

    As torch's padding "reflect", which the border pixel does not repeat; but where that stops at
    the picture's size, the picture is mirrored again, so any padding fits any picture.
    """
    left, right, top, bottom = padding
    rows = _mirrored(int(batch.shape[2]), top, bottom, batch.device)
    columns = _mirrored(int(batch.shape[3]), left, right, batch.device)
    return batch.index_select(2, rows).index_select(3, columns)


def _mirrored(length: int, before: int, after: int, device: torch.device) -> Tensor:
    """Where each padded place comes from: 2 1 | 0 1 2 3 | 2 1 0 1 ..."""
    period = max(1, 2 * (length - 1))
    place = torch.arange(-before, length + after, device=device).remainder(period)
    return torch.minimum(place, period - place)  # (before + length + after,)
