"""U-Net: an encoder, a decoder, and skips that carry detail across.

Ronneberger, Fischer, Brox: "U-Net: Convolutional Networks for Biomedical Image Segmentation",
MICCAI 2015. This is the padded variant with batch norm and bilinear upsampling, so the label scores
have the size of the input.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Text
from models.contract import RawTensors
from models.layers.conv import conv_norm_relu
from models.registry import register
from models.semantic import SemanticModel, pad_to_multiple
from models.task import Task

PAPER = "Ronneberger, Fischer, Brox: U-Net, MICCAI 2015"
STRIDE = 16
CHANNELS = (32, 64, 128)
ABOUT = About(
    year=2015,
    idea=Text(
        "An encoder halves the picture again and again to see what is there. A decoder doubles it "
        "back to say where. At every size a skip lays the encoder's features beside the decoder's, "
        "so that fine edges survive.",
        "인코더가 그림을 계속 절반으로 줄이며 무엇이 있는지 파악합니다. "
        "디코더는 다시 두 배씩 키우며 "
        "어디에 있는지 알아냅니다. 각 크기마다 스킵 연결이 인코더의 특징을 디코더 옆에 놓아 "
        "섬세한 경계를 지켜 줍니다.",
    ),
    improves_on=Text(
        "FCN adds coarse scores of a few depths; here whole feature maps go across at every depth, "
        "and a few dozen pictures are enough to learn from.",
        "FCN은 몇 단계의 거친 점수만 더하지만, U-Net은 모든 깊이에서 특징 맵 전체를 넘겨주며 "
        "수십 장의 그림만으로도 학습할 수 있습니다.",
    ),
    look_for=Text(
        "Thin, sharp borders. Look inside: the deepest stage is coarse, the last follows edges.",
        "가늘고 또렷한 경계를 보세요. 내부를 보면 가장 깊은 단계는 거칠고 마지막 단계는 경계를 "
        "따라갑니다.",
    ),
    differs=Text(
        "Convolutions are padded and have batch norm, upsampling is bilinear, and 32, 64 or 128 "
        "channels stand at full size, in the paper 64. The paper's weight map, which keeps "
        "touching objects apart, is the training's option border_weight. Dice is minimised "
        "beside cross entropy.",
        "합성곱에 패딩과 배치 정규화가 있고 업샘플링은 쌍선형이며, 원래 크기의 채널은 32, 64, "
        "128개입니다(논문은 64). 맞닿은 물체를 갈라놓는 논문의 가중치 맵은 학습 옵션 "
        "border_weight입니다. 교차 엔트로피와 함께 Dice 손실도 줄입니다.",
    ),
)
LOOKS = (
    Look("enter", Text("First convolutions, full size", "첫 합성곱, 원래 크기")),
    Look("down4", Text("Bottom of the U, one sixteenth", "U의 바닥, 16분의 1 크기")),
    Look("up4", Text("Last decoder stage, full size", "디코더의 마지막 단계, 원래 크기")),
    Look("score", Text("Label scores", "레이블 점수"), "scores"),
)


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


class UNet(SemanticModel):
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
        x1 = self.enter(pad_to_multiple(batch, STRIDE))  # (N, b, H, W)
        x2 = self.down1(x1)  # (N, 2b, H/2, W/2)
        x3 = self.down2(x2)  # (N, 4b, H/4, W/4)
        x4 = self.down3(x3)  # (N, 8b, H/8, W/8)
        x = self.down4(x4)  # (N, 8b, H/16, W/16)
        x = self.up1(x, x4)  # (N, 4b, H/8, W/8)
        x = self.up2(x, x3)  # (N, 2b, H/4, W/4)
        x = self.up3(x, x2)  # (N, b, H/2, W/2)
        x = self.up4(x, x1)  # (N, b, H, W)
        return (self.score(x)[..., :height, :width],)


@register(
    "unet32",
    task=Task.SEMANTIC,
    input_hw=(256, 256),
    paper=PAPER,
    about=ABOUT,
    looks=LOOKS,
)
def unet32(num_labels: int) -> UNet:
    """U-Net with 32 channels at full resolution."""
    return UNet(num_labels, channels=32)


@register(
    "unet64",
    task=Task.SEMANTIC,
    input_hw=(256, 256),
    paper=PAPER,
    about=ABOUT,
    looks=LOOKS,
)
def unet64(num_labels: int) -> UNet:
    """U-Net with 64 channels at full resolution."""
    return UNet(num_labels, channels=64)


@register(
    "unet128",
    task=Task.SEMANTIC,
    input_hw=(256, 256),
    paper=PAPER,
    about=ABOUT,
    looks=LOOKS,
)
def unet128(num_labels: int) -> UNet:
    """U-Net with 128 channels at full resolution."""
    return UNet(num_labels, channels=128)
