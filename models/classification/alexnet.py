"""AlexNet as an image classifier, with the two groups of the paper.

Krizhevsky, Sutskever, Hinton: "ImageNet Classification with Deep Convolutional Neural Networks",
NeurIPS 2012.
"""

from torch import Tensor, nn

from models.about import About, Look, Text
from models.backbones.alexnet import CHANNELS, alexnet_features
from models.classifier import WIDTH, ClassificationModel
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.width import scaled
from models.registry import register
from models.task import Task

ABOUT = About(
    year=2012,
    idea=Text(
        "Five convolutions and three dense layers, with ReLUs that do not saturate and dropout "
        "against learning by heart. Half of the channels lived on each of two GPUs, and some "
        "layers see only their own half. Trained on a million pictures, it erred on 15 of a "
        "hundred where the best made by hand erred on 26.",
        "합성곱 다섯 층과 완전 연결 세 층에, 포화되지 않는 ReLU와 통째로 외우는 것을 막는 "
        "드롭아웃을 더했습니다. 채널을 절반씩 두 GPU에 나누어 두었고, 일부 층은 자기 쪽 절반만 "
        "봅니다. 백만 장의 그림으로 학습하여, 사람이 설계한 가장 좋은 방법이 백 장에 26장 틀릴 때 "
        "15장만 틀렸습니다.",
    ),
    improves_on=Text(
        "Features made by hand (SIFT, Fisher vectors) give way to features that are learned.",
        "사람이 만든 특징(SIFT, 피셔 벡터)을 학습된 특징이 대신합니다.",
    ),
    look_for=Text(
        "Look inside at the first layer: its kernels are large enough to become edge and color "
        "detectors one can recognise.",
        "첫 번째 층의 내부를 보세요. 커널이 커서 경계와 색을 찾는 모습을 눈으로 알아볼 수 "
        "있습니다.",
    ),
    differs=Text(
        "All biases begin at 0, where the paper starts some at 1, and weights by He's rule. "
        "Colors are not shifted along their principal components. It looks once, where the "
        "paper averages crops of the picture.",
        "편향은 모두 0에서 시작하며(논문은 일부를 1에서), 가중치는 He의 방법으로 초기화합니다. "
        "주성분을 따라 색을 옮기는 증강은 없습니다. 논문처럼 그림의 여러 조각을 평균하지 않고 한 "
        "번만 봅니다.",
    ),
)
LOOKS = (
    Look("features.1", Text("First convolution, a quarter", "첫 합성곱, 4분의 1 크기")),
    Look("features.5", Text("Second convolution, an eighth", "두 번째 합성곱, 8분의 1 크기")),
    Look("features.14", Text("What the dense layers see", "완전 연결층이 보는 것")),
)


class AlexNet(ClassificationModel):
    """The paper's network for 227x227. Other sizes are pooled to the 6x6 its dense layers take."""

    min_side = 67  # Below, nothing is left after the third pooling.

    def __init__(self, num_labels: int, *, width: float = 1.0) -> None:
        super().__init__()
        dense = scaled(4096, width)
        self.features = alexnet_features(width)
        self.pool = nn.AdaptiveAvgPool2d(6)
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(scaled(CHANNELS[-1], width) * 6 * 6, dense),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(dense, dense),
            nn.ReLU(inplace=True),
        )
        initialise_he(self.classifier)
        last = nn.Linear(dense, num_labels)
        initialise_scores(last, deviation=0.01)
        self.classifier.append(last)

    def scores(self, batch: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, K)."""
        features = self.pool(self.features(batch))  # (N, 256, 6, 6)
        scores: Tensor = self.classifier(features.flatten(1))
        return scores


@register(
    "alexnet",
    task=Task.CLASSIFICATION,
    input_hw=(227, 227),
    paper="Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep CNNs, NeurIPS 2012",
    about=ABOUT,
    options=(WIDTH,),
    looks=LOOKS,
)
def alexnet(num_labels: int, *, width: float = 1.0) -> AlexNet:
    """AlexNet with its two groups: the beginning of deep learning for pictures."""
    return AlexNet(num_labels, width=width)
