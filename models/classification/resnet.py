"""ResNet as an image classifier.

He, Zhang, Ren, Sun: "Deep Residual Learning for Image Recognition", CVPR 2016.
"""

from torch import Tensor

from models.about import About, Look, Text
from models.backbones.backbone import Backbone
from models.backbones.resnet import ResNet
from models.classifier import WIDTH, ClassificationModel
from models.layers.pooled_head import PooledHead
from models.registry import register
from models.task import Task

PAPER = "He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, CVPR 2016"
ABOUT = About(
    year=2015,
    idea=Text(
        "Very deep plain networks learn worse, though they could copy a shallow one. Here each "
        "block adds a correction to its input instead of replacing it. Doing nothing is then easy, "
        "gradients flow through the sums, and 152 layers learn better than 34.",
        "아주 깊은 보통 신경망은 얕은 신경망을 흉내만 내도 될 텐데 오히려 더 못 배웁니다. "
        "여기서는 각 블록이 입력을 바꾸는 대신 입력에 더할 보정값만 배웁니다. 아무것도 하지 않는 "
        "것이 쉬워지고 기울기가 덧셈을 따라 흘러서, 152층이 34층보다 잘 배웁니다.",
    ),
    improves_on=Text(
        "VGG stopped learning beyond 19 layers; ResNet goes eight times as deep with fewer "
        "multiplications.",
        "VGG는 19층을 넘으면 더 배우지 못했지만, ResNet은 더 적은 곱셈으로 여덟 배 깊어집니다.",
    ),
    look_for=Text(
        "Look inside: the stages grow coarser and more selective, from edges to whole objects.",
        "내부를 보세요. 단계가 깊어질수록 거칠어지고, 경계에서 물체 전체로 반응이 옮겨 갑니다.",
    ),
    differs=Text(
        "From 50 layers on, a block halves the size in its 3x3 convolution, as torchvision's, "
        "where the paper's first 1x1 does. It looks once, where the paper averages crops of the "
        "picture.",
        "50층부터는 torchvision처럼 블록의 3x3 합성곱이 크기를 절반으로 줄이며, 논문은 첫 "
        "1x1에서 줄입니다. 논문처럼 그림의 여러 조각을 평균하지 않고 한 번만 봅니다.",
    ),
)
LOOKS = (
    Look("encoder.relu", Text("First convolution, half size", "첫 합성곱, 2분의 1 크기")),
    Look("encoder.layer1", Text("Stage 1, a quarter", "1단계, 4분의 1 크기")),
    Look("encoder.layer2", Text("Stage 2, an eighth", "2단계, 8분의 1 크기")),
    Look("encoder.layer3", Text("Stage 3, a sixteenth", "3단계, 16분의 1 크기")),
    Look("encoder.layer4", Text("Stage 4, before the mean", "4단계, 평균을 내기 전")),
)


class ResNetClassifier(ClassificationModel):
    """A ResNet encoder, the mean of its last features, and one dense layer."""

    def __init__(self, num_labels: int, encoder: Backbone) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = PooledHead(encoder.channels[-1], num_labels)

    def scores(self, batch: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, K)."""
        scores: Tensor = self.head(self.encoder(batch)[-1])
        return scores


def _register(depth: int) -> None:
    def build(num_labels: int, *, width: float = 1.0) -> ResNetClassifier:
        return ResNetClassifier(num_labels, ResNet(depth, width=width))

    build.__doc__ = f"ResNet with {depth} layers: each block adds to its input."
    register(
        f"resnet{depth}",
        task=Task.CLASSIFICATION,
        input_hw=(224, 224),
        paper=PAPER,
        about=ABOUT,
        options=(WIDTH,),
        looks=LOOKS,
    )(build)


for _depth in (18, 34, 50, 101, 152):
    _register(_depth)
