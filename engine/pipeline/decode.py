"""Model outputs -> what is seen, in frame pixels: thresholds, suppression, label maps, masks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.pipeline.best_labels import best_labels
from engine.pipeline.paste import paste_mask, paste_shared
from engine.preprocess import Placement
from engine.regions.crops import bounds
from engine.regions.rotated import suppress_rotated
from engine.thresholds import Thresholds
from engine.values import Box, Detection, Label, LabelMap, Mask, Polygon, Region
from models.contract import DetectionOutput, SharedMasks

MAX_DETECTIONS = 300
# Candidates that enter suppression: more would only slow it down.
_MAX_CANDIDATES = 3000
# Side, in network pixels, of the tiles in which score maps are enlarged.
_TILE = 32


@dataclass(frozen=True, eq=False)
class SemanticMaps:
    """The best label of every frame pixel (H, W) uint8, and how clear it is (H, W) float32.

    `evidence` is the logarithm of the label's probability; with two labels (`is_binary`) it is
    the distance of their scores, which needs no exponentials.
    """

    ids: NDArray[np.uint8]
    evidence: NDArray[np.float32]
    is_binary: bool

    def label_map(self, conf: float, background: int | None) -> LabelMap:
        """The ids, with background where the best label's probability is below `conf`."""
        conf = min(max(conf, 1e-6), 1 - 1e-6)
        limit = math.log(conf / (1 - conf)) if self.is_binary else math.log(conf)
        if background is None or (self.is_binary and limit <= 0):
            return LabelMap(_read_only(self.ids))
        sure = self.evidence >= np.float32(limit)
        ids = self.ids * sure.view(np.uint8)
        if background:
            ids += np.uint8(background) * ~sure
        return LabelMap(_read_only(ids))

    def chance(self, mask: Mask) -> float:
        """The mean probability of the best label, over the pixels of a mask in the frame."""
        left, top, right, bottom = bounds(mask)
        evidence = self.evidence[top:bottom, left:right][mask.pixels]
        chances = 1 / (1 + np.exp(-evidence)) if self.is_binary else np.exp(evidence)
        return float(chances.mean())


def ranking(logits: Tensor, labels: Sequence[Label]) -> tuple[tuple[int, float], ...]:
    """Scores (K,) of a whole picture -> label ids with their probability, the best first."""
    scores = logits.float().softmax(0).tolist()
    order = sorted(range(len(scores)), key=lambda index: -scores[index])
    return tuple((labels[index].id, scores[index]) for index in order)


def semantic_maps(logits: Tensor, placement: Placement) -> SemanticMaps:
    """Scores (K, h, w) of the input -> maps of the frame, bilinear between the scores."""
    content = logits[:, : placement.content_hw[0], : placement.content_hw[1]].float()
    height, width = placement.size_hw
    if content.is_cuda:
        ids, evidence = (each.cpu().numpy() for each in best_labels(content, (height, width)))
        return SemanticMaps(ids, evidence, is_binary=len(content) == 2)
    if len(content) == 2:
        difference = (content[1] - content[0]).contiguous().numpy()
        sharp = cv2.resize(difference, (width, height), interpolation=cv2.INTER_LINEAR)
        return SemanticMaps((sharp > 0).view(np.uint8), np.abs(sharp), is_binary=True)
    scores = torch.log_softmax(content, dim=0)  # (K, h, w)
    _, winners = _best(list(scores.numpy()))
    ids, best = _enlarge(scores.numpy(), winners, placement)
    if ids.shape != (height, width):
        ids = cv2.resize(ids, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
        best = cv2.resize(best, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
    return SemanticMaps(ids, best, is_binary=False)


def _enlarge(
    scores: NDArray[np.float32], winners: NDArray[np.uint8], placement: Placement
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Best ids and their scores on a grid a whole number of times finer than the input.

    Enlarging all K score maps would cost K times the frame. But a label wins only at or right
    beside where it won before: so tile by tile only the labels that win there are enlarged, one or
    two as a rule. The whole factor keeps the tiles aligned.
    """
    height, width = winners.shape
    fy = max(1, round(placement.size_hw[0] / height))
    fx = max(1, round(placement.size_hw[1] / width))
    best = np.empty((height * fy, width * fx), np.float32)
    ids = np.empty(best.shape, np.uint8)
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            # One pixel more all around, as enlarging looks at the neighbours.
            y, x = max(0, top - 1), max(0, left - 1)
            around = np.s_[y : top + _TILE + 1, x : left + _TILE + 1]
            present = np.flatnonzero(np.bincount(winners[around].ravel()))
            place = np.s_[top * fy : (top + _TILE) * fy, left * fx : (left + _TILE) * fx]
            corner = (top - y) * fy, (left - x) * fx
            found = _tile(scores[(present, *around)], (fy, fx))
            height_in, width_in = best[place].shape
            inner = np.s_[corner[0] : corner[0] + height_in, corner[1] : corner[1] + width_in]
            best[place] = found[0][inner]
            ids[place] = present.astype(np.uint8)[found[1][inner]] if len(present) > 1 else present
    return ids, best


def _tile(
    scores: NDArray[np.float32], factors: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Log-probabilities (P, h, w) of the labels present -> that of the best, enlarged, and which
    it is."""
    size = scores.shape[2] * factors[1], scores.shape[1] * factors[0]
    finer = [cv2.resize(score, size, interpolation=cv2.INTER_LINEAR) for score in scores]
    best, which = _best(finer)
    if len(finer) == 1:
        return best, which
    # Where scores cross they no longer add up to probabilities: all other labels count as one.
    rest = np.log(np.maximum(1 - np.exp(scores).sum(axis=0), 1e-9))
    finer.append(cv2.resize(rest, size, interpolation=cv2.INTER_LINEAR))
    total = np.exp(finer[0] - best)
    for values in finer[1:]:
        total += np.exp(values - best)
    return -np.log(total), which


def _best(maps: list[NDArray[np.float32]]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """The highest value at each place, and in which map it is. Faster than argmax by far."""
    best, which = maps[0], np.zeros(maps[0].shape, np.uint8)
    for index, values in enumerate(maps[1:], start=1):
        np.copyto(which, np.uint8(index), where=values > best)
        best = np.maximum(best, values)
    return best, which


def at_hand(output: DetectionOutput) -> DetectionOutput:
    """The same candidates on the CPU."""
    boxes, scores, labels = (t.cpu() for t in (output.boxes, output.scores, output.labels))
    masks, shared, corners = output.masks, output.shared, output.corners
    masks = masks.cpu() if masks is not None else None
    if shared is not None:
        shared = SharedMasks(shared.maps.cpu(), shared.shares.cpu())
    corners = corners.cpu() if corners is not None else None
    return DetectionOutput(boxes, scores, labels, masks, shared, corners)


def detections(
    output: DetectionOutput, placement: Placement, thresholds: Thresholds
) -> tuple[Detection, ...]:
    """Candidates -> the objects that count, strongest first, in frame pixels.

    Of those on a GPU only what suppression leaves there comes back; here it then removes none.
    """
    if output.boxes.is_cuda:
        output = _strongest(output, placement, thresholds)
    output = at_hand(output)
    scores = output.scores.float()
    index, boxes = strong_candidates(output, placement, thresholds.conf)
    labels = output.labels[index].numpy()
    corners = corners_in_frame(output, index, placement)
    kept = suppress(boxes, scores[index].numpy(), labels, iou=thresholds.iou, corners=corners)
    masks = output.masks[index[kept]].float().numpy() if output.masks is not None else None
    found = []
    for number, place in enumerate(kept):
        source = int(index[place])
        if corners is not None:
            region: Region = Polygon(corners[place])
        else:
            mask = None if masks is None else masks[number]
            region = _region(output, source, mask, boxes[place], placement)
        label_id = int(labels[place]) + 1
        found.append(Detection(region, label_id, min(1.0, float(scores[source]))))
    return tuple(found)


def _region(
    output: DetectionOutput,
    source: int,
    stretched: NDArray[np.float32] | None,
    visible: NDArray[np.float32],
    placement: Placement,
) -> Region:
    """A candidate's mask in the `visible` part of its box (xyxy in frame pixels), or this box.

    The mask is the one that is `stretched` over the box, or a sum of shared ones.
    """
    mask = None
    if stretched is not None:
        whole = output.boxes[source].float().numpy() / np.tile(placement.scale_xy, 2)
        mask = paste_mask(stretched, whole, visible)
    elif output.shared is not None:
        mask = paste_shared(output.shared, source, visible, placement)
    return mask or Box(*(float(v) for v in visible))


def corners_in_frame(
    output: DetectionOutput, index: Tensor, placement: Placement
) -> NDArray[np.float32] | None:
    """The corners (M, 4, 2), in frame pixels, of these candidates, where they have some."""
    if output.corners is None:
        return None
    corners = output.corners[index].float().numpy() / np.array(placement.scale_xy, np.float32)
    return np.asarray(corners, np.float32)


def strong_candidates(
    output: DetectionOutput, placement: Placement, conf: float
) -> tuple[Tensor, NDArray[np.float32]]:
    """The candidates that enter suppression: their indices (M,) and boxes (M, 4) in frame pixels.

    They score at least `conf` and can be seen in the frame; of too many only the best.
    """
    index, boxes = _strong(output, placement, conf)
    return index, boxes.numpy()


def _strong(output: DetectionOutput, placement: Placement, conf: float) -> tuple[Tensor, Tensor]:
    """The same where the candidates are."""
    scores = output.scores.float()
    index = (scores >= conf).nonzero()[:, 0]  # (M,)
    if len(index) > _MAX_CANDIDATES:
        index = index[scores[index].topk(_MAX_CANDIDATES).indices]
    height, width = placement.size_hw
    boxes = output.boxes[index].float()  # (M, 4)
    boxes = (boxes / boxes.new_tensor(placement.scale_xy * 2)).clamp(min=0)
    boxes = torch.minimum(boxes, boxes.new_tensor([width, height, width, height]))
    is_seen = ((boxes[:, 2:] - boxes[:, :2]) >= 0.5).all(1) & boxes.isfinite().all(1)
    return index[is_seen], boxes[is_seen]


def _strongest(
    output: DetectionOutput, placement: Placement, thresholds: Thresholds
) -> DetectionOutput:
    """What suppression leaves, where the candidates are; of boxes at an angle what enters it."""
    from torchvision.ops import batched_nms

    index, boxes = _strong(output, placement, thresholds.conf)
    if output.corners is None:
        # In float64, as labels are kept apart by moving their boxes far away.
        scores, labels = output.scores[index].double(), output.labels[index]
        index = index[batched_nms(boxes.double(), scores, labels, thresholds.iou)]
        index = index[:MAX_DETECTIONS]
    return output.of(index)


def suppress(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    labels: NDArray[np.int64],
    *,
    iou: float,
    limit: int = MAX_DETECTIONS,
    corners: NDArray[np.float32] | None = None,
) -> NDArray[np.int64]:
    """Indices of the boxes that no stronger one of the same label overlaps more than `iou`, the
    best first, at most `limit`. Where boxes lie at an angle their `corners` (N, 4, 2) count."""
    from torchvision.ops import batched_nms

    if corners is not None:
        return suppress_rotated(corners, scores, labels, iou=iou, limit=limit)
    kept = batched_nms(*(torch.from_numpy(a) for a in (boxes, scores, labels)), iou)
    result: NDArray[np.int64] = kept[:limit].numpy()
    return result


def _read_only(ids: NDArray[np.uint8]) -> NDArray[np.uint8]:
    ids.flags.writeable = False  # A value then takes it over without a copy.
    return ids
