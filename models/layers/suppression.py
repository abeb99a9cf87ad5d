"""Greedy non-maximum suppression, label by label."""

from torch import Tensor
from torchvision.ops import batched_nms

from models.contract import DetectionOutput


def suppress(
    output: DetectionOutput, *, conf: float, iou: float, limit: int = 300
) -> DetectionOutput:
    """The best candidates: score >= conf, none overlapping a better one of its label by more than
    iou, at most `limit`, best first."""
    chosen = output.scores >= conf
    kept: Tensor = chosen.nonzero().squeeze(1)
    best = output.scores[kept].topk(min(len(kept), 100 * limit)).indices
    kept = kept[best]
    keep = batched_nms(output.boxes[kept], output.scores[kept], output.labels[kept], iou)[:limit]
    return output.of(kept[keep])
