"""Convolution, batch normalisation and activation in one block: plain, dilated, separable."""

from torch import nn


def conv_norm_relu(
    in_channels: int, out_channels: int, *, kernel: int = 3, dilation: int = 1
) -> nn.Sequential:
    """Convolution that keeps height and width, batch norm, ReLU.

    `dilation` is the distance between the pixels that the kernel reads.
    """
    padding = dilation * (kernel // 2)
    return nn.Sequential(
        nn.Conv2d(
            in_channels, out_channels, kernel, padding=padding, dilation=dilation, bias=False
        ),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )


def conv_leaky(
    in_channels: int, out_channels: int, *, kernel: int = 3, stride: int = 1, norm: bool = True
) -> nn.Sequential:
    """Darknet's block: convolution, batch norm if wanted, leaky ReLU of 0.1.

    Sides become ceil(side / stride).
    """
    conv = nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=not norm)
    leaky = nn.LeakyReLU(0.1, inplace=True)
    return (
        nn.Sequential(conv, nn.BatchNorm2d(out_channels), leaky)
        if norm
        else nn.Sequential(conv, leaky)
    )


def conv_mish(
    in_channels: int, out_channels: int, *, kernel: int = 3, stride: int = 1
) -> nn.Sequential:
    """Convolution, batch norm, mish: x tanh(log(1 + e^x)) (Misra, BMVC 2020)."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.Mish(inplace=True),
    )


def separable_norm_relu(
    in_channels: int, out_channels: int, *, kernel: int = 3, dilation: int = 1
) -> nn.Sequential:
    """Depthwise separable convolution: each channel by itself, then all of them at each pixel.

    A kernel x kernel convolution costs kernel^2 in out multiplications a pixel, this one
    kernel^2 in + in out. Batch norm and ReLU after both halves, as in DeepLabv3+ (2018).
    """
    padding = dilation * (kernel // 2)
    return nn.Sequential(
        nn.Conv2d(
            in_channels,
            in_channels,
            kernel,
            padding=padding,
            dilation=dilation,
            groups=in_channels,
            bias=False,
        ),
        nn.BatchNorm2d(in_channels),
        nn.ReLU(inplace=True),
        conv_norm_relu(in_channels, out_channels, kernel=1),
    )
