"""AlexNet: the network that made deep learning the rule, split over two GPUs of 2012.

Krizhevsky, Sutskever, Hinton: "ImageNet Classification with Deep Convolutional Neural Networks",
NeurIPS 2012. The second, fourth and fifth convolutions see only their own half of the channels
(two groups), as each half lived on a GPU of its own.
"""

from torch import nn

from models.backbones.backbone import register
from models.backbones.sequential import SequentialBackbone
from models.layers.initialise import initialise_he
from models.layers.width import scaled

CHANNELS = (96, 256, 384, 384, 256)


def alexnet_features(width: float = 1.0) -> nn.Sequential:
    """The five convolutions; the comments hold channels and sides for the paper's 227x227."""
    one, two, three, four, five = (scaled(channels, width) for channels in CHANNELS)
    features = nn.Sequential(
        nn.Conv2d(3, one, 11, stride=4),  # 96, 55
        nn.ReLU(inplace=True),
        _normalisation(),
        nn.MaxPool2d(3, stride=2),  # 96, 27
        nn.Conv2d(one, two, 5, padding=2, groups=2),  # 256, 27
        nn.ReLU(inplace=True),
        _normalisation(),
        nn.MaxPool2d(3, stride=2),  # 256, 13
        nn.Conv2d(two, three, 3, padding=1),  # 384, 13: the two halves meet
        nn.ReLU(inplace=True),
        nn.Conv2d(three, four, 3, padding=1, groups=2),  # 384, 13
        nn.ReLU(inplace=True),
        nn.Conv2d(four, five, 3, padding=1, groups=2),  # 256, 13
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, stride=2),  # 256, 6
    )
    initialise_he(features)
    return features


def _normalisation() -> nn.LocalResponseNorm:
    # The paper sums over the 5 neighbours, torch takes their mean: hence 5 times its 0.0001.
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)


@register("alexnet")
def alexnet(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
    """The first convolution and the three poolings, at strides 4, 8, 16 and 32."""
    one, two, _, _, five = (scaled(channels, width) for channels in CHANNELS)
    taps = {"1": one, "3": one, "7": two, "14": five}
    return SequentialBackbone(alexnet_features(width), taps, output_stride=output_stride)
