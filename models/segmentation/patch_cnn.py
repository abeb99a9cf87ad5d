"""The sliding window: a small network says what lies at the centre of a patch, for every pixel.

Ciresan, Giusti, Gambardella, Schmidhuber: "Deep Neural Networks Segment Neuronal Membranes in
Electron Microscopy Images", NIPS 2012; before it, with the convolutions run over the whole picture,
Ning et al.: "Toward Automatic Phenotyping of Developing Embryos from Videos", 2005. Ours sees
33 x 33 pixels where Ciresan et al. see 65 or 95, so that two cores can run it either way.

Neighbouring patches share nearly all pixels, so patch by patch nearly all work is done again and
again. Three changes make one pass over the picture say exactly the same, with the same parameters:
a pooling that halved now steps by one pixel, what follows reads every 2nd, 4th, 8th place instead
(dilation), and dense layers become convolutions.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Option, Text
from models.contract import RawTensors, Target
from models.layers.mirror import mirror_pad
from models.registry import register
from models.semantic import SemanticModel, ids_of, weights_of
from models.task import Task

PATCH = 33
HALF = PATCH // 2
KERNELS = (4, 4, 3)
CHANNELS = (16, 32, 64)
LAST_SIDE = 2  # 33 - 3 = 30, 15 - 3 = 12, 6 - 2 = 4, and half of it
HIDDEN = 200
MODES = ("convolutional", "patches")
# Patches that go through the network together: about 50 MB.
CHUNK = 512

ABOUT = About(
    year=2012,
    idea=Text(
        "To label a pixel, cut out the patch around it and let a small classifier say what is at "
        "its centre. Do that for every pixel. As neighbouring patches overlap, one convolutional "
        "pass over the whole picture gives the same scores many times faster.",
        "픽셀 하나의 레이블을 정하기 위해 그 둘레의 조각을 잘라 내고, 작은 분류기가 조각의 "
        "중심에 무엇이 있는지 답합니다. 이것을 모든 픽셀에 되풀이합니다. 이웃한 조각은 거의 "
        "겹치므로, 그림 전체를 합성곱으로 한 번만 훑어도 똑같은 점수를 훨씬 빠르게 얻습니다.",
    ),
    improves_on=Text(
        "Earlier pixel classifiers were given hand-made features; here the features are learned "
        "from the raw pixels of the patch.",
        "이전의 픽셀 분류기는 사람이 설계한 특징을 썼지만, 여기서는 조각의 원래 픽셀에서 "
        "특징을 직접 학습합니다.",
    ),
    look_for=Text(
        "Switch between patches and convolutional: the labels stay, the frame rate does not. "
        "Specks and holes: each pixel decides alone, and sees no farther than 16 pixels.",
        "patches와 convolutional을 바꾸어 보세요. 레이블은 그대로인데 프레임 속도가 크게 "
        "달라집니다. 점처럼 흩어진 오류와 구멍도 보세요. 픽셀마다 홀로 판단하고 16픽셀 너머는 "
        "보지 못하기 때문입니다.",
    ),
    differs=Text(
        "A patch is 33 pixels wide, in the paper 65 or 95, and has color. All pixels are "
        "learned from in one pass, where the paper samples as many of each label; its foveation, "
        "its calibrated scores and its average of several networks are not built. Dice is "
        "minimised beside cross entropy.",
        "조각은 33픽셀이며(논문은 65 또는 95) 색이 있습니다. 논문은 레이블마다 같은 수의 픽셀을 "
        "뽑지만 여기서는 모든 픽셀에서 한 번에 배웁니다. 논문의 중심 강조, 점수 보정, 여러 "
        "신경망의 평균은 없습니다. 교차 엔트로피와 함께 Dice 손실도 줄입니다.",
    ),
)
LOOKS = (
    Look("stages.0", Text("First features of the patch", "조각의 첫 번째 특징")),
    Look("stages.2", Text("Last features of the patch", "조각의 마지막 특징")),
    Look("hidden", Text("Dense layer before the answer", "답 직전의 완전 연결층")),
    Look("scores", Text("Label scores", "레이블 점수"), "scores"),
)
OPTIONS = (
    Option(
        "mode",
        Text(
            "One pass over the picture, or patch by patch",
            "그림 전체를 한 번에, 또는 조각마다 따로",
        ),
        MODES,
        live=True,
    ),
)


class Stage(nn.Module):
    """Convolution, ReLU, max pooling: on patches, or everywhere in the picture."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel)

    def forward(self, x: Tensor, spacing: int, stride: int) -> Tensor:
        """x (N, C, h, w), whose neighbours in the patch lie `spacing` places apart."""
        x = functional.conv2d(x, self.conv.weight, self.conv.bias, dilation=spacing).relu()
        if stride == 2:
            return functional.max_pool2d(x, 2)
        # The same with stride 1: torch's own pooling with dilation takes a hundred times as long.
        x = torch.maximum(x[:, :, :-spacing], x[:, :, spacing:])
        return torch.maximum(x[..., :-spacing], x[..., spacing:])


class Dense(nn.Linear):
    """A dense layer on (side, side) places, which is a convolution of that size."""

    def __init__(self, in_channels: int, out_channels: int, side: int) -> None:
        super().__init__(in_channels * side * side, out_channels)
        self.side = side

    def forward(self, x: Tensor, spacing: int | None = None) -> Tensor:
        """Patches (M, C, side, side) -> (M, out, 1, 1); with spacing a picture (N, C, h, w)."""
        if spacing is None:
            return super().forward(x.flatten(1))[:, :, None, None]
        kernel = self.weight.view(self.out_features, -1, self.side, self.side)
        return functional.conv2d(x, kernel, self.bias, dilation=spacing)


class PatchCNN(SemanticModel):
    """A classifier of patches, run in one of the `modes` over the picture mirrored at its borders.

    Raises ValueError for another mode. Both give equal scores; training takes the fast one.
    """

    def __init__(self, num_labels: int, *, mode: str) -> None:
        if mode not in MODES:
            raise ValueError(f"The mode is {' or '.join(MODES)}, not {mode}.")
        super().__init__()
        self.mode = mode
        inputs = (3, *CHANNELS)
        self.stages = nn.ModuleList(
            Stage(*sizes) for sizes in zip(inputs[:-1], CHANNELS, KERNELS, strict=True)
        )
        self.hidden = Dense(CHANNELS[-1], HIDDEN, LAST_SIDE)
        self.answer = Dense(HIDDEN, num_labels, 1)
        self.scores = nn.Identity()
        for stage in (*self.stages, self.hidden):
            weight = stage.conv.weight if isinstance(stage, Stage) else stage.weight
            nn.init.kaiming_normal_(weight, nonlinearity="relu")

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> label scores ((N, K, H, W),)."""
        padded = mirror_pad(batch, (HALF, HALF, HALF, HALF))  # (N, 3, H + 32, W + 32)
        if self.mode == "patches":
            scores = torch.cat(list(self._patch_by_patch(padded)), dim=2)
        else:
            scores = self._everywhere(padded)
        return (self.scores(scores),)  # (N, K, H, W)

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """The criterion's losses of all pixels, in one convolutional pass whatever the mode."""
        padded = mirror_pad(batch, (HALF, HALF, HALF, HALF))
        return self.criterion(self._everywhere(padded), ids_of(targets), weights_of(targets))

    def classify(self, patches: Tensor) -> Tensor:
        """Patches (M, 3, 33, 33) -> the label scores of their centres (M, K)."""
        x = patches
        for stage in self.stages:
            x = stage(x, spacing=1, stride=2)  # (M, C, 15, 15), (M, C, 6, 6), (M, C, 2, 2)
        x = self.hidden(x).relu()  # (M, 200, 1, 1)
        scores: Tensor = self.answer(x)
        return scores.flatten(1)

    def _everywhere(self, padded: Tensor) -> Tensor:
        """(N, 3, H + 32, W + 32) -> (N, K, H, W), what `classify` says of every patch."""
        x, spacing = padded, 1
        for stage in self.stages:
            x = stage(x, spacing=spacing, stride=1)
            spacing *= 2
        x = self.hidden(x, spacing).relu()  # (N, 200, H, W)
        scores: Tensor = self.answer(x, spacing)
        return scores

    def _patch_by_patch(self, padded: Tensor) -> Iterator[Tensor]:
        """Scores (N, K, rows, W) of a few rows of pixels at a time, as many as a chunk holds."""
        count, width = int(padded.shape[0]), int(padded.shape[3]) - 2 * HALF
        height = int(padded.shape[2]) - 2 * HALF
        rows = max(1, CHUNK // (count * width))
        for top in range(0, height, rows):
            strip = padded[:, :, top : top + rows + 2 * HALF]
            patches = strip.unfold(2, PATCH, 1).unfold(3, PATCH, 1)  # (N, 3, rows, W, 33, 33)
            patches = patches.permute(0, 2, 3, 1, 4, 5).flatten(0, 2)  # (M, 3, 33, 33)
            scores = self.classify(patches).view(count, -1, width, self.answer.out_features)
            yield scores.permute(0, 3, 1, 2)

    def extra_repr(self) -> str:
        """The mode."""
        return f"mode={self.mode}"


@register(
    "patch_cnn",
    task=Task.SEMANTIC,
    input_hw=(128, 128),
    paper="Ciresan et al.: Deep Neural Networks Segment Neuronal Membranes, NIPS 2012",
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
)
def patch_cnn(num_labels: int, *, mode: str = "convolutional") -> PatchCNN:
    """Sliding window: a small CNN on the patch around every pixel."""
    return PatchCNN(num_labels, mode=mode)
