"""The same network with fewer channels everywhere, for networks built without such an option."""

from collections.abc import Callable

import torch
from torch import nn

from models.layers.initialise import initialise_he


def thin(make: Callable[[], nn.Sequential], width: float) -> nn.Sequential:
    """A network of convolutions and batch norms with `width` times its channels, initialised anew.

    The picture's three channels stay, and what is concatenated or added stays in proportion, so all
    still fits. ValueError when some number of channels times `width` is no whole number.
    """
    device = torch.get_default_device()
    with torch.device("meta"):  # The full network is only a plan: it needs no memory.
        network = make()
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.out_channels = _times(module.out_channels, width)
            if module.in_channels != 3:
                module.in_channels = _times(module.in_channels, width)
            shape = (module.out_channels, module.in_channels, *module.kernel_size)
            module.weight = nn.Parameter(torch.empty(shape, device="meta"))
            if module.bias is not None:
                module.bias = nn.Parameter(torch.empty(shape[:1], device="meta"))
        elif isinstance(module, nn.BatchNorm2d):
            module.num_features = _times(module.num_features, width)
            for name in ("weight", "bias"):
                value = torch.empty(module.num_features, device="meta")
                setattr(module, name, nn.Parameter(value))
            for name in ("running_mean", "running_var"):
                setattr(module, name, torch.empty(module.num_features, device="meta"))
    network.to_empty(device=device)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()
    initialise_he(network)
    return network


def _times(channels: int, width: float) -> int:
    scaled = channels * width
    if scaled != int(scaled) or scaled < 1:
        raise ValueError(f"{channels} channels times the width {width} is no whole number.")
    return int(scaled)
