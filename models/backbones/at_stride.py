"""One feature map for detectors that cut regions out of it: an encoder as far as a stride goes.

Region proposals came when networks ended in few strides: Faster R-CNN (Ren et al., 2015) works on
the last convolution of VGG16 before its fifth pooling, at stride 16.
"""

from collections import OrderedDict

from torch import nn

from models.backbones import backbone as backbones
from models.backbones.resnet import ResNet
from models.backbones.sequential import SequentialBackbone


class EncoderRow(nn.Sequential):
    """The first layers of a backbone, whose `name` and stages it keeps."""

    def __init__(self, layers: nn.Sequential, whole: backbones.Backbone) -> None:
        super().__init__(OrderedDict(layers.named_children()))
        self.name = whole.name
        stage_of = {id(layer): i for i, part in enumerate(whole.stages()) for layer in part}
        self._stage_of: list[int] = []
        for layer in layers:
            before = self._stage_of[-1] if self._stage_of else 0
            self._stage_of.append(stage_of.get(id(layer), before))

    def stages(self) -> list[list[nn.Module]]:
        """The layers in groups, as the whole backbone has them."""
        found: list[list[nn.Module]] = [[] for _ in range(self._stage_of[-1] + 1)]
        for stage, layer in zip(self._stage_of, self, strict=True):
            found[stage].append(layer)
        return found


def layers_at(name: str, *, stride: int, width: float = 1.0) -> tuple[EncoderRow, int]:
    """A backbone's layers up to the last one at this stride, and the channels that leave them.

    Tensors keep the backbone's names. ValueError for a stride or a backbone that gives no such row.
    """
    whole = backbones.build(name, width=width)
    if stride not in whole.strides:
        listed = ", ".join(str(each) for each in whole.strides)
        raise ValueError(f"{name} has the strides {listed}, not {stride}.")
    if isinstance(whole, SequentialBackbone):
        layers, channels = whole.layers_at(stride)
        return EncoderRow(layers, whole), channels
    if not isinstance(whole, ResNet):
        raise ValueError(f"{name} is no row of layers.")
    row, tap = nn.Sequential(), whole.strides.index(stride)
    for part in ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4")[
        : 3 + tap + (tap > 0)
    ]:
        row.add_module(part, whole.get_submodule(part))
    return EncoderRow(row, whole), whole.channels[tap]
