"""A ResNet as torchvision's detectors hold it: a part of their network, under their names."""

from torch import nn
from torchvision.models._utils import IntermediateLayerGetter


class TorchvisionResNet(IntermediateLayerGetter):
    """The body of torchvision's feature pyramid: batch (N, 3, H, W) -> its maps by name, finest
    first. Tensors keep the names of the backbone that is registered as `name`."""

    def __init__(self, body: IntermediateLayerGetter, name: str) -> None:
        super().__init__(body, dict(body.return_layers))
        self.name = name

    def stages(self) -> list[list[nn.Module]]:
        """The stem, and the four stages."""
        stages = [[self[name]] for name in ("layer1", "layer2", "layer3", "layer4")]
        return [[self["conv1"], self["bn1"], self["relu"]], *stages]
