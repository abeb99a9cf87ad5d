"""Arithmetic on cropped Masks: cut, join, subtract. None stands for a Mask without pixels."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions.changes import note
from engine.values import Mask


def crop(left: int, top: int, pixels: NDArray[np.bool_]) -> Mask:
    """A Mask that takes over an array nobody else will write to, without a copy."""
    pixels = np.ascontiguousarray(pixels)
    if pixels.base is None:
        pixels.flags.writeable = False
    return Mask(left, top, pixels)


def bounds(mask: Mask) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the crop."""
    height, width = mask.pixels.shape
    return mask.left, mask.top, mask.left + width, mask.top + height


def window(mask: Mask, rect: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """A view of the pixels inside a rectangle (left, top, right, bottom) of the frame."""
    left, top, right, bottom = rect
    rows = slice(max(top - mask.top, 0), max(bottom - mask.top, 0))
    return mask.pixels[rows, max(left - mask.left, 0) : max(right - mask.left, 0)]


def within(mask: Mask, rect: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """The pixels in a rectangle of the frame (h, w), also where the crop does not reach."""
    left, top, right, bottom = rect
    inside = window(mask, rect)
    if inside.shape == (bottom - top, right - left):
        return inside
    pixels = np.zeros((bottom - top, right - left), np.bool_)
    height, width = inside.shape
    y, x = max(mask.top - top, 0), max(mask.left - left, 0)
    pixels[y : y + height, x : x + width] = inside
    return pixels


def tight(mask: Mask) -> Mask | None:
    """The same pixels in the smallest crop."""
    if _reaches_all_edges(mask.pixels):  # most often so, and known without a look at the inside
        return mask
    left, top, width, height = cv2.boundingRect(mask.pixels.view(np.uint8))
    if not width:
        return None
    pixels = mask.pixels[top : top + height, left : left + width]
    return crop(mask.left + left, mask.top + top, pixels.copy())


def _reaches_all_edges(pixels: NDArray[np.bool_]) -> bool:
    edges = (pixels[:1], pixels[-1:], pixels[:, :1], pixels[:, -1:])
    return all(edge.any() for edge in edges)


def clip_mask(mask: Mask, size_hw: tuple[int, int]) -> Mask | None:
    """What lies inside the frame."""
    left, top, right, bottom = bounds(mask)
    height, width = size_hw
    if left >= 0 and top >= 0 and right <= width and bottom <= height:
        return tight(mask)
    inside = window(mask, (0, 0, width, height))
    return tight(crop(max(left, 0), max(top, 0), inside.copy())) if inside.size else None


def shared_rect(a: Mask, b: Mask) -> tuple[int, int, int, int] | None:
    """The rectangle both crops cover; None when they are apart."""
    a_left, a_top, a_right, a_bottom = bounds(a)
    b_left, b_top, b_right, b_bottom = bounds(b)
    rect = max(a_left, b_left), max(a_top, b_top), min(a_right, b_right), min(a_bottom, b_bottom)
    return rect if rect[0] < rect[2] and rect[1] < rect[3] else None


def shared_pixels(a: Mask, b: Mask) -> int:
    """How many pixels both have."""
    rect = shared_rect(a, b)
    return int(np.count_nonzero(window(a, rect) & window(b, rect))) if rect else 0


def mask_iou(a: Mask, b: Mask) -> float:
    """Overlap in 0..1."""
    shared = shared_pixels(a, b)
    joined = int(np.count_nonzero(a.pixels)) + int(np.count_nonzero(b.pixels)) - shared
    return shared / joined if joined else 0.0


def join(a: Mask | None, b: Mask | None) -> Mask | None:
    """The pixels of either; `a` itself when `b` adds none."""
    if a is None or b is None:
        return a or b
    b_rect = bounds(b)
    if shared_rect(a, b) == b_rect:  # a stroke inside a large mask: no need to clear memory first
        if not (b.pixels & ~window(a, b_rect)).any():
            return a
        grown = a.pixels.copy()
        rows = slice(b.top - a.top, b_rect[3] - a.top)
        grown[rows, b.left - a.left : b_rect[2] - a.left] |= b.pixels
        made = crop(a.left, a.top, grown)
        note(a, made, b_rect)
        return made
    return join_all((a, b))


def join_all(masks: Iterable[Mask | None]) -> Mask | None:
    """The pixels of any, in one array; the only Mask itself."""
    found = [mask for mask in masks if mask is not None]
    if len(found) < 2:
        return found[0] if found else None
    lefts, tops, rights, bottoms = zip(*map(bounds, found), strict=True)
    left, top = min(lefts), min(tops)
    pixels = np.zeros((max(bottoms) - top, max(rights) - left), dtype=np.bool_)
    for mask in found:
        rows = slice(mask.top - top, mask.top - top + mask.pixels.shape[0])
        pixels[rows, mask.left - left : mask.left - left + mask.pixels.shape[1]] |= mask.pixels
    return crop(left, top, pixels)


def subtract(a: Mask | None, b: Mask | None) -> Mask | None:
    """The pixels of `a` that `b` does not have; `a` itself when they share none."""
    if a is None or b is None or not shared_pixels(a, b):
        return a
    rect = shared_rect(a, b)
    assert rect is not None
    pixels = a.pixels.copy()
    left, top, right, bottom = rect
    rows = slice(top - a.top, bottom - a.top)
    pixels[rows, left - a.left : right - a.left] &= ~window(b, rect)
    rest = crop(a.left, a.top, pixels)
    note(a, rest, rect)
    return tight(rest)
