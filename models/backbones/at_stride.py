"""One feature map for detectors that cut regions out of it: an encoder as far as a stride goes.

Region proposals came when networks ended in few strides: Faster R-CNN (Ren et al., 2015) works on
the last convolution of VGG16 before its fifth pooling, at stride 16.
"""

from torch import nn

from models.backbones import backbone as backbones
from models.backbones.resnet import ResNet
from models.backbones.sequential import SequentialBackbone


def layers_at(name: str, *, stride: int, width: float = 1.0) -> tuple[nn.Sequential, int]:
    """A backbone's layers up to the last one at this stride, and the channels that leave them.

    Tensors keep the backbone's names. ValueError for a stride or a backbone that gives no such row.
    """
    whole = backbones.build(name, width=width)
    if stride not in whole.strides:
        listed = ", ".join(str(each) for each in whole.strides)
        raise ValueError(f"{name} has the strides {listed}, not {stride}.")
    if isinstance(whole, SequentialBackbone):
        return whole.layers_at(stride)
    if not isinstance(whole, ResNet):
        raise ValueError(f"{name} is no row of layers.")
    row, tap = nn.Sequential(), whole.strides.index(stride)
    for part in ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4")[
        : 3 + tap + (tap > 0)
    ]:
        row.add_module(part, whole.get_submodule(part))
    return row, whole.channels[tap]
