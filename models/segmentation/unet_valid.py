"""The U-Net of the paper: convolutions without padding, skips cropped, the picture in tiles.

Ronneberger, Fischer, Brox: "U-Net: Convolutional Networks for Biomedical Image Segmentation",
MICCAI 2015. 572 x 572 pixels go in and scores of the inner 388 x 388 come out, each of them from
real pixels only. So a picture of any size is scored in tiles that meet without a seam; what lies
beyond its border is its mirror image. Theirs has one color and no norm; the picture's sides, the
channels and the dropout at the bottom are theirs.
"""

import torch
from torch import Tensor, nn

from models.about import About, Look, Option, Text
from models.contract import RawTensors
from models.layers.mirror import mirror_pad
from models.registry import register
from models.semantic import SemanticModel
from models.task import Task

CHANNELS = (64, 128, 256, 512, 1024)
# What the convolutions take away on each side, and where the pooling grid repeats.
MARGIN = 92
GRID = 16
# Scores of one pass: 4, 20, 36, ... on a side; the paper's tile has 388.
SMALLEST = 4
TILE = 388
NORMS = ("none", "batch")

ABOUT = About(
    year=2015,
    idea=Text(
        "The first U-Net: every convolution drops the border it cannot know, so a tile of 572 "
        "pixels gives the labels of its inner 388. Skips are cropped to fit. Large pictures are "
        "labelled tile by tile, mirrored at their borders, without any seam.",
        "최초의 U-Net입니다. 합성곱마다 알 수 없는 가장자리를 버리므로 572픽셀 타일에서 안쪽 "
        "388픽셀의 레이블이 나옵니다. 스킵 연결은 크기에 맞게 잘라 냅니다. 큰 그림은 가장자리를 "
        "거울처럼 비추어 타일마다 처리하며, 이음매가 전혀 없습니다.",
    ),
    improves_on=Text(
        "Ciresan's sliding window ran once for every pixel and had to choose between context and "
        "sharpness; one pass of the U-Net has both. FCN adds scores, here all features cross.",
        "Ciresan의 슬라이딩 윈도 방식은 픽셀마다 한 번씩 실행되고 넓은 문맥과 선명함 가운데 하나를 "
        "골라야 했지만, U-Net은 한 번의 실행으로 둘 다 얻습니다. FCN은 점수만 더하지만 여기서는 "
        "모든 특징이 건너갑니다.",
    ),
    look_for=Text(
        "The border of the picture, as good as its middle, and no seams in large pictures. Next "
        "to unet64: unpadded convolutions see the same everywhere, but cost more.",
        "그림의 가장자리가 가운데만큼 좋은지, 큰 그림에 이음매가 없는지 보세요. unet64와 견주면 "
        "채우기 없는 합성곱은 어디서나 똑같이 보지만 계산이 더 많습니다.",
    ),
    differs=Text(
        "Pictures have three colors, in the paper one; batch norm is an option of ours. The "
        "paper's weight map, which keeps touching objects apart, is the training's option "
        "border_weight. Dice is minimised beside cross entropy.",
        "그림은 세 가지 색이며(논문은 하나), 배치 정규화는 논문에 없는 옵션입니다. 맞닿은 물체를 "
        "갈라놓는 논문의 가중치 맵은 학습 옵션 border_weight입니다. 교차 엔트로피와 함께 Dice "
        "손실도 줄입니다.",
    ),
)
LOOKS = (
    Look("downs.0", Text("First convolutions, full size", "첫 합성곱, 원래 크기")),
    Look("downs.4", Text("Bottom of the U, one sixteenth", "U의 바닥, 16분의 1 크기")),
    Look("ups.0.enlarge", Text("First up-convolution", "첫 번째 업 합성곱")),
    Look("ups.3", Text("Last decoder stage, full size", "디코더의 마지막 단계, 원래 크기")),
    Look("scores", Text("Label scores", "레이블 점수"), "scores"),
)
OPTIONS = (
    Option(
        "width",
        Text("Share of the paper's channels", "논문 채널 수에 대한 비율"),
        (1.0, 0.5, 0.25),
    ),
    Option(
        "norm",
        Text(
            "Batch norm after each convolution, or none as in the paper", "합성곱 뒤의 배치 정규화"
        ),
        NORMS,
    ),
)


def double_conv(in_channels: int, out_channels: int, norm: str) -> nn.Sequential:
    """Two 3x3 convolutions without padding: (N, in, h, w) -> (N, out, h - 4, w - 4)."""
    layers: list[nn.Module] = []
    for channels in (in_channels, out_channels):
        conv = nn.Conv2d(channels, out_channels, 3, bias=norm == "none")
        nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        layers.append(conv)
        if norm == "batch":
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class Up(nn.Module):
    """Twice the resolution with half the channels, the middle of the skip beside it, two convs."""

    def __init__(self, channels: int, norm: str) -> None:
        super().__init__()
        half = channels // 2
        self.enlarge = nn.ConvTranspose2d(channels, half, 2, stride=2)
        # Each pixel of the result has one tap of every channel, so it is as strong as the skip.
        nn.init.normal_(self.enlarge.weight, std=channels**-0.5)
        self.convs = double_conv(channels, half, norm)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """x (N, C, h, w), skip (N, C/2, >= 2h, >= 2w) -> (N, C/2, 2h - 4, 2w - 4)."""
        x = self.enlarge(x)
        result: Tensor = self.convs(torch.cat([_middle(skip, x), x], dim=1))
        return result


def _middle(skip: Tensor, x: Tensor) -> Tensor:
    """The middle of a skip, of the size of x."""
    height, width = int(x.shape[2]), int(x.shape[3])
    top, left = (int(skip.shape[2]) - height) // 2, (int(skip.shape[3]) - width) // 2
    return skip[:, :, top : top + height, left : left + width]


class UNetValid(SemanticModel):
    """The unpadded U-Net with `width` times the paper's channels. Any input size works.

    Raises ValueError for a norm other than "none" and "batch".
    """

    def __init__(self, num_labels: int, *, width: float, norm: str) -> None:
        if norm not in NORMS:
            raise ValueError(f"The norm is {' or '.join(NORMS)}, not {norm}.")
        super().__init__()
        # Each stage has twice the one above, however narrow, so that an up-convolution meets it.
        first = max(1, round(CHANNELS[0] * width))
        channels = [first * count // CHANNELS[0] for count in CHANNELS]
        inputs = [3, *channels[:-1]]
        self.downs = nn.ModuleList(
            double_conv(*pair, norm) for pair in zip(inputs, channels, strict=True)
        )
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(0.5)
        self.ups = nn.ModuleList(Up(count, norm) for count in reversed(channels[1:]))
        self.score = nn.Conv2d(channels[0], num_labels, 1)
        self.scores = nn.Identity()

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> label scores ((N, K, H, W),), in as many tiles as it takes."""
        return (self.scores(self.tiled(batch, tile=TILE)),)

    def tiled(self, batch: Tensor, *, tile: int) -> Tensor:
        """(N, 3, H, W) -> label scores (N, K, H, W), from tiles of at most `tile` scores a side.

        Whatever the tile, the scores are the same: tiles begin at multiples of 16, where the
        pooling of one picture as a whole would begin, too.
        """
        rows, columns = (_tiles(int(side), tile) for side in batch.shape[2:])
        below, right = rows[-1][1] - int(batch.shape[2]), columns[-1][1] - int(batch.shape[3])
        padded = mirror_pad(batch, (MARGIN, MARGIN + right, MARGIN, MARGIN + below))
        strips = []
        for top, bottom in rows:
            strip = padded[:, :, top : bottom + 2 * MARGIN]
            parts = [self.inner(strip[..., a : b + 2 * MARGIN]) for a, b in columns]
            strips.append(_joined(parts, columns, dim=3))
        scores = _joined(strips, rows, dim=2)
        return scores[..., : int(batch.shape[2]), : int(batch.shape[3])]

    def inner(self, tile: Tensor) -> Tensor:
        """(N, 3, H, W) -> label scores of its inside (N, K, H - 184, W - 184).

        The sides are 188, 204, 220, ... 572, ...: those whose halves are whole all the way down.
        """
        skips = []
        x = tile
        for depth, down in enumerate(self.downs):  # of 572: 568, 280, 136, 64, 28
            x = down(self.pool(x) if depth else x)
            if depth >= len(self.downs) - 2:
                x = self.dropout(x)
            skips.append(x)
        x = skips.pop()
        for up in self.ups:  # of 28: 52, 100, 196, 388
            x = up(x, skips.pop())
        scores: Tensor = self.score(x)
        return scores


def _tiles(side: int, tile: int) -> list[tuple[int, int]]:
    """Begin and end of each tile of scores along a side, the last as far as it takes.

    Each has 16 j + 4 scores, 4 of them the next tile's.
    """
    step = max(GRID, (tile - SMALLEST) // GRID * GRID)
    found = []
    begin = 0
    while side - begin > step + SMALLEST:
        found.append((begin, begin + step + SMALLEST))
        begin += step
    rest = max(0, side - begin - SMALLEST)
    return [*found, (begin, begin - (-rest // GRID) * GRID + SMALLEST)]


def _joined(parts: list[Tensor], places: list[tuple[int, int]], *, dim: int) -> Tensor:
    """Tiles beside each other, each up to where the next begins."""
    begins = [begin for begin, _ in places]
    ends = [*begins[1:], places[-1][1]]
    pieces = zip(parts, begins, ends, strict=True)
    return torch.cat([part.narrow(dim, 0, end - begin) for part, begin, end in pieces], dim=dim)


@register(
    "unet_valid",
    task=Task.SEMANTIC,
    input_hw=(256, 256),
    paper="Ronneberger, Fischer, Brox: U-Net, MICCAI 2015",
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
)
def unet_valid(num_labels: int, *, width: float = 1.0, norm: str = "none") -> UNetValid:
    """The original U-Net of 2015: unpadded convolutions and overlapping tiles."""
    return UNetValid(num_labels, width=width, norm=norm)
