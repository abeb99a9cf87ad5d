"""Cutting regions out of a feature map, each to the same size, whatever the box.

Boxes are xyxy in input pixels; a feature map of stride s has one cell for s x s of them.
"""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import roi_align, roi_pool

Pooling = Literal["roi_align", "roi_pool"]


class RegionCrop(nn.Module):
    """Crops of `size` x `size` cells per box, from features of one stride.

    "roi_pool" takes the largest feature of each part after rounding boxes to cells (Girshick, Fast
    R-CNN, 2015); "roi_align" reads between cells, without rounding (He et al., Mask R-CNN, 2017).
    """

    def __init__(self, size: int, stride: int, *, pooling: Pooling = "roi_align") -> None:
        super().__init__()
        self.size, self.stride, self.pooling = size, stride, pooling

    def forward(self, features: Tensor, boxes: list[Tensor]) -> Tensor:
        """Features (N, C, h, w) and each picture's boxes (R, 4) -> (sum of R, C, size, size)."""
        scale = 1 / self.stride
        # The operators want features and boxes of one type, and boxes need float32.
        if self.pooling == "roi_pool":
            pooled: Tensor = roi_pool(features.float(), boxes, self.size, scale)
            return pooled
        aligned: Tensor = roi_align(
            features.float(), boxes, self.size, scale, sampling_ratio=2, aligned=True
        )
        return aligned


class CutOut(nn.Module):
    """A place to look at regions (R, C, h, w) that were cut out, with the boxes they came from."""

    def forward(self, regions: Tensor, boxes: list[Tensor]) -> Tensor:
        """The regions as they are; `boxes` [(R, 4)] tell who looks where they lie."""
        return regions


class RegionWarp(nn.Module):
    """Crops as a bilinear warp, through which gradients reach features and boxes alike.

    Dai, He, Sun: "Instance-aware Semantic Segmentation via Multi-task Network Cascades", CVPR 2016,
    section 4.1: what a later stage learns thus also moves the boxes of an earlier one.
    """

    def __init__(self, size: int, stride: int) -> None:
        super().__init__()
        self.size, self.stride = size, stride

    def forward(self, features: Tensor, boxes: list[Tensor]) -> Tensor:
        """Features (N, C, h, w) and each picture's boxes (R, 4) -> (sum of R, C, size, size)."""
        warped = [self._warp(f[None], b) for f, b in zip(features, boxes, strict=True)]
        return torch.cat(warped)

    def _warp(self, features: Tensor, boxes: Tensor) -> Tensor:
        """Features (1, C, h, w) read at the middles of size x size parts of every box (R, 4)."""
        height, width = features.shape[-2:]
        steps = (torch.arange(self.size, device=boxes.device) + 0.5) / self.size  # (S,)
        x, y = (
            boxes[:, axis, None] + steps * (boxes[:, axis + 2] - boxes[:, axis])[:, None]
            for axis in (0, 1)
        )  # (R, S), in input pixels
        x, y = 2 * x / (width * self.stride) - 1, 2 * y / (height * self.stride) - 1
        grid = torch.stack(
            [x[:, None].expand(-1, self.size, -1), y[:, :, None].expand(-1, -1, self.size)], dim=-1
        )  # (R, S, S, 2) in -1..1
        # One call for all boxes of a picture: a copy of the features per box would not fit.
        rows = grid.reshape(1, -1, self.size, 2)  # (1, R * S, S, 2)
        read = functional.grid_sample(
            features.float(), rows.float(), padding_mode="border", align_corners=False
        )  # (1, C, R * S, S)
        shape = (features.shape[1], len(boxes), self.size, self.size)
        return read.view(shape).transpose(0, 1)  # (R, C, S, S)
