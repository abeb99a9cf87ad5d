"""GoogLeNet as an image classifier, with its two auxiliary classifiers.

Szegedy et al.: "Going Deeper with Convolutions", CVPR 2015.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from models.about import About, Look, Text
from models.backbones.googlenet import Inception, googlenet_features
from models.classifier import WIDTH, PooledClassifier, label_loss, labels_of
from models.contract import Target
from models.layers.conv import conv_norm_relu
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.width import scaled
from models.registry import register
from models.task import Task

AUXILIARY_WEIGHT = 0.3
AUXILIARY_AFTER = ("inception4a", "inception4d")
ABOUT = About(
    year=2014,
    idea=Text(
        "Who knows which kernel is right? Each block looks with 1x1, 3x3 and 5x5 kernels and a "
        "pooling at once, and puts all they find side by side. 1x1 convolutions thin the channels "
        "before, so that 22 layers need a ninth of the weights of AlexNet.",
        "어떤 크기의 커널이 맞는지 누가 알까요? 각 블록은 1x1, 3x3, 5x5 커널과 풀링으로 동시에 "
        "보고 찾은 것을 모두 나란히 놓습니다. 그 앞의 1x1 합성곱이 채널을 줄여 주어, 22층이 "
        "AlexNet의 9분의 1 가중치로 충분합니다.",
    ),
    improves_on=Text(
        "AlexNet's dense layers held most of its weights; a mean over the last maps replaces them. "
        "Two auxiliary classifiers lead gradients to the middle while training.",
        "AlexNet에서는 완전 연결층이 가중치의 대부분이었지만, 여기서는 마지막 특징 맵의 평균이 "
        "대신합니다. 보조 분류기 두 개가 학습 중에 기울기를 중간까지 전해 줍니다.",
    ),
    look_for=Text(
        "While training, the losses auxiliary_1 and auxiliary_2 fall beside the main one. They are "
        "not run when the network predicts.",
        "학습하는 동안 auxiliary_1과 auxiliary_2 손실이 주 손실과 함께 줄어듭니다. 예측할 때는 "
        "실행되지 않습니다.",
    ),
    differs=Text(
        "Batch norm follows every convolution, in place of local response normalisation. It is "
        "one network that looks once, where the paper averages seven over many crops.",
        "국소 응답 정규화 대신 모든 합성곱 뒤에 배치 정규화를 둡니다. 논문은 신경망 일곱 개와 "
        "여러 조각을 평균하지만, 여기서는 신경망 하나가 한 번만 봅니다.",
    ),
)
LOOKS = (
    Look("features.conv2", Text("Before the blocks, a quarter", "블록 앞, 4분의 1 크기")),
    Look("features.inception3b.three", Text("Block 3b, its 3x3 kernels", "3b 블록의 3x3 커널")),
    Look("features.inception3b.five", Text("Block 3b, its 5x5 kernels", "3b 블록의 5x5 커널")),
    Look("features.inception4e", Text("Block 4e, a sixteenth", "4e 블록, 16분의 1 크기")),
    Look("features.inception5b", Text("Last block", "마지막 블록")),
)


class AuxiliaryHead(nn.Sequential):
    """A small classifier in the middle: pooling to 4x4, 1x1 convolution, two dense layers."""

    def __init__(self, channels: int, num_labels: int, width: float) -> None:
        thin, dense = scaled(128, width), scaled(1024, width)
        super().__init__(
            # For any size; the paper's 5x5 pooling with stride 3 makes 4x4 of its 14x14.
            nn.AdaptiveAvgPool2d(4),
            conv_norm_relu(channels, thin, kernel=1),
            nn.Flatten(),
            nn.Linear(thin * 4 * 4, dense),
            nn.ReLU(inplace=True),
            nn.Dropout(0.7),
        )
        initialise_he(self)
        last = nn.Linear(dense, num_labels)
        initialise_scores(last, deviation=0.01)
        self.append(last)


class GoogLeNet(PooledClassifier):
    """The paper's network. `losses` also trains the auxiliary classifiers, weighted by 0.3."""

    def __init__(self, num_labels: int, *, width: float = 1.0) -> None:
        features = googlenet_features(width)
        channels = {name: _channels(features, name) for name in (*AUXILIARY_AFTER, "inception5b")}
        super().__init__(features, channels["inception5b"], num_labels, dropout=0.4)
        self.auxiliary = nn.ModuleDict(
            {name: AuxiliaryHead(channels[name], num_labels, width) for name in AUXILIARY_AFTER}
        )

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Cross entropy of the three classifiers; 0 when every label is to be ignored."""
        labels = labels_of(targets)
        losses: dict[str, Tensor] = {}
        x = self.enlarged(batch)
        for name, layer in self.features.named_children():
            x = layer(x)
            if name in AUXILIARY_AFTER:
                key = f"auxiliary_{len(losses) + 1}"
                losses[key] = AUXILIARY_WEIGHT * label_loss(self.auxiliary[name](x), labels)
        return {"cross_entropy": label_loss(self.head(x), labels), **losses}


def _channels(features: nn.Sequential, name: str) -> int:
    block = features.get_submodule(name)
    assert isinstance(block, Inception)
    return block.out_channels


@register(
    "googlenet",
    task=Task.CLASSIFICATION,
    input_hw=(224, 224),
    paper="Szegedy et al.: Going Deeper with Convolutions, CVPR 2015",
    about=ABOUT,
    options=(WIDTH,),
    looks=LOOKS,
)
def googlenet(num_labels: int, *, width: float = 1.0) -> GoogLeNet:
    """GoogLeNet: blocks of several kernel sizes, and auxiliary classifiers in training."""
    return GoogLeNet(num_labels, width=width)
