"""VGG as an image classifier.

Simonyan, Zisserman: "Very Deep Convolutional Networks for Large-Scale Image Recognition",
ICLR 2015. Tensors are named as torchvision's, so that its weights fit.
"""

from torch import Tensor, nn

from models.about import About, Look, Option, Text
from models.backbones.vgg import CHANNELS, CONVOLUTIONS, vgg_features
from models.classifier import WIDTH, ClassificationModel
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.width import scaled
from models.registry import register
from models.task import Task

OPTIONS = (
    WIDTH,
    Option(
        "batch_norm",
        Text("Batch norm, not in the paper", "배치 정규화(논문에는 없음)"),
        (False, True),
    ),
)
ABOUT = About(
    year=2014,
    idea=Text(
        "Large kernels are not needed: two 3x3 convolutions see as far as one 5x5, with fewer "
        "weights and one more ReLU between them. So the whole network is 3x3 convolutions, and a "
        "pooling whenever the channels double. Four depths from 11 to 19 show that deeper is "
        "better.",
        "큰 커널은 필요 없습니다. 3x3 합성곱 두 개는 5x5 하나만큼 넓게 보면서 가중치는 더 적고 "
        "사이에 ReLU가 하나 더 들어갑니다. 그래서 신경망 전체가 3x3 합성곱과, 채널이 두 배가 될 "
        "때마다 놓이는 풀링뿐입니다. 11층부터 19층까지 네 가지 깊이가 깊을수록 좋다는 것을 "
        "보여 줍니다.",
    ),
    improves_on=Text(
        "AlexNet's kernels of 11, 5 and 3 become one kind, and eight layers become nineteen.",
        "AlexNet의 11, 5, 3 크기 커널이 한 가지로 통일되고, 여덟 층이 열아홉 층으로 늘어납니다.",
    ),
    look_for=Text(
        "Look inside: after each pooling the maps halve and answer to larger parts.",
        "내부를 보세요. 풀링을 지날 때마다 특징 맵이 절반이 되고 더 큰 부분에 반응합니다.",
    ),
    differs=Text(
        "Weights begin by He's rule, where the paper starts its deep networks from the shallow "
        "one. Batch norm, an option, is not the paper's. It looks once, where the paper averages "
        "crops of the picture.",
        "논문은 깊은 신경망을 얕은 것의 가중치에서 시작하지만 여기서는 He의 방법으로 "
        "초기화합니다. 옵션인 배치 정규화는 논문에 없습니다. 논문처럼 그림의 여러 조각을 "
        "평균하지 않고 한 번만 봅니다.",
    ),
)
LOOKS = (
    Look("pooled.0", Text("First pooling, half size", "첫 풀링, 2분의 1 크기")),
    Look("pooled.2", Text("Third pooling, an eighth", "세 번째 풀링, 8분의 1 크기")),
    Look(
        "pooled.4",
        Text("Fifth pooling, before the dense layers", "다섯 번째 풀링, 완전 연결층 앞"),
    ),
)


class VGG(ClassificationModel):
    """Convolutions, then the paper's three dense layers. Other sizes than 224 are pooled to 7x7."""

    def __init__(
        self, num_labels: int, depth: int, *, width: float = 1.0, batch_norm: bool = False
    ) -> None:
        super().__init__()
        dense = scaled(4096, width)
        self.features = vgg_features(depth, batch_norm=batch_norm, width=width)
        # What leaves each pooling, to be looked at: its place in `features` depends on the depth.
        self.pooled = nn.ModuleList(nn.Identity() for _ in CHANNELS)
        self.pool = nn.AdaptiveAvgPool2d(7)
        self.classifier = nn.Sequential(
            nn.Linear(scaled(CHANNELS[-1], width) * 7 * 7, dense),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(dense, dense),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
        )
        initialise_he(self.classifier)
        last = nn.Linear(dense, num_labels)
        initialise_scores(last, deviation=0.01)
        self.classifier.append(last)

    def scores(self, batch: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, K)."""
        x, pooled = batch, iter(self.pooled)
        for layer in self.features:
            x = layer(x)
            if isinstance(layer, nn.MaxPool2d):
                x = next(pooled)(x)
        scores: Tensor = self.classifier(self.pool(x).flatten(1))  # from (N, 512, 7, 7)
        return scores


def _register(depth: int) -> None:
    def build(num_labels: int, *, width: float = 1.0, batch_norm: bool = False) -> VGG:
        return VGG(num_labels, depth, width=width, batch_norm=batch_norm)

    build.__doc__ = f"VGG with {depth} layers: nothing but 3x3 convolutions."
    register(
        f"vgg{depth}",
        task=Task.CLASSIFICATION,
        input_hw=(224, 224),
        paper="Simonyan, Zisserman: Very Deep Convolutional Networks, ICLR 2015",
        about=ABOUT,
        options=OPTIONS,
        looks=LOOKS,
    )(build)


for _depth in CONVOLUTIONS:
    _register(_depth)
