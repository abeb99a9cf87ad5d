"""A ResNet-50 with deformable convolutions as an image classifier.

Dai, Qi, Xiong, Li, Zhang, Hu, Wei: "Deformable Convolutional Networks", ICCV 2017.
"""

from models.about import About, Look, Text
from models.backbones.deformable_resnet import resnet50_deformable as deformable_encoder
from models.classification.resnet import LOOKS, ResNetClassifier
from models.classifier import WIDTH
from models.registry import register
from models.task import Task

ABOUT = About(
    year=2017,
    idea=Text(
        "A 3x3 kernel looks at nine fixed points, whatever lies there. Here a second convolution "
        "says for every place how far to move each of the nine, in parts of a pixel. Learned like "
        "everything else, the points leave the grid and follow the object.",
        "3x3 커널은 무엇이 있든 정해진 아홉 점만 봅니다. 여기서는 또 하나의 합성곱이 위치마다 아홉 "
        "점을 각각 얼마나 옮길지 소수점 단위로 알려 줍니다. 이것도 함께 학습되어 점들이 격자를 "
        "벗어나 물체를 따라갑니다.",
    ),
    improves_on=Text(
        "Dilation widens the grid alike everywhere; deformation does it where and how it helps.",
        "팽창 합성곱은 어디서나 똑같이 격자를 넓히지만, 변형 합성곱은 필요한 곳에서 필요한 만큼만 "
        "넓힙니다.",
    ),
    look_for=Text(
        "Look inside at the offsets: flat over background, changing at the borders of objects.",
        "오프셋의 내부를 보세요. 배경에서는 고르고 물체의 경계에서 바뀝니다.",
    ),
    differs=Text(
        "The paper deforms the same three layers in detectors and segmenters, where the last "
        "stage keeps a sixteenth of the size; here they are in a classifier. Deformable RoI "
        "pooling is not built.",
        "논문은 같은 세 층을 마지막 단계가 16분의 1 크기를 유지하는 탐지기와 분할기에서 "
        "변형하지만, 여기서는 분류기에 들어 있습니다. 변형 RoI 풀링은 없습니다.",
    ),
)
OFFSETS = (
    Look("encoder.layer4.0.conv2.offset", Text("Offsets, first block", "오프셋, 첫 블록")),
    Look("encoder.layer4.2.conv2.offset", Text("Offsets, last block", "오프셋, 마지막 블록")),
)


@register(
    "resnet50_deformable",
    task=Task.CLASSIFICATION,
    input_hw=(224, 224),
    paper="Dai et al.: Deformable Convolutional Networks, ICCV 2017",
    about=ABOUT,
    options=(WIDTH,),
    looks=LOOKS + OFFSETS,
)
def resnet50_deformable(num_labels: int, *, width: float = 1.0) -> ResNetClassifier:
    """ResNet-50 whose last convolutions choose where they look."""
    return ResNetClassifier(num_labels, deformable_encoder(width=width))
