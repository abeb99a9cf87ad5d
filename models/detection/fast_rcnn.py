"""Fast R-CNN: one convolution pass for all proposals, then everything learned together.

Girshick: "Fast R-CNN", ICCV 2015. The convolutions see the picture once. Each proposal's part of
the map is pooled to 7x7, and two dense layers, a softmax over the labels and a box per label are
trained with one loss, end to end. The paper starts from ImageNet's weights and this from chance;
`vgg16_bn` and the ResNets, which normalise, learn much faster so. The ResNets' last stage keeps
stride 16 and is dilated.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torchvision.ops import roi_align, roi_pool

from models.about import About, Look, Option, Text
from models.backbones import backbone as backbones
from models.backbones.sequential import scaled
from models.contract import RawTensors, Target, Task
from models.detector import ProposalMode, detection_targets
from models.layers.regions import RegionHead, judged, region_losses, sample_regions
from models.region_detector import PROPOSALS, REGIONS, RegionDetector
from models.registry import register
from models.semantic import WIDTH, encoder_option

STRIDE = 16
POOLED = 7
DENSE = 4096
SAMPLED = 64
POOLING = Option(
    "pooling",
    Text("How a region is pooled", "영역을 풀링하는 방법"),
    ("roi_pool", "roi_align"),
    live=True,
)
ABOUT = About(
    year=2015,
    idea=Text(
        "The convolutions see the whole picture once. Each proposal cuts its part out of the "
        "feature map, and that part is pooled to 7x7 whatever its size. Dense layers then say "
        "which label it is and how to move the box, and all of it learns from one loss.",
        "합성곱은 그림 전체를 한 번만 봅니다. 제안마다 특징 맵에서 자기 부분을 잘라 내고, "
        "그 부분은 크기와 관계없이 7x7로 풀링됩니다. 그다음 완전 연결층이 어느 레이블인지와 상자를 "
        "어떻게 옮길지를 말하며, 이 모두가 하나의 손실로 함께 학습됩니다.",
    ),
    improves_on=Text(
        "R-CNN ran its network on every proposal and then trained support vector machines and box "
        "regression apart. Here is one pass, one training, and no features on disk.",
        "R-CNN은 제안마다 신경망을 돌린 뒤 서포트 벡터 머신과 상자 회귀를 따로 학습했습니다. "
        "여기서는 계산도 한 번, 학습도 한 번이며 특징을 디스크에 저장하지 않습니다.",
    ),
    look_for=Text(
        "Look at the time: nearly all of it is selective search now. And compare a proposal with "
        "the box it becomes.",
        "시간을 보세요. 이제 거의 전부가 선택적 탐색에 쓰입니다. 그리고 제안과 그것이 조정된 "
        "상자를 비교해 보세요.",
    ),
)
LOOKS = (
    Look("map", Text("Feature map, a sixteenth", "특징 맵, 16분의 1 크기")),
    Look("pooled", Text("The first proposal, pooled to 7x7", "첫 번째 제안을 7x7로 풀링한 것")),
)


class FastRCNN(RegionDetector):
    """RoI pooling over one feature map. `sampled` regions of each picture are learned from."""

    def __init__(
        self,
        num_labels: int,
        backbone: backbones.Backbone,
        *,
        dense: int,
        sampled: int = SAMPLED,
        pooling: str = "roi_pool",
        proposals: ProposalMode = "fast",
        regions: int = REGIONS.default,
    ) -> None:
        super().__init__(proposals=proposals, regions=regions)
        self.backbone = without_last_pooling(backbone)
        self.map = nn.Identity()
        self.pooled = nn.Identity()
        self.head = RegionHead(backbone.channels[-1] * POOLED**2, dense, num_labels, dropout=0.5)
        self.stride = backbone.strides[-1]
        self.sampled = sampled
        self._pool = {"roi_pool": roi_pool, "roi_align": roi_align}[pooling]

    def forward(self, batch: Tensor, proposals: Tensor | None = None) -> RawTensors:
        """(N, 3, H, W), (N, P, 4) -> proposals (N, P, 4), scores (N, P, K), boxes (N, P, K, 4)."""
        size_hw = batch.shape[2], batch.shape[3]
        given = self.given(batch, proposals)
        features = self.map(self.backbone(batch)[-1])  # (N, C, H/16, W/16)
        scores, boxes = [], []
        for number, regions in enumerate(given):
            judgement = self._judge(features[number : number + 1], [regions])
            found = judged(regions, *judgement, size_hw)
            scores.append(found[0])
            boxes.append(found[1])
            if self.watch is not None:
                self.watch((number + 1) * given.shape[1], given.shape[0] * given.shape[1])
        return given, torch.stack(scores), torch.stack(boxes)

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Cross entropy and smooth L1 of the sampled regions, a quarter of them objects."""
        sampled = [
            sample_regions(self.proposed(batch, target), target, count=self.sampled)
            for target in detection_targets(targets)
        ]
        features = self.backbone(batch)[-1]
        scores, offsets = self._judge(features, [regions.boxes for regions in sampled])
        return region_losses(scores, offsets, sampled)

    def _judge(self, features: Tensor, regions: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Features (N, C, h, w), each picture's boxes -> scores (R, 1 + K), offsets (R, K, 4)."""
        # The operators want features and boxes of one type, and boxes need float32.
        pooled = self._pool(features.float(), regions, POOLED, 1 / self.stride)  # (R, C, 7, 7)
        scores, offsets = self.head(self.pooled(pooled))
        return scores, offsets


def without_last_pooling(backbone: backbones.Backbone) -> backbones.Backbone:
    """VGG and AlexNet end with a pooling; that of the regions takes its place."""
    features = getattr(backbone, "features", None)
    if isinstance(features, nn.Sequential) and isinstance(features[-1], nn.MaxPool2d):
        features[-1] = nn.Identity()
    return backbone


@register(
    "fast_rcnn",
    task=Task.DETECTION,
    input_hw=(600, 800),
    paper="Girshick: Fast R-CNN, ICCV 2015",
    about=ABOUT,
    options=(
        encoder_option("vgg16", "vgg16_bn", "alexnet", "resnet18", "resnet50"),
        WIDTH,
        POOLING,
        PROPOSALS,
        REGIONS,
    ),
    looks=LOOKS,
    backends=("torch",),
    proposals=True,
)
def fast_rcnn(
    num_labels: int,
    *,
    backbone: str = "vgg16",
    width: float = 1.0,
    pooling: str = "roi_pool",
    proposals: ProposalMode = "fast",
    regions: int = REGIONS.default,
) -> FastRCNN:
    """Fast R-CNN: proposals judged on one feature map, labels and boxes learned together."""
    return FastRCNN(
        num_labels,
        backbones.build(backbone, output_stride=STRIDE, width=width),
        dense=scaled(DENSE, width),
        pooling=pooling,
        proposals=proposals,
        regions=regions,
    )
