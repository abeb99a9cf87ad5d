"""R-CNN: every proposal cut out, warped, and classified by a network of its own.

Girshick, Donahue, Darrell, Malik: "Rich feature hierarchies for accurate object detection and
semantic segmentation", CVPR 2014. The network is AlexNet. It first learns by descent to tell warped
regions apart; then support vector machines and box regression are fitted on its features. In the
paper ImageNet had taught it before; from chance, batch norm in the dense layers helps.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torchvision.ops import roi_align

from models.about import About, Look, Option, Text
from models.backbones.alexnet import CHANNELS, alexnet_features
from models.contract import Target, Task
from models.detector import ProposalMode, detection_targets
from models.fitted import FittedDetector
from models.layers.region_crops import CutOut
from models.layers.regions import dense_layers, label_loss, sample_regions
from models.layers.width import scaled
from models.region_detector import BATCH_NORM, PROPOSALS, REGIONS
from models.registry import register
from models.second_stage import RegionFeatures
from models.semantic import WIDTH

SIDE, CONTEXT = 227, 16
"""A warped region in the paper, and how many pixels of what lies around it are on each side."""
DENSE_CHANNELS = 4096
NEGATIVE_IOU = (0.0, 0.5)
WARP = Option("warp", Text("Side of a warped region", "변형한 영역의 한 변"), (SIDE, 131, 99, 67))
SAMPLED = Option(
    "sampled",
    Text("Regions of a picture learned from", "그림마다 학습에 쓰는 영역 수"),
    (128, 64, 32),
)
ABOUT = About(
    year=2014,
    idea=Text(
        "Selective search proposes about two thousand boxes. Each is cut out with a little of what "
        "surrounds it, warped to one square size, and sent through AlexNet by itself. One support "
        "vector machine for each label then judges the 4096 numbers that come out, and a linear "
        "regression moves the box.",
        "선택적 탐색이 상자를 이천 개쯤 제안합니다. 각 상자를 둘레와 함께 잘라 정해진 크기의 "
        "정사각형으로 변형한 뒤 하나씩 AlexNet에 넣습니다. 여기서 나오는 4096개의 수를 레이블마다 "
        "하나씩 있는 서포트 벡터 머신이 판단하고, 선형 회귀가 상자를 옮깁니다.",
    ),
    improves_on=Text(
        "Detectors before slid windows over gradients described by hand. Learned features raised "
        "the score on Pascal VOC by a third and more.",
        "이전의 검출기는 사람이 설계한 기울기 특징 위로 윈도를 밀며 찾았습니다. 학습한 특징은 "
        "Pascal VOC의 점수를 3분의 1 넘게 끌어올렸습니다.",
    ),
    look_for=Text(
        "How long it takes: the network runs once for every proposal. Fewer proposals are faster, "
        "and lose objects.",
        "걸리는 시간을 보세요. 신경망이 제안마다 한 번씩 돌아갑니다. 제안을 줄이면 빨라지지만 "
        "물체를 놓칩니다.",
    ),
    differs=Text(
        "The network learns from chance, where the paper's had learned ImageNet. Scores of the "
        "support vector machines are turned into shares of hits. Weaker boxes go above an "
        "overlap of 0.45, in the paper 0.3: the overlap slider.",
        "논문의 신경망은 ImageNet을 먼저 배웠지만 여기서는 처음부터 배웁니다. 서포트 벡터 머신의 "
        "점수는 적중 비율로 바꿉니다. 겹침이 0.45를 넘는 약한 상자를 지웁니다. 논문은 0.3이며, "
        "겹침 슬라이더로 바꿀 수 있습니다.",
    ),
)
LOOKS = (Look("warped", Text("Warped regions, in their order", "변형한 영역, 주어진 순서")),)


class RCNN(FittedDetector):
    """AlexNet over regions warped to `warp` x `warp`; `sampled` of a picture are learned from."""

    def __init__(
        self,
        num_labels: int,
        *,
        width: float,
        warp: int,
        sampled: int,
        batch_norm: bool,
        proposals: ProposalMode,
        regions: int,
    ) -> None:
        pooled = scaled(CHANNELS[-1], width) * pooled_side(warp) ** 2
        dense = scaled(DENSE_CHANNELS, width)
        super().__init__(
            num_labels, pooled=pooled, dense=dense, proposals=proposals, regions=regions
        )
        self.warped = CutOut()
        self.features = alexnet_features(width)
        self.dense = dense_layers(pooled, dense, batch_norm=batch_norm)
        self.side = warp
        self.sampled = sampled

    def see(self, picture: Tensor) -> Tensor:
        """The picture (1, 3, H, W) itself: nothing is shared between regions."""
        return picture

    def describe(self, seen: Tensor, boxes: Tensor) -> RegionFeatures:
        """A picture (1, 3, H, W) and regions (R, 4) -> what the network makes of them."""
        warped = self.warped(warp_regions(seen, boxes, self.side), [boxes])  # (R, 3, warp, warp)
        pooled = self.features(warped).flatten(1)  # (R, B)
        return RegionFeatures(pooled, self.dense(pooled))

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Cross entropy of the sampled regions, a quarter of them objects."""
        sampled, warped = [], []
        for picture, target in zip(batch, detection_targets(targets), strict=True):
            regions = sample_regions(
                self.proposed(batch, target),
                target,
                count=self.sampled,
                negative_iou=NEGATIVE_IOU,
            )
            sampled.append(regions)
            warped.append(warp_regions(picture[None], regions.boxes, self.side))
        features = self.dense(self.features(torch.cat(warped)).flatten(1))
        return {"label": label_loss(self.scores(features), sampled)}


def warp_regions(picture: Tensor, boxes: Tensor, side: int) -> Tensor:
    """Regions (R, 4) of a picture (1, 3, H, W), each with its context, warped: (R, 3, side, side).

    The context is CONTEXT pixels of SIDE, as in the paper. What lies outside of the picture is 0,
    which is the mean. Large regions are averaged as they shrink.
    """
    share = CONTEXT / (SIDE - 2 * CONTEXT)
    around = share * (boxes[:, 2:] - boxes[:, :2])  # (R, 2)
    wider = torch.cat([boxes[:, :2] - around, boxes[:, 2:] + around], dim=1)
    warped: Tensor = roi_align(picture.float(), [wider], side, aligned=True)
    return warped


def pooled_side(side: int) -> int:
    """The side of the map that leaves AlexNet's last pooling: 6 for 227."""
    side = (side - 11) // 4 + 1
    for _ in range(3):
        side = (side - 3) // 2 + 1
    return side


@register(
    "rcnn",
    task=Task.DETECTION,
    input_hw=(375, 500),
    paper="Girshick, Donahue, Darrell, Malik: Rich feature hierarchies (R-CNN), CVPR 2014",
    about=ABOUT,
    options=(WIDTH, WARP, SAMPLED, BATCH_NORM, PROPOSALS, REGIONS),
    looks=LOOKS,
    backends=("torch",),
    proposals=True,
)
def rcnn(
    num_labels: int,
    *,
    width: float = 1.0,
    warp: int = SIDE,
    sampled: int = SAMPLED.default,
    batch_norm: bool = False,
    proposals: ProposalMode = "fast",
    regions: int = REGIONS.default,
) -> RCNN:
    """R-CNN: AlexNet over every proposal, warped, and support vector machines."""
    return RCNN(
        num_labels,
        width=width,
        warp=warp,
        sampled=sampled,
        batch_norm=batch_norm,
        proposals=proposals,
        regions=regions,
    )
