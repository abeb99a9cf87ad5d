"""DenseNet as an image classifier.

Huang, Liu, van der Maaten, Weinberger: "Densely Connected Convolutional Networks", CVPR 2017.
"""

from models.about import About, Look, Option, Text
from models.backbones.densenet import densenet_features
from models.classifier import PooledClassifier
from models.registry import register
from models.task import Task

ABOUT = About(
    year=2017,
    idea=Text(
        "Each layer reads what all layers before it have found, laid side by side, and adds a few "
        "feature maps of its own. Nothing has to be learned twice, so a layer may be very thin: 32 "
        "maps. Between the four blocks the maps are thinned and halved.",
        "각 층은 앞의 모든 층이 찾은 것을 나란히 놓고 읽은 뒤 자신의 특징 맵 몇 장만 더합니다. "
        "같은 것을 두 번 배울 필요가 없어 한 층은 32장만큼 아주 얇아도 됩니다. 네 블록 사이에서는 "
        "채널을 줄이고 크기를 절반으로 만듭니다.",
    ),
    improves_on=Text(
        "ResNet adds what layers find, DenseNet keeps it apart: as accurate with less than "
        "half of the weights.",
        "ResNet은 찾은 것을 더해 버리지만 DenseNet은 따로 보관하여, 절반도 안 되는 가중치로 같은 "
        "정확도를 냅니다.",
    ),
    look_for=Text(
        "Look inside a block: the first channels are its input, unchanged, the last ones new.",
        "블록의 내부를 보세요. 앞쪽 채널은 들어온 그대로이고 뒤쪽 채널이 새로 찾은 것입니다.",
    ),
    differs=Text(
        "Nothing that we know of.",
        "우리가 아는 한 없습니다.",
    ),
)
LOOKS = (
    Look("features.relu0", Text("First convolution, half size", "첫 합성곱, 2분의 1 크기")),
    Look("features.denseblock1", Text("Block 1, a quarter", "1블록, 4분의 1 크기")),
    Look("features.denseblock3", Text("Block 3, a sixteenth", "3블록, 16분의 1 크기")),
    Look("features.relu5", Text("Before the mean", "평균을 내기 전")),
)


def _register(depth: int) -> None:
    def build(num_labels: int, *, width: float = 1.0) -> PooledClassifier:
        features = densenet_features(depth, width)
        channels = len(features.get_parameter("norm5.weight"))
        return PooledClassifier(features, channels, num_labels)

    build.__doc__ = f"DenseNet with {depth} layers: each reads all before it."
    register(
        f"densenet{depth}",
        task=Task.CLASSIFICATION,
        input_hw=(224, 224),
        paper="Huang, Liu, van der Maaten, Weinberger: DenseNet, CVPR 2017",
        about=ABOUT,
        options=(
            Option("width", Text("Maps a layer, times", "층당 특징 맵 배율"), (1.0, 0.5, 0.25)),
        ),
        looks=LOOKS,
    )(build)


for _depth in (121, 169):
    _register(_depth)
