"""A small network that looks again: at the picture, and at what it said of it the last time.

Pinheiro, Collobert: "Recurrent Convolutional Neural Networks for Scene Labeling", ICML 2014. One
look sees about 22 pixels around; each further one sees as much farther, through the scores of its
surroundings, and takes no further parameter. Theirs has 8 x 8 kernels without padding and shrinks
the picture for every look; ours has 7 x 7 with padding, so that all looks are of one size.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Option, Text
from models.contract import RawTensors, Target
from models.registry import register
from models.semantic import SemanticModel, ids_of, resize_scores, weights_of
from models.task import Task

CHANNELS = (32, 64)
KERNEL = 7
STRIDE = 4
MOST_ITERATIONS = 5

ABOUT = About(
    year=2014,
    idea=Text(
        "A small network labels the picture. Then the same network is given the picture again, "
        "with its own label scores beside the colors, and corrects itself. Every iteration sees "
        "farther around each pixel, while the number of parameters stays.",
        "작은 신경망이 그림에 레이블을 매깁니다. 그다음 같은 신경망이 그림과 함께 자신이 낸 "
        "레이블 점수를 다시 받아 스스로 고칩니다. 반복할수록 각 픽셀의 둘레를 더 멀리 보지만 "
        "파라미터의 수는 그대로입니다.",
    ),
    improves_on=Text(
        "A patch classifier sees farther only with larger patches or more layers, and so more "
        "parameters; here it sees farther by being applied again.",
        "조각 분류기는 더 큰 조각이나 더 많은 층, 곧 더 많은 파라미터가 있어야만 멀리 볼 수 "
        "있습니다. 여기서는 같은 신경망을 다시 적용하는 것만으로 더 멀리 봅니다.",
    ),
    look_for=Text(
        "Change the iterations live: specks of the first answer vanish and regions close up. "
        "Look inside shows the answers one by one.",
        "반복 횟수를 실시간으로 바꾸어 보세요. 첫 답의 점 같은 오류가 사라지고 영역이 매끈하게 "
        "이어집니다. 내부 보기에서 반복마다의 답을 하나씩 볼 수 있습니다.",
    ),
    differs=Text(
        "Convolutions are 7x7 with padding, where the paper's 8x8 shrink the picture at every "
        "look. ReLU stands for tanh, and all pixels are learned from at once. Dice is minimised "
        "beside cross entropy.",
        "합성곱은 패딩이 있는 7x7이며, 논문의 8x8은 볼 때마다 그림을 줄입니다. tanh 대신 ReLU를 "
        "쓰고 모든 픽셀에서 한꺼번에 배웁니다. 교차 엔트로피와 함께 Dice 손실도 줄입니다.",
    ),
)
LOOKS = (
    Look("look_again", Text("Label scores of each iteration", "반복마다의 레이블 점수"), "scores"),
    Look("look_again.stage1", Text("First features, half size", "첫 번째 특징, 절반 크기")),
    Look("look_again.stage2", Text("Last features, a quarter", "마지막 특징, 4분의 1 크기")),
)
OPTIONS = (
    Option(
        "iterations",
        Text(
            "How often the network is applied to its own scores",
            "신경망을 자신의 점수에 적용하는 횟수",
        ),
        (3, 1, 2, 4, 5),
        live=True,
    ),
)


def _stage(in_channels: int, out_channels: int) -> nn.Sequential:
    conv = nn.Conv2d(in_channels, out_channels, KERNEL, padding=KERNEL // 2)
    nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
    # No batch norm: its statistics would be a mixture of all iterations, and fit none of them.
    return nn.Sequential(conv, nn.ReLU(inplace=True), nn.MaxPool2d(2))


class LookAgain(nn.Module):
    """The network that is applied again and again: picture and label scores -> label scores."""

    def __init__(self, num_labels: int) -> None:
        super().__init__()
        self.stage1 = _stage(3 + num_labels, CHANNELS[0])
        self.stage2 = _stage(*CHANNELS)
        self.score = nn.Conv2d(CHANNELS[1], num_labels, 1)

    def forward(self, batch: Tensor, scores: Tensor) -> Tensor:
        """(N, 3, H, W) and (N, K, H, W) -> (N, K, H, W), for sides that 4 divides.

        The scores come in as probabilities, as scores grow while training and shared parameters
        want the same range in every iteration. They are not detached: an iteration also learns
        from what the later ones make of its answer.
        """
        x = torch.cat([batch, scores.softmax(1)], dim=1)  # (N, 3 + K, H, W)
        x = self.stage2(self.stage1(x))  # (N, 64, H/4, W/4)
        return resize_scores(self.score(x), (int(batch.shape[2]), int(batch.shape[3])))


class RecurrentCNN(SemanticModel):
    """A network applied `iterations` times (1 to 5), else ValueError. Any input size works."""

    def __init__(self, num_labels: int, *, iterations: int) -> None:
        if not 1 <= iterations <= MOST_ITERATIONS:
            raise ValueError(f"There are 1 to {MOST_ITERATIONS} iterations, not {iterations}.")
        super().__init__()
        self.num_labels = num_labels
        self.iterations = iterations
        self.look_again = LookAgain(num_labels)

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> the label scores of the last iteration ((N, K, H, W),)."""
        return (self.answers(batch)[-1],)

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """The criterion's losses, meaned over the iterations: each shall be an answer."""
        ids = ids_of(targets)
        weights = weights_of(targets)
        each = [self.criterion(scores, ids, weights) for scores in self.answers(batch)]
        return {name: torch.stack([losses[name] for losses in each]).mean() for name in each[0]}

    def answers(self, batch: Tensor) -> list[Tensor]:
        """(N, 3, H, W) -> the label scores of every iteration, each (N, K, H, W)."""
        height, width = int(batch.shape[2]), int(batch.shape[3])
        padded = functional.pad(batch, (0, -width % STRIDE, 0, -height % STRIDE), mode="replicate")
        # Equal scores to begin with: any label is as likely as any other.
        scores = torch.zeros_like(padded[:, :1]).expand(-1, self.num_labels, -1, -1)
        found = []
        for _ in range(self.iterations):
            scores = self.look_again(padded, scores)
            found.append(scores[..., :height, :width])
        return found

    def extra_repr(self) -> str:
        """The number of iterations."""
        return f"iterations={self.iterations}"


@register(
    "recurrent_cnn",
    task=Task.SEMANTIC,
    input_hw=(128, 128),
    paper="Pinheiro, Collobert: Recurrent Convolutional Neural Networks, ICML 2014",
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
)
def recurrent_cnn(num_labels: int, *, iterations: int = 3) -> RecurrentCNN:
    """A small CNN applied again to the picture and its own label scores."""
    return RecurrentCNN(num_labels, iterations=iterations)
