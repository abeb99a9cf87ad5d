"""How support vector machines and box regression are fitted on the features of proposals.

Girshick et al., "R-CNN", CVPR 2014, section 2.3 and appendices B and C. Every picture's features
are kept while this goes on, so each step is one pass over them.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

import torch
from torch import Tensor
from torchvision.ops import box_iou

from models.contract import DetectionTarget
from models.layers.box_coding import encode
from models.layers.linear_svm import FEATURE_LENGTH, fit_sigmoid, ridge, train_svms
from models.second_stage import SecondStage

NEGATIVE_IOU = 0.3
"""A proposal that overlaps no object of a label so much is something else to it."""
FOUND_IOU = 0.5
EXAMPLE_IOU = 0.6
"""A proposal that overlaps an object so much shows how to move a box."""
EXAMPLES_PER_PICTURE = 64
EXAMPLES_SOLVED = 10_000
FIRST_NEGATIVES = 10
"""Of each picture, before there are machines to tell which ones are hard."""
NEGATIVES_PER_PICTURE = 200
RETRAIN_AFTER = 2000
EASY_MARGIN = -1.2
SCALE_PICTURES = 50
HALF_MAX = torch.finfo(torch.float16).max

FitProgress = Callable[[int, int, str], None]
Machines = tuple[Tensor, Tensor]


class FeatureStore(Protocol):
    """Keeps tensors of each picture, under the picture's number."""

    def __contains__(self, picture: int) -> bool:
        """Whether this picture's tensors are kept already."""

    def put(self, picture: int, tensors: Mapping[str, Tensor]) -> None:
        """Keep them, whole or not at all."""

    def get(self, picture: int, name: str) -> Tensor:
        """One of a picture's tensors (R, ...), on the device it is worked on."""


def region_sides(boxes: Tensor, target: DetectionTarget, num_labels: int) -> dict[str, Tensor]:
    """What regions, the target's objects (M) first, are to each label: two tensors (R, K) int8.

    "sides": 1 for the objects themselves, -1 for what overlaps none of the label's by NEGATIVE_IOU,
    else 0. "found": 1 for what overlaps one by FOUND_IOU, 0 for the same rest, else -1.
    """
    overlap = box_iou(boxes, target.boxes)  # (R, M)
    overlaps = overlap.new_zeros(len(boxes), num_labels)
    for label in set(target.labels.tolist()):
        overlaps[:, label] = overlap[:, target.labels == label].amax(dim=1)
    sides = -(overlaps < NEGATIVE_IOU).to(torch.int8)
    objects = torch.arange(len(target.labels), device=boxes.device)
    sides[objects, target.labels] = 1
    found = torch.where(overlaps >= FOUND_IOU, 1, torch.where(overlaps < NEGATIVE_IOU, 0, -1))
    return {"sides": sides, "found": found.to(torch.int8)}


def box_examples(boxes: Tensor, pooled: Tensor, target: DetectionTarget) -> dict[str, Tensor]:
    """Regions (R, 4) that show how to move a box, with their pooled maps (R, B): at most
    EXAMPLES_PER_PICTURE of "pooled", "offsets" (S, 4) and "labels" (S,)."""
    if not len(target.boxes):
        nothing = torch.zeros(0, dtype=torch.long, device=boxes.device)
        return {"pooled": half(pooled[:0]), "offsets": boxes[:0].clone(), "labels": nothing}
    best, objects = box_iou(boxes, target.boxes).max(dim=1)
    near = (best >= EXAMPLE_IOU).nonzero()[:, 0]
    near = near[:: max(1, -(-len(near) // EXAMPLES_PER_PICTURE))]
    objects = objects[near]
    return {
        "pooled": half(pooled[near]),
        "offsets": encode(target.boxes[objects], boxes[near]),
        "labels": target.labels[objects],
    }


def solve(store: FeatureStore, total: int, num_labels: int, progress: FitProgress) -> SecondStage:
    """The second stage, from what is kept of so many pictures: "features" and "pooled" of regions,
    `region_sides` and `box_examples`. `progress` is called per picture and may raise."""
    scale = _scale_of(store, total, "features")
    machines = _mined_svms(store, total, scale, progress)
    slopes, offsets = _fitted_sigmoids(store, total, scale, machines)
    pooled_scale = _scale_of(store, total, "pooled")
    box_weights, box_biases = _fitted_offsets(store, total, pooled_scale, num_labels)
    return SecondStage(
        torch.tensor(scale),
        torch.tensor(pooled_scale),
        *machines,
        slopes,
        offsets,
        box_weights,
        box_biases,
    )


def half(features: Tensor) -> Tensor:
    """Features (R, D) float32 -> (R, D) float16, as they are kept: they take half the space."""
    return features.clamp(-HALF_MAX, HALF_MAX).half()


def _scale_of(store: FeatureStore, total: int, name: str) -> float:
    """What makes features FEATURE_LENGTH long in the mean, told by the first pictures."""
    lengths = torch.cat(
        [store.get(i, name).float().norm(dim=1) for i in range(min(total, SCALE_PICTURES))]
    )
    mean = float(lengths.mean()) if len(lengths) else 0.0
    return FEATURE_LENGTH / mean if mean > 0 else 1.0


def _mined_svms(
    store: FeatureStore, total: int, scale: float, progress: FitProgress
) -> tuple[Tensor, Tensor]:
    """A support vector machine per label: weights (K, D) and biases (K,).

    All objects are examples; of what is something else, those that the machines so far do not keep
    at a distance. One pass over the pictures is enough, as the paper found.
    """
    features, sides = _first_examples(store, total, scale)
    start = (
        features.new_zeros(sides.shape[1], features.shape[1]),
        features.new_zeros(sides.shape[1]),
    )
    machines = train_svms(features, sides, start)
    fresh: list[tuple[Tensor, Tensor]] = []
    for picture in range(total):
        progress(picture, total, "Hard negatives")
        fresh.append(_hard(store, picture, scale, machines))
        if sum(len(f) for f, _ in fresh) >= RETRAIN_AFTER or picture == total - 1:
            features = torch.cat([features, *(f for f, _ in fresh)])
            sides = torch.cat([sides, *(s for _, s in fresh)])
            fresh.clear()
            machines = train_svms(features, sides, machines)
            easy = ((sides <= 0) & (_margins(features, machines) < EASY_MARGIN)).all(dim=1)
            features, sides = features[~easy], sides[~easy]
    return machines


def _fitted_sigmoids(
    store: FeatureStore, total: int, scale: float, machines: Machines
) -> tuple[Tensor, Tensor]:
    """Slopes and offsets (K,) that make the machines' scores of all proposals shares of hits."""
    scores = [_margins(store.get(i, "features").float() * scale, machines) for i in range(total)]
    found = [store.get(i, "found") for i in range(total)]
    return fit_sigmoid(torch.cat(scores), torch.cat(found))


def _fitted_offsets(
    store: FeatureStore, total: int, scale: float, num_labels: int
) -> tuple[Tensor, Tensor]:
    """Each label's box regression on pooled maps: weights (K, 4, B) and biases (K, 4). A label
    without examples leaves boxes where they are."""
    size = store.get(0, "pooled").shape[1]
    wanted = store.get(0, "offsets")
    weights, biases = wanted.new_zeros(num_labels, 4, size), wanted.new_zeros(num_labels, 4)
    for label in range(num_labels):
        pooled, offsets = [], []
        for picture in range(total):
            chosen = store.get(picture, "labels") == label
            if chosen.any():
                pooled.append(store.get(picture, "pooled")[chosen])
                offsets.append(store.get(picture, "offsets")[chosen])
        if pooled:
            examples = torch.cat(pooled)
            step = -(-len(examples) // EXAMPLES_SOLVED)
            x, y = examples[::step].float() * scale, torch.cat(offsets)[::step]
            weights[label], biases[label] = ridge(x, y)
    return weights, biases


def _first_examples(store: FeatureStore, total: int, scale: float) -> tuple[Tensor, Tensor]:
    features, sides = [], []
    for picture in range(total):
        whole = store.get(picture, "sides")  # (R, K)
        objects = (whole > 0).any(dim=1).nonzero()[:, 0]
        others = (whole < 0).all(dim=1).nonzero()[:, 0]
        others = others[:: max(1, -(-len(others) // FIRST_NEGATIVES))]
        chosen = torch.cat([objects, others])
        features.append(store.get(picture, "features")[chosen].float() * scale)
        sides.append(whole[chosen])
    return torch.cat(features), torch.cat(sides)


def _hard(
    store: FeatureStore, picture: int, scale: float, machines: Machines
) -> tuple[Tensor, Tensor]:
    """Features and sides of what some machine takes for its label, or nearly: the worst first."""
    features, sides = store.get(picture, "features").float() * scale, store.get(picture, "sides")
    wrong = torch.where(sides < 0, _margins(features, machines), -torch.inf).amax(dim=1)  # (R,)
    worst = wrong.argsort(descending=True)[:NEGATIVES_PER_PICTURE]
    worst = worst[wrong[worst] > -1]
    # An object is an example already.
    worst = worst[(sides[worst] <= 0).all(dim=1)]
    return features[worst], sides[worst]


def _margins(features: Tensor, machines: Machines) -> Tensor:
    weights, biases = machines
    return features @ weights.T + biases
