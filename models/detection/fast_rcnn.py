"""Fast R-CNN: one convolution pass for all proposals, then everything learned together.

Girshick: "Fast R-CNN", ICCV 2015. The convolutions see the picture once. Each proposal's part of
the map is pooled to 7x7, and two dense layers, a softmax over the labels and a box per label are
trained with one loss, end to end. The paper starts from ImageNet's weights. From chance, encoders
and dense layers that normalise learn much faster.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.about import About, Look, Option, Text
from models.backbones.at_stride import layers_at
from models.contract import RawTensors, Target, Task
from models.detector import ProposalMode, detection_targets
from models.layers.region_crops import Pooling, RegionCrop
from models.layers.regions import RegionHead, judged, region_losses, sample_regions
from models.layers.width import scaled
from models.region_detector import BATCH_NORM, PROPOSALS, REGIONS, STRIDE, RegionDetector
from models.registry import register
from models.semantic import LITE, WIDTH, encoder_option

CROP_SIZE = 7
DENSE_CHANNELS = 4096
SAMPLED = 64
ENCODER = encoder_option("vgg16", "vgg16_bn", "alexnet", "resnet18", "resnet50", *LITE)
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
    differs=Text(
        "It learns from chance unless it is given weights; RoI align, batch norm and the "
        "encoders beside VGG16 and AlexNet are newer options. Weaker boxes go above an overlap "
        "of 0.45, in the paper 0.3: the overlap slider.",
        "가중치를 주지 않으면 처음부터 배웁니다. RoI align과 배치 정규화, VGG16과 AlexNet 밖의 "
        "인코더는 더 새로운 옵션입니다. 겹침이 0.45를 넘는 약한 상자를 지웁니다. 논문은 0.3이며, "
        "겹침 슬라이더로 바꿀 수 있습니다.",
    ),
)
LOOKS = (
    Look("seen", Text("Features all regions share", "모든 영역이 함께 쓰는 특징")),
    Look("crop", Text("Regions cut out, in their order", "잘라 낸 영역, 주어진 순서")),
)


class FastRCNN(RegionDetector):
    """RoI pooling over one feature map. SAMPLED regions of each picture are learned from."""

    def __init__(
        self,
        num_labels: int,
        encoder: tuple[nn.Sequential, int],
        crop: RegionCrop,
        *,
        dense: int,
        batch_norm: bool,
        proposals: ProposalMode,
        regions: int,
    ) -> None:
        super().__init__(proposals=proposals, regions=regions)
        self.encoder, channels = encoder
        self.seen = nn.Identity()  # A place to look at.
        self.crop = crop
        self.head = RegionHead(channels * crop.size**2, dense, num_labels, batch_norm=batch_norm)

    def forward(self, batch: Tensor, proposals: Tensor | None = None) -> RawTensors:
        """(N, 3, H, W), (N, P, 4) -> proposals (N, P, 4), scores (N, P, K), boxes (N, P, K, 4)."""
        size_hw = batch.shape[2], batch.shape[3]
        given = self.given(batch, proposals)
        features = self.seen(self.encoder(batch))  # (N, C, h, w)
        scores, boxes = [], []
        for number, regions in enumerate(given):
            crops = self.crop(features[number : number + 1], [regions])  # (P, C, 7, 7)
            logits, offsets = self.head(crops)
            found = judged(regions, logits, offsets, size_hw)
            scores.append(found[0])
            boxes.append(found[1])
            if self.watch is not None:
                self.watch((number + 1) * given.shape[1], given.shape[0] * given.shape[1])
        return given, torch.stack(scores), torch.stack(boxes)

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Cross entropy and smooth L1 of the sampled regions, a quarter of them objects."""
        sampled = [
            sample_regions(self.proposed(batch, target), target, count=SAMPLED)
            for target in detection_targets(targets)
        ]
        crops = self.crop(self.encoder(batch), [regions.boxes for regions in sampled])
        scores, offsets = self.head(crops)
        return region_losses(scores, offsets, sampled)


@register(
    "fast_rcnn",
    task=Task.DETECTION,
    input_hw=(600, 800),
    paper="Girshick: Fast R-CNN, ICCV 2015",
    about=ABOUT,
    options=(ENCODER, STRIDE, WIDTH, BATCH_NORM, POOLING, PROPOSALS, REGIONS),
    looks=LOOKS,
    backends=("torch",),
    proposals=True,
)
def fast_rcnn(
    num_labels: int,
    *,
    backbone: str = "vgg16",
    stride: int = 16,
    width: float = 1.0,
    batch_norm: bool = False,
    pooling: Pooling = "roi_pool",
    proposals: ProposalMode = "fast",
    regions: int = REGIONS.default,
) -> FastRCNN:
    """Fast R-CNN: proposals judged on one feature map, labels and boxes learned together."""
    return FastRCNN(
        num_labels,
        layers_at(backbone, stride=stride, width=width),
        RegionCrop(CROP_SIZE, stride, pooling=pooling),
        dense=scaled(DENSE_CHANNELS, width),
        batch_norm=batch_norm,
        proposals=proposals,
        regions=regions,
    )
