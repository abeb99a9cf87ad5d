"""Which of a detector's boxes learn an object that a person points at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.inside.drawing import GREY, MOST, WHITE, Drawing, ramp, rgba
from engine.preprocess import Placement, place
from engine.region_proposals.propose import padded, propose
from engine.regions.boxes import as_boxes, iou
from engine.values import Box
from engine.weights.weights import Weights
from models.contract import DetectionTarget
from models.detector import Detector, ProposalDetector


@dataclass(frozen=True, eq=False)
class Learners:
    """The boxes (N, 4) float32 xyxy in frame pixels that learn an object, those that overlap it
    most first, and their overlaps (N,). Not `is_known` where that depends on what the network
    says."""

    box: Box
    boxes: NDArray[np.float32]
    overlaps: NDArray[np.float32]
    is_known: bool = True


def learners(
    weights: Weights, pixels: NDArray[np.uint8], boxes: Sequence[Box], which: int
) -> Learners:
    """Which boxes learn the object `which` of all objects of a frame (H, W, 3) uint8 RGB."""
    box, module = boxes[which], weights.module
    placement = place(pixels.shape[:2], weights.card.preprocessing)
    xyxy = placement.boxes_to_input(np.array([each.xyxy for each in boxes], np.float32))
    given = given_proposals(module, pixels, placement)
    labels = torch.zeros(len(boxes), dtype=torch.int64)
    matches = None
    if isinstance(module, Detector):
        target = DetectionTarget(torch.from_numpy(xyxy), labels, proposals=given)
        with torch.inference_mode():
            matches = module.matches(placement.input_hw, target)
    if matches is None:
        return Learners(box, np.zeros((0, 4), np.float32), np.zeros(0, np.float32), is_known=False)
    own = matches.boxes[matches.objects == which].float().cpu().numpy()
    overlaps = iou(own, xyxy[which : which + 1])[:, 0]  # As in the input: a frame cuts boxes off.
    order = np.argsort(-overlaps, kind="stable")
    return Learners(box, own[order] / np.tile(placement.scale_xy, 2), overlaps[order])


def draw_learners(
    found: Learners | None, objects: Sequence[Box] = (), *, most: int = MOST
) -> Drawing:
    """The object and its learners, the better ones brighter, above all other objects."""
    if found is None:
        return Drawing(shows_objects=True)
    others = as_boxes([each.xyxy for each in objects if each != found.box])
    overlaps = found.overlaps[:most][::-1]
    boxes = np.concatenate([others, found.boxes[:most][::-1], as_boxes([found.box.xyxy])])
    grey = np.full((len(others), 3), GREY, np.uint8)
    colors = np.concatenate([grey, ramp(overlaps), np.array([WHITE], np.uint8)])
    alphas = np.concatenate([np.full(len(others), 0.6), 0.5 + 0.5 * overlaps, [1.0]])
    widths = np.repeat([1, 2, 3], [len(others), len(overlaps), 1]).astype(np.uint8)
    texts = (*("" for _ in others), *(f"IoU {overlap:.2f}" for overlap in overlaps), "")
    captions = ((len(boxes) - 2, texts[-2]),) if len(overlaps) else ()
    return Drawing(boxes, rgba(colors, alphas), widths, texts, captions)


def given_proposals(
    module: object, pixels: NDArray[np.uint8], placement: Placement
) -> torch.Tensor | None:
    """Proposals (P, 4) in input pixels for a detector that judges given boxes, None for others."""
    if not isinstance(module, ProposalDetector):
        return None
    return padded([propose(pixels, module.proposal_mode)], [placement])[0]
