"""U-Net: an encoder, a decoder, and skips that carry detail across.

Ronneberger, Fischer, Brox: "U-Net: Convolutional Networks for Biomedical Image Segmentation",
MICCAI 2015. This is the padded variant with batch norm and bilinear upsampling, so the label scores
have the size of the input.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.contract import Model, Output, RawTensors, SemanticOutput, SemanticTarget, Target, Task
from models.layers.conv import conv_norm_relu
from models.layers.losses import cross_entropy, dice_loss
from models.registry import register

PAPER = "Ronneberger, Fischer, Brox: U-Net, MICCAI 2015"
STRIDE = 16
CHANNELS = (32, 64, 128)


def double_conv(in_channels: int, out_channels: int) -> nn.Sequential:
    """Two 3x3 convolutions at one resolution."""
    return nn.Sequential(
        conv_norm_relu(in_channels, out_channels), conv_norm_relu(out_channels, out_channels)
    )


class Down(nn.Sequential):
    """Half the resolution, then two convolutions."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(nn.MaxPool2d(2), double_conv(in_channels, out_channels))


class Up(nn.Module):
    """Twice the resolution, the skip beside it, then two convolutions."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.convs = double_conv(in_channels, out_channels)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """x (N, C, h, w), skip (N, D, 2h, 2w) -> (N, out, 2h, 2w)."""
        x = functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        result: Tensor = self.convs(torch.cat([skip, x], dim=1))
        return result


class UNet(Model):
    """A U-Net with `channels` (32, 64 or 128) at full resolution. Any input size works.

    Raises ValueError for any other number of channels.
    """

    def __init__(self, num_labels: int, *, channels: int) -> None:
        if channels not in CHANNELS:
            raise ValueError(
                f"A U-Net has 32, 64 or 128 channels (unet32, unet64, unet128), not {channels}."
            )
        super().__init__()
        b = channels
        self.enter = double_conv(3, b)
        self.down1 = Down(b, 2 * b)
        self.down2 = Down(2 * b, 4 * b)
        self.down3 = Down(4 * b, 8 * b)
        self.down4 = Down(8 * b, 8 * b)
        self.up1 = Up(16 * b, 4 * b)
        self.up2 = Up(8 * b, 2 * b)
        self.up3 = Up(4 * b, b)
        self.up4 = Up(2 * b, b)
        self.score = nn.Conv2d(b, num_labels, 1)

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> label scores ((N, K, H, W),). Odd sizes are padded, then cropped."""
        height, width = batch.shape[-2:]
        padding = (0, -width % STRIDE, 0, -height % STRIDE)
        x1 = self.enter(functional.pad(batch, padding, mode="replicate"))  # (N, b, H, W)
        x2 = self.down1(x1)  # (N, 2b, H/2, W/2)
        x3 = self.down2(x2)  # (N, 4b, H/4, W/4)
        x4 = self.down3(x3)  # (N, 8b, H/8, W/8)
        x = self.down4(x4)  # (N, 8b, H/16, W/16)
        x = self.up1(x, x4)  # (N, 4b, H/8, W/8)
        x = self.up2(x, x3)  # (N, 2b, H/4, W/4)
        x = self.up3(x, x2)  # (N, b, H/2, W/2)
        x = self.up4(x, x1)  # (N, b, H, W)
        return (self.score(x)[..., :height, :width],)

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Label scores, picture by picture."""
        return [SemanticOutput(logits) for logits in raw[0].float()]

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Cross entropy and Dice."""
        logits = self(batch)[0]
        ids = torch.stack([t.ids for t in targets if isinstance(t, SemanticTarget)])  # (N, H, W)
        return {"cross_entropy": cross_entropy(logits, ids), "dice": dice_loss(logits, ids)}


@register("unet32", task=Task.SEMANTIC, input_hw=(256, 256), paper=PAPER)
def unet32(num_labels: int) -> UNet:
    """U-Net with 32 channels at full resolution."""
    return UNet(num_labels, channels=32)


@register("unet64", task=Task.SEMANTIC, input_hw=(256, 256), paper=PAPER)
def unet64(num_labels: int) -> UNet:
    """U-Net with 64 channels at full resolution."""
    return UNet(num_labels, channels=64)


@register("unet128", task=Task.SEMANTIC, input_hw=(256, 256), paper=PAPER)
def unet128(num_labels: int) -> UNet:
    """U-Net with 128 channels at full resolution."""
    return UNet(num_labels, channels=128)
