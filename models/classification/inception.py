"""Inception-v4 and Inception-ResNet-v2 as image classifiers.

Szegedy, Ioffe, Vanhoucke, Alemi: "Inception-v4, Inception-ResNet and the Impact of Residual
Connections on Learning", AAAI 2017.
"""

from models.about import About, Look, Text
from models.backbones.inception import inception_resnet_v2_features, inception_v4_features
from models.classifier import WIDTH, PooledClassifier
from models.registry import register
from models.task import Task

PAPER = "Szegedy, Ioffe, Vanhoucke, Alemi: Inception-v4, AAAI 2017"
CHANNELS = 1536
DROPOUT = 0.2
MIN_SIDE = 75  # Below, nothing is left after the last unpadded reduction.
LOOK_FOR = Text(
    "Look inside: unpadded layers shave the border, and the kinds of block change with the size.",
    "내부를 보세요. 패딩이 없는 층이 가장자리를 조금씩 깎고, 크기가 바뀔 때마다 블록의 종류도 "
    "바뀝니다.",
)
V4 = About(
    year=2016,
    idea=Text(
        "Three kinds of block, one for each size of the maps: 3x3 kernels on 35x35, 7x7 split into "
        "1x7 and 7x1 on 17x17, and 3x3 split likewise on 8x8. Reductions halve by several branches "
        "at once. It is the regular, deeper form of GoogLeNet's idea.",
        "특징 맵의 크기마다 한 종류씩 세 가지 블록이 있습니다. 35x35에서는 3x3 커널, 17x17에서는 "
        "1x7과 7x1로 나눈 7x7 커널, 8x8에서는 같은 식으로 나눈 3x3 커널을 씁니다. 축소 블록은 "
        "여러 가지로 동시에 크기를 절반으로 줄입니다. GoogLeNet의 생각을 규칙적이고 더 깊게 만든 "
        "것입니다.",
    ),
    improves_on=Text(
        "Inception-v3 still carried exceptions for older machines; v4 is uniform, and deeper.",
        "Inception-v3에 남아 있던 옛 기계용 예외를 없애고 한결같이 더 깊게 만들었습니다.",
    ),
    look_for=LOOK_FOR,
    differs=Text(
        "The layers are the paper's, its training is not: RMSProp is not built. It looks once, "
        "where the paper averages crops of the picture.",
        "층은 논문과 같지만 학습 방법은 다릅니다. RMSProp은 없습니다. 논문처럼 그림의 여러 "
        "조각을 평균하지 않고 한 번만 봅니다.",
    ),
)
RESNET_V2 = About(
    year=2016,
    idea=Text(
        "What if Inception blocks had ResNet's shortcuts? Each block's branches end in a 1x1 "
        "convolution whose result, scaled down to 0.1 or 0.2, is added to the input. The scale "
        "keeps very wide networks stable, and training is much faster at the same accuracy.",
        "인셉션 블록에 ResNet의 지름길을 놓으면 어떻게 될까요? 각 블록의 가지들은 1x1 합성곱으로 "
        "끝나고, 그 결과를 0.1이나 0.2로 줄여 입력에 더합니다. 이 배율이 아주 넓은 신경망을 "
        "안정시키며, 같은 정확도에 훨씬 빨리 도달합니다.",
    ),
    improves_on=Text(
        "Inception-v4 costs as much but learns more slowly: the shortcuts are what makes the "
        "difference.",
        "Inception-v4는 계산량이 비슷하지만 더 느리게 배웁니다. 차이를 만드는 것은 지름길입니다.",
    ),
    look_for=LOOK_FOR,
    differs=Text(
        "It has 10, 20 and 10 blocks, as its authors published it; the paper draws 5, 10 and 5. "
        "RMSProp is not built. It looks once, where the paper averages crops of the picture.",
        "저자들이 공개한 대로 블록이 10, 20, 10개이며, 논문의 그림은 5, 10, 5개입니다. RMSProp은 "
        "없습니다. 논문처럼 그림의 여러 조각을 평균하지 않고 한 번만 봅니다.",
    ),
)


@register(
    "inception_v4",
    task=Task.CLASSIFICATION,
    input_hw=(299, 299),
    paper=PAPER,
    about=V4,
    options=(WIDTH,),
    looks=(
        Look("features.2", Text("Stem, half size", "줄기, 2분의 1 크기")),
        Look("features.9", Text("Blocks A, an eighth", "A 블록, 8분의 1 크기")),
        Look("features.17", Text("Blocks B, a sixteenth", "B 블록, 16분의 1 크기")),
        Look("features.21", Text("Blocks C, before the mean", "C 블록, 평균을 내기 전")),
    ),
)
def inception_v4(num_labels: int, *, width: float = 1.0) -> PooledClassifier:
    """Inception-v4: regular blocks of many branches."""
    channels = int(CHANNELS * width)
    features = inception_v4_features(width)
    return PooledClassifier(features, channels, num_labels, dropout=DROPOUT, min_side=MIN_SIDE)


@register(
    "inception_resnet_v2",
    task=Task.CLASSIFICATION,
    input_hw=(299, 299),
    paper=PAPER,
    about=RESNET_V2,
    options=(WIDTH,),
    looks=(
        Look("features.conv2d_2b", Text("Stem, half size", "줄기, 2분의 1 크기")),
        Look("features.repeat", Text("Blocks A, an eighth", "A 블록, 8분의 1 크기")),
        Look("features.repeat_1", Text("Blocks B, a sixteenth", "B 블록, 16분의 1 크기")),
        Look("features.conv2d_7b", Text("Before the mean", "평균을 내기 전")),
    ),
)
def inception_resnet_v2(num_labels: int, *, width: float = 1.0) -> PooledClassifier:
    """Inception-ResNet-v2: Inception blocks with shortcuts."""
    channels = int(CHANNELS * width)
    features = inception_resnet_v2_features(width)
    return PooledClassifier(features, channels, num_labels, dropout=DROPOUT, min_side=MIN_SIDE)
