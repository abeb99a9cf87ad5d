"""Frames made into a network's input on its own device, as `engine.preprocess` does on the CPU.

A frame goes up once, as it is: a quarter of the bytes of an input in float32. Averaging the pixels
of a side that shrinks, and looking between those of one that grows, are products with a matrix.
"""

from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.preprocess import Preprocessing, place, resize

_KEPT = 16
"""So many matrices are remembered; a frame's size needs two."""
_MOST_PIXELS = 1 << 24
"""A frame of more pixels is made small by the CPU: here it would take 200 MB."""


class Inputs:
    """Makes the batches of one network. One thread at a time.

    `prepare` rounds to whole colours after each step, this never: of 255 they differ by a half at
    most where a frame is made smaller, by less than 1 where larger, and by less than 1.4 where one
    side shrinks and the other grows.
    """

    def __init__(self, preprocessing: Preprocessing, device: torch.device) -> None:
        self._preprocessing = preprocessing
        self._device = device
        self._mean, self._std = (
            torch.tensor(numbers, device=device)[:, None, None]
            for numbers in (preprocessing.mean, preprocessing.std)
        )
        self._matrix = lru_cache(_KEPT)(partial(matrix, device))

    def batch(self, frames: Sequence[NDArray[np.uint8]]) -> Tensor:
        """Frames (H, W, 3) uint8 RGB of any sizes -> (N, 3, h, w) float32 there."""
        batch = torch.zeros(len(frames), 3, *self._preprocessing.size_hw, device=self._device)
        for frame, filled in zip(frames, batch, strict=True):
            placement = place(frame.shape[:2], self._preprocessing)
            if frame.shape[0] * frame.shape[1] > _MOST_PIXELS:
                frame = resize(frame, placement)
            height, width = placement.content_hw
            colors = self._resized(self._uploaded(frame), placement.content_hw) / 255
            filled[:, :height, :width] = (colors - self._mean) / self._std
        return batch

    def _uploaded(self, frame: NDArray[np.uint8]) -> Tensor:
        """From pinned memory, which a GPU reads by itself."""
        is_cuda = self._device.type == "cuda"
        pinned = torch.empty(frame.shape, dtype=torch.uint8, pin_memory=is_cuda)
        np.copyto(pinned.numpy(), frame)
        return pinned.to(self._device, non_blocking=True)

    def _resized(self, frame: Tensor, size_hw: tuple[int, int]) -> Tensor:
        """(H, W, 3) uint8 -> (3, h, w) float32 in 0..255."""
        height, width, _ = frame.shape
        colors = frame.float()
        if height != size_hw[0]:
            colors = self._matrix(height, size_hw[0]) @ colors.view(height, width * 3)
        planes = colors.view(size_hw[0], width, 3).permute(2, 0, 1)  # (3, h, W)
        return planes if width == size_hw[1] else planes @ self._matrix(width, size_hw[1]).T


def matrix(device: torch.device, length: int, wanted: int) -> Tensor:
    """What each of `wanted` pixels has of each of `length`, along one side: (wanted, length)."""
    pixels = torch.arange(length, device=device, dtype=torch.float64)
    step = length / wanted
    begins = torch.arange(wanted, device=device, dtype=torch.float64)[:, None] * step
    if wanted < length:
        shared = torch.minimum(begins + step, pixels + 1) - torch.maximum(begins, pixels)
        return (shared.clamp(min=0) / step).float()
    places = (begins + step / 2 - 0.5).clamp(0, length - 1)
    return (1 - (places - pixels).abs()).clamp(min=0).float()
