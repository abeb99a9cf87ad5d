"""One network over the picture at three scales, and a small classifier for every pixel.

Farabet, Couprie, Najman, LeCun: "Learning Hierarchical Features for Scene Labeling", TPAMI 2013.
Their picture pyramid is Laplacian, each band normalised locally, and they train classifier and
network one after the other; ours holds the picture itself and is trained as a whole. What follows
in the paper, labels smoothed by superpixels or by the best cut of a segmentation tree, is a
refinement that the pipeline offers after any model.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Text
from models.contract import RawTensors
from models.registry import register
from models.semantic import SemanticModel, resize_scores
from models.task import Task

CHANNELS = (16, 64, 256)
KERNEL = 7
HIDDEN = 1024
SCALES = 3
# The features have a quarter of the size, the last scale a quarter of that.
MULTIPLE = 4 * 2 ** (SCALES - 1)

ABOUT = About(
    year=2013,
    idea=Text(
        "The picture is shrunk to a half and to a quarter, and one network with the same "
        "parameters looks at all three: what is a leaf at one scale is a tree at another. Its "
        "features are enlarged, laid on each other, and a small classifier labels every pixel.",
        "그림을 2분의 1과 4분의 1로 줄이고, 파라미터를 함께 쓰는 하나의 신경망이 세 크기를 모두 "
        "봅니다. 한 크기에서 잎으로 보이는 것이 다른 크기에서는 나무로 보입니다. 얻은 특징을 "
        "키워서 겹친 뒤, 작은 분류기가 픽셀마다 레이블을 매깁니다.",
    ),
    improves_on=Text(
        "A single patch is either sharp or wide. The pyramid sees both, 46 pixels closely and "
        "184 coarsely, without one more parameter in the network.",
        "조각 하나로는 자세히 보거나 넓게 보거나 하나만 할 수 있습니다. 피라미드는 신경망의 "
        "파라미터를 늘리지 않고도 46픽셀을 자세히, 184픽셀을 대략 함께 봅니다.",
    ),
    look_for=Text(
        "Right labels with ragged borders. Then turn on superpixels or the segmentation tree in "
        "the Model dock, the paper's second half: the labels follow the picture's own edges.",
        "레이블은 맞지만 경계가 거친 것을 보세요. 그다음 모델 도크에서 논문의 후반부인 슈퍼픽셀 "
        "또는 분할 트리를 켜면 레이블이 그림의 실제 경계를 따라갑니다.",
    ),
    differs=Text(
        "The pyramid holds the RGB picture itself; the paper's is Laplacian, in YUV, each band "
        "normalised locally. ReLU stands for tanh, every map reads all maps before it, and "
        "network and classifier are trained together. Dice is minimised beside cross entropy.",
        "피라미드는 RGB 그림 자체를 담습니다. 논문은 YUV의 라플라시안 피라미드를 대역마다 국소 "
        "정규화합니다. tanh 대신 ReLU를 쓰고, 모든 맵이 앞의 모든 맵을 읽으며, 신경망과 분류기를 "
        "함께 학습합니다. 교차 엔트로피와 함께 Dice 손실도 줄입니다.",
    ),
)
LOOKS = (
    Look("network", Text("Features of each scale", "크기마다의 특징")),
    Look("network.0", Text("First convolution at each scale", "크기마다의 첫 합성곱")),
    Look("together", Text("All scales laid on each other", "모든 크기를 겹친 특징")),
    Look("score", Text("Label scores", "레이블 점수"), "scores"),
)


def _conv(in_channels: int, out_channels: int, kernel: int) -> nn.Conv2d:
    """A convolution that keeps the size. No batch norm: no statistics would fit all scales."""
    conv = nn.Conv2d(in_channels, out_channels, kernel, padding=kernel // 2)
    nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
    return conv


class PyramidCNN(SemanticModel):
    """One network over a pyramid of the picture. Any input size works."""

    def __init__(self, num_labels: int) -> None:
        super().__init__()
        first, second, third = CHANNELS
        self.network = nn.Sequential(
            _conv(3, first, KERNEL),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            _conv(first, second, KERNEL),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            _conv(second, third, KERNEL),
            nn.ReLU(inplace=True),
        )
        self.together = nn.Identity()
        self.hidden = nn.Sequential(_conv(SCALES * third, HIDDEN, 1), nn.ReLU(inplace=True))
        self.score = nn.Conv2d(HIDDEN, num_labels, 1)

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> label scores ((N, K, H, W),). Odd sizes are padded, then cropped."""
        height, width = int(batch.shape[2]), int(batch.shape[3])
        padding = (0, -width % MULTIPLE, 0, -height % MULTIPLE)
        picture = functional.pad(batch, padding, mode="replicate")
        full_hw = int(picture.shape[2]), int(picture.shape[3])
        quarter_hw = full_hw[0] // 4, full_hw[1] // 4
        features = []
        for scale in range(SCALES):
            x = self.network(picture)  # (N, 256, H/4, W/4), then a half and a quarter of that
            features.append(resize_scores(x, quarter_hw))
            if scale < SCALES - 1:
                picture = functional.avg_pool2d(picture, 2)
        x = self.together(torch.cat(features, dim=1))  # (N, 768, H/4, W/4)
        scores = self.score(self.hidden(x))  # (N, K, H/4, W/4)
        return (resize_scores(scores, full_hw)[..., :height, :width],)


@register(
    "pyramid_cnn",
    task=Task.SEMANTIC,
    input_hw=(256, 256),
    paper="Farabet et al.: Learning Hierarchical Features for Scene Labeling, TPAMI 2013",
    about=ABOUT,
    looks=LOOKS,
)
def pyramid_cnn(num_labels: int) -> PyramidCNN:
    """One CNN over the picture at three scales, and a classifier for every pixel."""
    return PyramidCNN(num_labels)
