"""SE-ResNet-50 as an image classifier.

Hu, Shen, Sun: "Squeeze-and-Excitation Networks", CVPR 2018.
"""

from models.about import About, Look, Text
from models.backbones.senet import seresnet50 as seresnet50_encoder
from models.classification.resnet import LOOKS, ResNetClassifier
from models.classifier import WIDTH
from models.registry import register
from models.task import Task

ABOUT = About(
    year=2017,
    idea=Text(
        "A convolution sees a small window, so a block cannot know what the picture is about. "
        "Squeeze: each feature map becomes its mean. Excite: two small dense layers turn these "
        "means into one factor per map, which strengthens what matters here and silences the rest.",
        "합성곱은 작은 창만 보므로 블록은 그림 전체가 무엇인지 알지 못합니다. 압축(squeeze)은 "
        "특징 맵마다 평균 하나를 남깁니다. 자극(excitation)은 작은 완전 연결층 두 개로 그 "
        "평균들을 맵별 계수로 바꾸어, 지금 중요한 맵은 키우고 나머지는 줄입니다.",
    ),
    improves_on=Text(
        "Ten percent more weights and hardly more work than ResNet-50, for nearly the accuracy "
        "of 101 layers.",
        "ResNet-50보다 가중치는 10퍼센트 늘고 계산은 거의 그대로인데, 101층에 가까운 정확도를 "
        "냅니다.",
    ),
    look_for=Text(
        "Look inside before and after a gate: whole feature maps grow bright or fall dark.",
        "게이트 앞뒤의 내부를 비교해 보세요. 특징 맵이 통째로 밝아지거나 어두워집니다.",
    ),
    differs=Text(
        "A block halves the size in its 3x3 convolution, where the ResNet of the paper does so "
        "in the first 1x1. It looks once, where the paper averages crops of the picture.",
        "블록의 3x3 합성곱이 크기를 절반으로 줄이며, 논문의 ResNet은 첫 1x1에서 줄입니다. "
        "논문처럼 그림의 여러 조각을 평균하지 않고 한 번만 봅니다.",
    ),
)
GATES = (
    Look("encoder.layer3.5.bn3", Text("Stage 3, before the gate", "3단계, 게이트 앞")),
    Look("encoder.layer3.5.gate", Text("Stage 3, after the gate", "3단계, 게이트 뒤")),
)


@register(
    "seresnet50",
    task=Task.CLASSIFICATION,
    input_hw=(224, 224),
    paper="Hu, Shen, Sun: Squeeze-and-Excitation Networks, CVPR 2018",
    about=ABOUT,
    options=(WIDTH,),
    looks=LOOKS + GATES,
)
def seresnet50(num_labels: int, *, width: float = 1.0) -> ResNetClassifier:
    """SE-ResNet-50: each block weighs its feature maps by the whole picture."""
    return ResNetClassifier(num_labels, seresnet50_encoder(width=width))
