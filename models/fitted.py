"""Detectors that learn in two stages: a network by descent, then what is solved on its features.

Girshick et al., "R-CNN", CVPR 2014: once the network has learned to tell regions apart, a linear
support vector machine per label is trained on its features, and a regression per label moves the
boxes. He et al., "SPPnet", ECCV 2014, do the same with other features.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from models.contract import DetectionTarget, RawTensors
from models.detector import ProposalMode
from models.layers.box_coding import clip, decode
from models.layers.initialise import initialise_scores
from models.layers.regions import real
from models.region_detector import RegionDetector
from models.region_fitting import (
    FeatureStore,
    FitProgress,
    box_examples,
    fitted_offsets,
    fitted_sigmoids,
    half,
    mined_svms,
    region_sides,
    scale_of,
)

CHUNK = 128
"""Regions described at once: the features of two thousand would take gigabytes."""
Sample = tuple[Tensor, DetectionTarget]


class Described(NamedTuple):
    """What the network makes of regions: the pooled map (R, B) and the dense features (R, D)."""

    pooled: Tensor
    features: Tensor


class FittedDetector(RegionDetector):
    """A detector whose labels are scored by support vector machines, once `fit` was called.

    Until then the softmax layer of the descent answers, and boxes stay where they were proposed.
    What is fitted lies in buffers: it is saved with the weights, and no optimizer touches it.
    """

    is_fitted: Tensor
    feature_scale: Tensor
    pooled_scale: Tensor
    svm_weights: Tensor
    svm_biases: Tensor
    slopes: Tensor
    offsets: Tensor
    box_weights: Tensor
    box_biases: Tensor

    def __init__(
        self, num_labels: int, *, pooled: int, dense: int, proposals: ProposalMode, regions: int
    ) -> None:
        super().__init__(proposals=proposals, regions=regions)
        self.num_labels = num_labels
        self.scores = nn.Linear(dense, 1 + num_labels)
        initialise_scores(self.scores, deviation=0.01)
        self.register_buffer("is_fitted", torch.tensor(False))
        self.register_buffer("feature_scale", torch.tensor(1.0))
        self.register_buffer("pooled_scale", torch.tensor(1.0))
        self.register_buffer("svm_weights", torch.zeros(num_labels, dense))
        self.register_buffer("svm_biases", torch.zeros(num_labels))
        self.register_buffer("slopes", torch.ones(num_labels))
        self.register_buffer("offsets", torch.zeros(num_labels))
        self.register_buffer("box_weights", torch.zeros(num_labels, 4, pooled))
        self.register_buffer("box_biases", torch.zeros(num_labels, 4))

    @abstractmethod
    def see(self, picture: Tensor) -> Tensor:
        """A picture (1, 3, H, W) -> what all its regions share: a feature map, or itself."""

    @abstractmethod
    def describe(self, seen: Tensor, boxes: Tensor) -> Described:
        """What `see` gave and regions (R, 4) -> what the network makes of each."""

    def forward(self, batch: Tensor, proposals: Tensor | None = None) -> RawTensors:
        """(N, 3, H, W), (N, P, 4) -> proposals (N, P, 4), scores (N, P, K), boxes (N, P, K, 4)."""
        given = self.given(batch, proposals)
        number, each = given.shape[:2]
        scores, moved = [], []
        for index in range(number):
            described = self._in_chunks(
                batch[index : index + 1], given[index], before=index * each, total=number * each
            )
            found = self.judge(described, given[index])
            scores.append(found[0] * real(given[index])[:, None])
            moved.append(clip(found[1], (batch.shape[2], batch.shape[3])))
        return given, torch.stack(scores), torch.stack(moved)

    def _in_chunks(self, picture: Tensor, boxes: Tensor, *, before: int, total: int) -> Described:
        seen, parts = self.see(picture), []
        for chunk in torch.split(boxes, CHUNK):
            parts.append(self.describe(seen, chunk))
            before += len(chunk)
            if self.watch is not None:
                self.watch(before, total)
        return Described(*(torch.cat(tensors) for tensors in zip(*parts, strict=True)))

    def judge(self, described: Described, boxes: Tensor) -> tuple[Tensor, Tensor]:
        """Regions (R, 4) and what they look like -> scores (R, K) in 0..1, boxes (R, K, 4)."""
        references = boxes[:, None].expand(-1, self.num_labels, -1)
        # Half precision would make equals of regions that are not.
        with torch.autocast(boxes.device.type, enabled=False):
            pooled, features = (each.float() for each in described)
            if not self.is_fitted:
                return self.scores(features).softmax(dim=1)[:, 1:], references
            margins = self.feature_scale * features @ self.svm_weights.T + self.svm_biases
            offsets = self.pooled_scale * pooled @ self.box_weights.flatten(0, 1).T  # (R, 4K)
            moved = decode(offsets.view_as(references) + self.box_biases, references)
            return (self.slopes * margins + self.offsets).sigmoid(), moved

    @torch.no_grad()
    def fit(
        self, samples: Sequence[Sample], *, features: FeatureStore, progress: FitProgress
    ) -> None:
        """Solve what descent does not learn, over all samples (3, H, W); in evaluation mode.

        `features` may hold pictures already: they are not described again. `progress(done, total,
        text)` is called per picture and may raise, to leave the rest undone.
        """
        total = len(samples)
        for number in range(total):
            progress(number, total, "Features of the proposals")
            if number not in features:
                features.put(number, self._described(*samples[number]))
        scale = scale_of(features, total, "features")
        self.feature_scale.fill_(scale)
        machines = mined_svms(features, total, scale, progress)
        _fill(self.svm_weights, self.svm_biases, machines)
        _fill(self.slopes, self.offsets, fitted_sigmoids(features, total, scale, machines))
        scale = scale_of(features, total, "pooled")
        self.pooled_scale.fill_(scale)
        regression = fitted_offsets(features, total, scale, self.num_labels)
        _fill(self.box_weights, self.box_biases, regression)
        self.is_fitted.fill_(True)

    def _described(self, picture: Tensor, target: DetectionTarget) -> dict[str, Tensor]:
        """What one picture teaches: its objects and proposals with their features."""
        proposals = self.proposed(picture[None], target)
        boxes = torch.cat([target.boxes, proposals[real(proposals)]])  # (R, 4)
        described = self._in_chunks(picture[None], boxes, before=0, total=len(boxes))
        return {
            "features": half(described.features),
            **region_sides(boxes, target, self.num_labels),
            **box_examples(boxes, described.pooled, target),
        }


def _fill(weights: Tensor, biases: Tensor, values: tuple[Tensor, Tensor]) -> None:
    weights.copy_(values[0])
    biases.copy_(values[1])
