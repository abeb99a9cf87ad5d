"""Smaller and larger again: pooling that remembers, unpooling, learnable upsampling, cropping."""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import Option, Text

UnpoolKind = Literal["max", "nearest", "bed_of_nails"]
UpsamplingKind = Literal["transposed", "resize"]

UNPOOLING = Option(
    "unpooling",
    Text(
        "How the decoder doubles its maps: each value back where the maximum was, copied to all "
        "four places, or to the first of the four with zeros around it",
        "디코더가 맵을 두 배로 키우는 방법: 값을 최댓값이 있던 자리로 되돌리기(max), "
        "네 칸 모두에 복사하기(nearest), 첫 칸에만 두고 나머지는 0으로 채우기(bed_of_nails)",
    ),
    ("max", "nearest", "bed_of_nails"),
    live=True,
)
UPSAMPLING = Option(
    "upsampling",
    Text(
        "How scores grow: by a transposed convolution, which may leave a checkerboard, or by "
        "interpolation and a convolution, which cannot",
        "점수 맵을 키우는 방법: 바둑판무늬가 남을 수 있는 전치 합성곱(transposed), "
        "또는 무늬가 생기지 않는 보간 뒤 합성곱(resize)",
    ),
    ("transposed", "resize"),
)


def pool_with_positions() -> nn.MaxPool2d:
    """Max pooling (N, C, 2h, 2w) -> values (N, C, h, w) and positions (N, C, h, w) int64.

    A position counts the pixels of the large map row by row.
    """
    return nn.MaxPool2d(2, return_indices=True)


class Unpool(nn.Module):
    """Twice the height and width, with nothing to learn.

    "max" puts each value where its maximum was found, zeros elsewhere (Zeiler and Fergus 2014).
    "nearest" copies it to all four places; "bed_of_nails" puts it at the top left of the four.
    ValueError for any other kind.
    """

    def __init__(self, kind: UnpoolKind = "max") -> None:
        if kind not in UNPOOLING.choices:
            raise ValueError(f"Unpooling is one of {', '.join(UNPOOLING.choices)}, not {kind}.")
        super().__init__()
        self.kind = kind

    def extra_repr(self) -> str:
        """The kind, as it is no tensor but changes every answer."""
        return self.kind

    def forward(self, x: Tensor, positions: Tensor) -> Tensor:
        """x (N, C, h, w) and positions (N, C, h, w) of the pooling -> (N, C, 2h, 2w)."""
        if self.kind == "nearest":
            return functional.interpolate(x, scale_factor=2.0, mode="nearest")
        n, c, h, w = x.shape
        if self.kind == "bed_of_nails":
            # A column of zeros beside each column, a row of zeros below each row.
            nails = functional.pad(x.reshape(n, c, h, 1, w, 1), (0, 1, 0, 0, 0, 1))
            return nails.reshape(n, c, 2 * h, 2 * w)
        # Pooling windows do not overlap, so no two values meet. Not functional.max_unpool2d:
        # OpenVINO has no such layer, and on a GPU it is not deterministic.
        flat = x.new_zeros((n, c, 4 * h * w)).scatter(2, positions.flatten(2), x.flatten(2))
        return flat.view(n, c, 2 * h, 2 * w)


def bilinear_kernel(factor: int) -> Tensor:
    """The kernel (K, K), K = 2f, of a transposed convolution that interpolates, for even f."""
    centre = factor - 0.5
    line = 1 - (torch.arange(2 * factor) - centre).abs() / factor
    return line[:, None] * line[None, :]


class TransposedConv(nn.ConvTranspose2d):
    """A transposed convolution that enlarges the border's values as those within.

    Zeros beyond the border would fade what is near it: of a constant 1, half is left at an edge and
    a quarter in a corner. So the border is repeated by one value, and what it becomes is cropped.
    """

    def __init__(self, channels: int, factor: int) -> None:
        super().__init__(
            channels,
            channels,
            2 * factor,
            stride=factor,
            padding=factor // 2 + factor,  # Crops what the repeated values become.
            groups=channels,
            bias=False,
        )
        with torch.no_grad():
            self.weight.copy_(bilinear_kernel(factor).expand_as(self.weight))

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """(N, C, h, w) -> (N, C, factor * h, factor * w)."""
        return super().forward(functional.pad(x, (1, 1, 1, 1), mode="replicate"), output_size)


def upsampling(channels: int, factor: int, *, kind: UpsamplingKind = "transposed") -> nn.Module:
    """Layer (N, C, h, w) -> (N, C, factor * h, factor * w), each channel by itself: bilinear
    interpolation to begin with, then learned. `factor` is even.

    "transposed": one transposed convolution, whose kernel meets each of the factor x factor places
    between two inputs with other numbers, so what it learns may repeat with that period.
    "resize": fixed interpolation, then a 3x3 convolution, the same everywhere (Odena, Dumoulin,
    Olah: Deconvolution and Checkerboard Artifacts, Distill 2016). ValueError for any other kind.
    """
    if kind not in UPSAMPLING.choices:
        raise ValueError(f"Upsampling is one of {', '.join(UPSAMPLING.choices)}, not {kind}.")
    if kind == "resize":
        grow = nn.Upsample(scale_factor=factor, mode="bilinear", align_corners=False)
        smooth = nn.Conv2d(
            channels, channels, 3, padding=1, padding_mode="replicate", groups=channels, bias=False
        )
        nn.init.dirac_(smooth.weight, groups=channels)
        return nn.Sequential(grow, smooth)
    return TransposedConv(channels, factor)


def crop_to(x: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """The top left (N, C, H, W) of a map that is at least as large."""
    height, width = size_hw
    return x[..., :height, :width]
