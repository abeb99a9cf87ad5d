"""What a mask inside a box should be: the object's pixels, seen on the box's own grid."""

import torch
from torch import Tensor
from torchvision.ops import roi_align

from models.contract import DetectionTarget


def masks_in_boxes(target: DetectionTarget, objects: Tensor, boxes: Tensor, side: int) -> Tensor:
    """The masks of the target's `objects` (R,) int64 on a grid of side x side places in each of the
    boxes (R, 4) xyxy: (R, side, side) float32, 0 or 1. ValueError for a target without masks."""
    if not len(boxes):
        return boxes.new_zeros(0, side, side)
    if target.masks is None:
        raise ValueError("Objects without masks cannot teach masks.")
    rois = torch.cat([objects[:, None].to(boxes.dtype), boxes], dim=1)  # (R, 5)
    planes = target.masks[:, None].to(boxes.dtype)  # (M, 1, H, W)
    seen = roi_align(planes, rois, side, sampling_ratio=1, aligned=True)  # (R, 1, side, side)
    return (seen[:, 0] >= 0.5).to(boxes.dtype)
