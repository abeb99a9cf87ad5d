"""What a mask inside a box should be: the object's pixels, seen on the box's own grid."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional
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


def mask_loss(
    logits: Tensor,
    targets: Sequence[DetectionTarget],
    objects: Sequence[Tensor],
    boxes: Sequence[Tensor],
) -> Tensor:
    """Mean cross entropy of the masks of all pictures' boxes, (sum of R, s, s): per picture the
    boxes (R, 4), and which object of its target each is to show (R,). 0 without any box."""
    side = logits.shape[-1]
    wanted = [masks_in_boxes(*each, side) for each in zip(targets, objects, boxes, strict=True)]
    total = functional.binary_cross_entropy_with_logits(logits, torch.cat(wanted), reduction="sum")
    return total / max(1, logits.numel())
