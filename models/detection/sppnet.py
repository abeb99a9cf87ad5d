"""SPPnet: one convolution pass, and a pyramid of bins for every proposal.

He, Zhang, Ren, Sun: "Spatial Pyramid Pooling in Deep Convolutional Networks for Visual
Recognition", ECCV 2014, section 4. In the paper descent moved the dense layers only and left the
convolutions as ImageNet had taught them. From chance they must learn as well, so here gradients go
through the pyramid. Its network was Zeiler and Fergus', of the size of AlexNet, our default.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.about import About, Look, Text
from models.backbones.at_stride import layers_at
from models.contract import Target, Task
from models.detector import ProposalMode, detection_targets
from models.fitted import FittedDetector
from models.layers.region_crops import RegionCrop
from models.layers.regions import dense_layers, label_loss, sample_regions
from models.layers.width import scaled
from models.region_detector import BATCH_NORM, PROPOSALS, REGIONS, STRIDE
from models.registry import register
from models.second_stage import RegionFeatures
from models.semantic import WIDTH, encoder_option

LEVELS = (6, 3, 2, 1)
BINS = sum(level**2 for level in LEVELS)
DENSE_CHANNELS = 4096
SAMPLED = 64
ENCODER = encoder_option("alexnet", "vgg16", "vgg16_bn", "resnet18", "resnet50")
ABOUT = About(
    year=2014,
    idea=Text(
        "The convolutions see the whole picture once. Each proposal's part of the feature map is "
        "divided into 6x6, 3x3, 2x2 and 1x1 bins, and the largest value of every bin counts, so "
        "that any size gives the same 50 bins. Dense layers describe them, and a support vector "
        "machine for each label decides.",
        "합성곱은 그림 전체를 한 번만 봅니다. 특징 맵에서 제안마다 해당하는 부분을 6x6, 3x3, 2x2, "
        "1x1 칸으로 나누고 칸마다 가장 큰 값을 취하므로, 어떤 크기든 똑같이 50칸이 됩니다. 완전 "
        "연결층이 이를 특징으로 바꾸고, 레이블마다 하나씩 있는 서포트 벡터 머신이 판단합니다.",
    ),
    improves_on=Text(
        "R-CNN runs its network two thousand times a picture, on regions warped out of shape. One "
        "pass is enough here, and nothing is warped.",
        "R-CNN은 그림 한 장에 신경망을 이천 번, 그것도 모양이 일그러진 영역에 돌립니다. 여기서는 "
        "한 번이면 충분하고 아무것도 일그러지지 않습니다.",
    ),
    look_for=Text(
        "The same steps as R-CNN in a small part of its time. Look inside: one feature map serves "
        "all proposals.",
        "R-CNN과 같은 단계를 훨씬 짧은 시간에 마칩니다. 내부를 보세요. 특징 맵 하나를 모든 제안이 "
        "함께 씁니다.",
    ),
    differs=Text(
        "The convolutions learn as well, through the pyramid, where the paper's stay as ImageNet "
        "taught them. AlexNet is the default in place of Zeiler and Fergus' network, the picture "
        "is seen at one scale in place of five, and the machines' scores are turned into shares "
        "of hits. Weaker boxes go above an overlap of 0.45, in the paper 0.3: the overlap "
        "slider.",
        "논문의 합성곱은 ImageNet에서 배운 그대로지만 여기서는 피라미드를 지나 함께 배웁니다. "
        "Zeiler와 Fergus의 신경망 대신 AlexNet이 기본이고, 그림을 다섯 가지가 아니라 한 가지 "
        "크기로 보며, 머신의 점수는 적중 비율로 바꿉니다. 겹침이 0.45를 넘는 약한 상자를 "
        "지웁니다. 논문은 0.3이며, 겹침 슬라이더로 바꿀 수 있습니다.",
    ),
)
LOOKS = (
    Look("seen", Text("Features all regions share", "모든 영역이 함께 쓰는 특징")),
    Look("pyramid.0", Text("Finest level of the pyramid", "피라미드에서 가장 고운 단계")),
)


class SPPNet(FittedDetector):
    """Pyramid pooling over one feature map. SAMPLED regions of each picture are learned from."""

    def __init__(
        self,
        num_labels: int,
        encoder: tuple[nn.Sequential, int],
        *,
        stride: int,
        dense: int,
        batch_norm: bool,
        proposals: ProposalMode,
        regions: int,
    ) -> None:
        layers, channels = encoder
        pooled = BINS * channels
        super().__init__(
            num_labels, pooled=pooled, dense=dense, proposals=proposals, regions=regions
        )
        self.encoder = layers
        self.seen = nn.Identity()  # A place to look at.
        self.pyramid = nn.ModuleList(
            RegionCrop(level, stride, pooling="roi_pool") for level in LEVELS
        )
        self.dense = dense_layers(pooled, dense, batch_norm=batch_norm)

    def see(self, picture: Tensor) -> Tensor:
        """A picture (1, 3, H, W) -> the feature map (1, C, h, w) of all regions."""
        features: Tensor = self.seen(self.encoder(picture))
        return features

    def describe(self, seen: Tensor, boxes: Tensor) -> RegionFeatures:
        """The feature map (1, C, h, w) and regions (R, 4) -> what the network makes of them."""
        return self._describe(seen, [boxes])

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Cross entropy of the sampled regions, a quarter of them objects."""
        sampled = [
            sample_regions(self.proposed(batch, target), target, count=SAMPLED)
            for target in detection_targets(targets)
        ]
        regions = [each.boxes for each in sampled]
        described = self._describe(self.encoder(batch), regions)
        return {"label": label_loss(self.scores(described.features), sampled)}

    def _describe(self, features: Tensor, regions: list[Tensor]) -> RegionFeatures:
        """Features (N, C, h, w), each picture's boxes -> pooled (R, 50 C), dense (R, D)."""
        levels = [crop(features, regions).flatten(1) for crop in self.pyramid]
        pooled = torch.cat(levels, dim=1)  # (R, 50 C)
        return RegionFeatures(pooled, self.dense(pooled))


@register(
    "sppnet",
    task=Task.DETECTION,
    input_hw=(688, 912),
    paper="He, Zhang, Ren, Sun: Spatial Pyramid Pooling in Deep CNNs, ECCV 2014",
    about=ABOUT,
    options=(ENCODER, STRIDE, WIDTH, BATCH_NORM, PROPOSALS, REGIONS),
    looks=LOOKS,
    backends=("torch",),
    proposals=True,
)
def sppnet(
    num_labels: int,
    *,
    backbone: str = "alexnet",
    stride: int = 16,
    width: float = 1.0,
    batch_norm: bool = False,
    proposals: ProposalMode = "fast",
    regions: int = REGIONS.default,
) -> SPPNet:
    """SPPnet: one feature map for all proposals, pooled in a pyramid, judged by SVMs."""
    return SPPNet(
        num_labels,
        layers_at(backbone, stride=stride, width=width),
        stride=stride,
        dense=scaled(DENSE_CHANNELS, width),
        batch_norm=batch_norm,
        proposals=proposals,
        regions=regions,
    )
