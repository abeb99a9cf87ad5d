"""A dense layer over thousands of inputs, for networks that start from chance."""

from torch import Tensor, nn
from torch.nn import functional


class ScaledLinear(nn.Linear):
    """Scales its n inputs by 2 / sqrt(n); weights that say the same are as much larger.

    Adam moves every weight by the same step. Over thousands of inputs these steps add up, and throw
    about what the layer says: more than such a layer should ever say at first. Scaled, they do not.
    """

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__(in_features, out_features)
        self.gain = 2 / in_features**0.5

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_features) -> (N, out_features)."""
        return functional.linear(x * self.gain, self.weight, self.bias)


def take_gains_out(network: nn.Module) -> None:
    """Turn weights meant for plain layers into those of ScaledLinear ones that say the same."""
    for module in network.modules():
        if isinstance(module, ScaledLinear):
            module.weight.data.div_(module.gain)
