"""What the detectors that judge given regions have in common: what they are given, what they say.

Their raw tensors are the proposals (N, P, 4), what each label scores there (N, P, K) in 0..1, and
the box each label would put there (N, P, K, 4), all xyxy in input pixels.
"""

import torch
from torch import Tensor

from models.about import Option, Text
from models.contract import DetectionTarget, Output, RawTensors
from models.detector import (
    DetectorStep,
    Matches,
    ProposalDetector,
    ProposalMode,
    candidates,
    sliding_windows,
)
from models.layers.matching import match
from models.layers.regions import real

PROPOSALS = Option(
    "proposals",
    Text("Proposals: selective search or windows", "제안: 선택적 탐색 또는 슬라이딩 윈도"),
    ("fast", "quality", "sliding"),
    live=True,
)
REGIONS = Option(
    "regions",
    Text("Proposals judged, at most", "판단할 제안의 최대 개수"),
    (2000, 1000, 500, 200, 100),
    live=True,
)
STRIDE = Option("stride", Text("Pixels per feature", "특징 한 칸의 픽셀 수"), (16, 8))
BATCH_NORM = Option(
    "batch_norm",
    Text(
        "Batch norm in the dense layers, not in the paper",
        "완전 연결층의 배치 정규화(논문에는 없음)",
    ),
    (False, True),
)
POSITIVE_IOU = 0.5


class RegionDetector(ProposalDetector):
    """A detector that judges the first `regions` of its proposals, each by itself."""

    def __init__(self, *, proposals: ProposalMode, regions: int) -> None:
        super().__init__(proposals=proposals)
        self.regions = regions

    def given(self, batch: Tensor, proposals: Tensor | None) -> Tensor:
        """The proposals to judge (N, P, 4), P at most `regions`; windows if there are none."""
        if proposals is None:
            windows = sliding_windows((batch.shape[2], batch.shape[3])).to(batch.device)
            return spread(windows, self.regions).expand(len(batch), -1, -1)
        if self.proposal_mode == "sliding":
            return spread(proposals, self.regions).float()
        return proposals[:, : self.regions].float()

    def proposed(self, batch: Tensor, target: DetectionTarget) -> Tensor:
        """The proposals (P, 4) that a picture of the batch is learned from."""
        return self.given(batch[:1], _alone(target.proposals))[0]

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Every proposal with each label that scores above 0.001, moved as that label would."""
        _, scores, boxes = raw
        return [candidates(b, s) for b, s in zip(boxes.float(), scores.float(), strict=True)]

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """The proposals in their order with the label that scores most, then each label's boxes."""
        found: list[tuple[DetectorStep, ...]] = []
        for proposals, scores, boxes in zip(*(t.float() for t in raw), strict=True):
            given = real(proposals)
            best, labels = scores[given].max(dim=1)
            moved = candidates(boxes, scores)
            found.append(
                (
                    DetectorStep(
                        Text("Proposals in their order", "제안, 주어진 순서대로"),
                        proposals[given],
                        best,
                        labels,
                    ),
                    DetectorStep(
                        Text("Boxes of each label", "레이블마다 조정된 상자"),
                        moved.boxes,
                        moved.scores,
                        moved.labels,
                    ),
                )
            )
        return found

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The proposals that overlap an object by half and more learn it."""
        empty = target.boxes.new_zeros(1, 3, *size_hw)
        proposals = self.proposed(empty, target)
        objects = match(
            proposals, target.boxes, above=POSITIVE_IOU, below=POSITIVE_IOU, winners="none"
        )
        return Matches(proposals[objects >= 0], objects[objects >= 0])


def spread(boxes: Tensor, count: int) -> Tensor:
    """At most so many of the boxes (..., P, 4), evenly from first to last: no window is best."""
    last = boxes.shape[-2] - 1
    chosen = torch.linspace(0, last, min(count, last + 1), device=boxes.device)
    return boxes[..., chosen.round().long(), :]


def _alone(proposals: Tensor | None) -> Tensor | None:
    return None if proposals is None else proposals[None]
