"""EfficientNet B0 to B3 as image classifiers; the input grows with the network.

Tan, Le: "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019.
"""

from models.about import About, Look, Text
from models.backbones.efficientnet import SCALES, efficientnet_features
from models.classifier import WIDTH, PooledClassifier
from models.registry import register
from models.task import Task

ABOUT = About(
    year=2019,
    idea=Text(
        "A network grows in three ways: more layers, more channels, larger pictures. Alone each "
        "soon stops helping. Compound scaling grows all three together by fixed factors (a step is "
        "1.2 deeper, 1.1 wider, 1.15 larger), from B0, whose blocks a search has found.",
        "신경망은 층, 채널, 그림 크기의 세 방향으로 커질 수 있는데, 하나만 키우면 곧 효과가 "
        "없어집니다. "
        "복합 스케일링은 한 단계마다 깊이 1.2배, 너비 1.1배, 그림 1.15배로 셋을 함께 키웁니다. "
        "출발점인 B0의 블록은 자동 탐색으로 찾았습니다.",
    ),
    improves_on=Text(
        "ResNets were made larger by depth alone; B3 is better than ResNet-152 with a fifth of its "
        "weights.",
        "ResNet은 깊이만 늘려 키웠습니다. B3는 ResNet-152의 5분의 1 가중치로 더 정확합니다.",
    ),
    look_for=Text(
        "Compare B0 to B3 on one frame: input side, rate and the sureness of the answer grow or "
        "fall together.",
        "같은 프레임에서 B0부터 B3까지 비교해 보세요. 입력 크기와 속도, 답의 확신이 함께 "
        "달라집니다.",
    ),
    differs=Text(
        "The layers are the paper's, its training is not: AutoAugment and RMSProp are not built.",
        "층은 논문과 같지만 학습 방법은 다릅니다. AutoAugment와 RMSProp은 없습니다.",
    ),
)
LOOKS = (
    Look("features.0", Text("First convolution, half size", "첫 합성곱, 2분의 1 크기")),
    Look("features.2", Text("Stage 2, a quarter", "2단계, 4분의 1 크기")),
    Look("features.5", Text("Stage 5, a sixteenth", "5단계, 16분의 1 크기")),
    Look("features.8", Text("Before the mean", "평균을 내기 전")),
)


def _register(size: int) -> None:
    scale = SCALES[size]

    def build(num_labels: int, *, width: float = 1.0) -> PooledClassifier:
        features = efficientnet_features(size, width)
        channels = len(features.get_parameter("8.1.weight"))
        return PooledClassifier(features, channels, num_labels, dropout=scale.dropout)

    build.__doc__ = (
        f"EfficientNet B{size}: {scale.width} as wide, {scale.depth} as deep as B0, "
        f"at {scale.side}x{scale.side}."
    )
    register(
        f"efficientnet_b{size}",
        task=Task.CLASSIFICATION,
        input_hw=(scale.side, scale.side),
        paper="Tan, Le: EfficientNet, ICML 2019",
        about=ABOUT,
        options=(WIDTH,),
        looks=LOOKS,
    )(build)


for _size in SCALES:
    _register(_size)
