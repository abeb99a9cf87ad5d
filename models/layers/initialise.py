"""Where a network starts from, when nobody has trained it yet."""

from torch import nn


def initialise_he(network: nn.Module) -> None:
    """Draw every layer so that what a ReLU lets through keeps its variance; biases are 0.

    He, Zhang, Ren, Sun: Delving Deep into Rectifiers, ICCV 2015.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def initialise_scores(layer: nn.Conv2d | nn.Linear, *, deviation: float) -> None:
    """Draw a score layer's weights small, so that no label is favoured; its bias, if any, is 0."""
    nn.init.normal_(layer.weight, std=deviation)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
