"""Segments on the grids of their boxes: pieces of a picture seen through them, and how well they
meet an object's mask."""

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import box_area, box_iou, roi_align

from models.contract import DetectionTarget
from models.layers.mask_targets import masks_in_boxes
from models.layers.matching import NOTHING, sample

# R-CNN shows 16 pixels of context on each side of its 227.
CONTEXT = 16 / 227
# Pairs whose boxes overlap less have no segments worth comparing.
LEAST_BOX_IOU = 0.2
POSITIVE_IOU = 0.5
POSITIVE_SHARE = 0.25


def warped(picture: Tensor, boxes: Tensor, side: int) -> Tensor:
    """A picture (3, H, W) at boxes (R, 4) with context around them -> (R, 3, side, side)."""
    margin = (boxes[:, 2:] - boxes[:, :2]) * (CONTEXT / (1 - 2 * CONTEXT))
    wide = torch.cat([boxes[:, :2] - margin, boxes[:, 2:] + margin], dim=1)
    crops: Tensor = roi_align(picture[None].float(), [wide], side, sampling_ratio=2, aligned=True)
    return crops


def warped_segments(segments: Tensor, side: int) -> Tensor:
    """Segments (R, s, s) as `warped` shows their boxes: (R, 1, side, side) float, 0 or 1."""
    inner = round(side * (1 - 2 * CONTEXT))
    resized = functional.interpolate(segments[:, None].float(), size=(inner, inner), mode="nearest")
    before = (side - inner) // 2
    after = side - inner - before
    return functional.pad(resized, (before, after, before, after))


def own_segments(target: DetectionTarget, side: int) -> Tensor:
    """The target's objects as segments of their own boxes: (M, side, side) float, 0 or 1."""
    objects = torch.arange(len(target.boxes), device=target.boxes.device)
    return masks_in_boxes(target, objects, target.boxes, side)


def met_objects(boxes: Tensor, segments: Tensor, target: DetectionTarget) -> Tensor:
    """Which of the target's objects each segment meets by an IoU of half and more: (R,) int64, else
    NOTHING. Objects without masks are met by boxes."""
    if not len(target.boxes) or not len(boxes):
        return torch.full((len(boxes),), NOTHING, device=boxes.device)
    overlaps = segment_iou(boxes, segments, target)
    best, objects = overlaps.max(dim=1)
    return torch.where(best >= POSITIVE_IOU, objects, NOTHING)


def segments_to_learn(
    boxes: Tensor, segments: Tensor, target: DetectionTarget, *, count: int
) -> tuple[Tensor, Tensor, Tensor]:
    """At most `count` of the segments (P, s, s) in boxes (P, 4) and of the objects themselves, at
    random, a quarter of them meeting an object if there are so many, and those first: boxes (R, 4),
    segments (R, s, s), and the object each one meets (R,), or NOTHING."""
    boxes = torch.cat([target.boxes, boxes])
    own = own_segments(target, segments.shape[-1])
    segments = torch.cat([own, segments.to(own.dtype)])
    objects = met_objects(boxes, segments, target)
    chosen = torch.cat(sample(objects, count=count, positive_share=POSITIVE_SHARE))
    return boxes[chosen], segments[chosen], objects[chosen]


def segment_iou(boxes: Tensor, segments: Tensor, target: DetectionTarget) -> Tensor:
    """Overlap by pixels of segments (R, s, s) of boxes (R, 4) with the target's masks: (R, M).

    0 where even the boxes hardly overlap. Of a target without masks, the overlap of the boxes.
    """
    by_box = box_iou(boxes, target.boxes)  # (R, M)
    if target.masks is None:
        return by_box
    place, objects = (by_box >= LEAST_BOX_IOU).nonzero(as_tuple=True)
    result = torch.zeros_like(by_box)
    side = segments.shape[-1]
    cell = box_area(boxes[place]) / side**2
    seen = masks_in_boxes(target, objects, boxes[place], side)
    ours = segments[place].to(seen.dtype)
    shared = (seen * ours).sum(dim=(1, 2)) * cell
    joined = ours.sum(dim=(1, 2)) * cell + target.masks.sum(dim=(1, 2))[objects] - shared
    result[place, objects] = shared / joined.clamp(min=1e-6)
    return result
