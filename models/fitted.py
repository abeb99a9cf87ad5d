"""Detectors that learn in two stages: a network by descent, then what is solved on its features.

Girshick et al., "R-CNN", CVPR 2014: once the network has learned to tell regions apart, a linear
support vector machine per label is trained on its features, and a regression per label moves the
boxes. He et al., "SPPnet", ECCV 2014, do the same with other features.
"""

from abc import abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.contract import DetectionTarget, RawTensors
from models.detector import ProposalMode
from models.layers.box_coding import clip
from models.layers.initialise import initialise_scores
from models.layers.regions import real
from models.region_detector import RegionDetector
from models.region_fitting import (
    FeatureStore,
    FitProgress,
    box_examples,
    half,
    region_sides,
    solve,
)
from models.second_stage import RegionFeatures, SecondStage, unsolved

CHUNK = 128
"""Regions described at once: the features of two thousand would take gigabytes."""
FitPair = tuple[Tensor, DetectionTarget]


class FittedDetector(RegionDetector):
    """A detector whose labels are scored by support vector machines, once `fit` was called.

    Until then the softmax layer of the descent answers, and boxes stay where they were proposed.
    The second stage lies in buffers: it is saved with the weights, and no optimizer touches it.
    """

    is_fitted: Tensor

    def __init__(
        self, num_labels: int, *, pooled: int, dense: int, proposals: ProposalMode, regions: int
    ) -> None:
        super().__init__(proposals=proposals, regions=regions)
        self.num_labels = num_labels
        self.scores = nn.Linear(dense, 1 + num_labels)
        initialise_scores(self.scores, deviation=0.01)
        self.register_buffer("is_fitted", torch.tensor(False))
        for name, tensor in unsolved(num_labels, pooled=pooled, dense=dense)._asdict().items():
            self.register_buffer(name, tensor)

    @property
    def second_stage(self) -> SecondStage:
        """What was solved last, as it is saved."""
        return SecondStage(*(self.get_buffer(name) for name in SecondStage._fields))

    @abstractmethod
    def see(self, picture: Tensor) -> Tensor:
        """A picture (1, 3, H, W) -> what all its regions share: a feature map, or itself."""

    @abstractmethod
    def describe(self, seen: Tensor, boxes: Tensor) -> RegionFeatures:
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

    def _in_chunks(
        self, picture: Tensor, boxes: Tensor, *, before: int, total: int
    ) -> RegionFeatures:
        seen, parts = self.see(picture), []
        for chunk in torch.split(boxes, CHUNK):
            parts.append(self.describe(seen, chunk))
            before += len(chunk)
            if self.watch is not None:
                self.watch(before, total)
        return RegionFeatures(*(torch.cat(tensors) for tensors in zip(*parts, strict=True)))

    def judge(self, described: RegionFeatures, boxes: Tensor) -> tuple[Tensor, Tensor]:
        """Regions (R, 4) and what they look like -> scores (R, K) in 0..1, boxes (R, K, 4)."""
        # Half precision would make equals of regions that are not.
        with torch.autocast(boxes.device.type, enabled=False):
            exact = RegionFeatures(*(each.float() for each in described))
            if self.is_fitted:
                return self.second_stage.judge(exact, boxes)
            unmoved = boxes[:, None].expand(-1, self.num_labels, -1)
            return self.scores(exact.features).softmax(dim=1)[:, 1:], unmoved

    @torch.no_grad()
    def fit(
        self, samples: Sequence[FitPair], *, features: FeatureStore, progress: FitProgress
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
        solved = solve(features, total, self.num_labels, progress)
        for kept, value in zip(self.second_stage, solved, strict=True):
            kept.copy_(value)
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
