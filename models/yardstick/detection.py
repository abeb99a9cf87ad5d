"""Detectors of torchvision, as they are: on torch alone.

They suppress by themselves, so their candidates have been through it. They neither resize nor
normalise here: the engine has already brought the frame to the input size, and boxes come out in
pixels of that input.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from torchvision.models import detection
from torchvision.models.detection.transform import GeneralizedRCNNTransform

from models.about import About, Text
from models.contract import DetectionOutput, Output, RawTensors, Target, Task
from models.detector import Detector
from models.registry import register

MAX_OBJECTS = 100
FASTER_RCNN_ABOUT = About(
    year=2015,
    idea=Text(
        "Two stages share one encoder. A small network proposes boxes where something may be. For "
        "each of them features are cut out, and a second head says what it is and corrects the "
        "box.",
        "두 단계가 하나의 인코더를 함께 씁니다. 작은 신경망이 무언가 있을 만한 상자를 제안합니다. "
        "각 상자의 특징을 잘라 내어 두 번째 머리가 무엇인지 판단하고 상자를 바로잡습니다.",
    ),
    improves_on=Text(
        "Fast R-CNN waited two seconds a picture for proposals from selective search; here a "
        "network proposes them, nearly for free.",
        "Fast R-CNN은 선택적 탐색의 제안을 그림마다 2초씩 기다렸습니다. 여기서는 신경망이 거의 "
        "공짜로 제안합니다.",
    ),
    look_for=Text(
        "Boxes that sit closer than a one-pass detector's, at a lower frame rate.",
        "한 번에 찾는 검출기보다 더 꼭 맞는 상자를 보세요. 대신 초당 프레임 수는 낮습니다.",
    ),
)


class KeepSize(GeneralizedRCNNTransform):
    """torchvision's preparation of a batch, without its resizing and normalising."""

    def normalize(self, image: Tensor) -> Tensor:
        """The picture as it came."""
        return image

    def resize(
        self, image: Tensor, target: dict[str, Tensor] | None = None
    ) -> tuple[Tensor, dict[str, Tensor] | None]:
        """The picture as it came."""
        return image, target

    def postprocess(
        self,
        result: list[dict[str, Tensor]],
        image_shapes: list[tuple[int, int]],
        original_image_sizes: list[tuple[int, int]],
    ) -> list[dict[str, Tensor]]:
        """What was found as it is: masks stay small, stretched over their boxes."""
        return result


class DetectionYardstick(Detector):
    """A detector of torchvision. It only predicts: `losses` raises TypeError.

    `kept` are the ids in torchvision's numbering (0 is background) that our labels stand for, in
    their order; objects with any other id are left out. COCO's numbering has gaps.
    """

    kept: Tensor

    def __init__(self, network: nn.Module, kept: Sequence[int]) -> None:
        super().__init__()
        theirs = network.transform
        assert isinstance(theirs, GeneralizedRCNNTransform)
        network.transform = KeepSize(
            0, 0, theirs.image_mean, theirs.image_std, size_divisible=theirs.size_divisible
        )
        self.network = network
        ours = torch.full((max(kept) + 1,), -1, dtype=torch.int64, device="cpu")
        ours[torch.tensor(kept, device="cpu")] = torch.arange(len(kept), device="cpu")
        self.register_buffer("kept", ours, persistent=False)  # (theirs,) -> our index or -1

    def train(self, mode: bool = True) -> "DetectionYardstick":
        """Stay in evaluation mode: it only predicts."""
        super().train(False)
        return self

    def forward(self, batch: Tensor) -> RawTensors:
        """Batch (N, 3, H, W) -> boxes (N, M, 4), scores (N, M), labels (N, M), maybe masks.

        M is the number of objects in the fullest picture; the others are filled up with score 0.
        """
        # Half precision would round the corners of boxes to whole blocks of pixels.
        with torch.autocast(batch.device.type, enabled=False):
            found = self.network(list(batch.float()))
        names = ["boxes", "scores", "labels", *(["masks"] if "masks" in found[0] else [])]
        return tuple(pad_sequence([each[name] for each in found], True) for name in names)

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Raw tensors -> one DetectionOutput per picture, without the filling."""
        outputs: list[Output] = []
        for index, (boxes, scores, theirs) in enumerate(zip(*raw[:3], strict=True)):
            labels = self.kept.to(theirs.device)[theirs.long()]  # backends hand on floats
            real = (labels >= 0) & (scores > 0)  # (M,)
            masks = raw[3][index, real, 0].float() if len(raw) > 3 else None  # (n, h, w)
            outputs.append(
                DetectionOutput(boxes[real].float(), scores[real].float(), labels[real], masks)
            )
        return outputs

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Raise TypeError: yardsticks only predict."""
        raise TypeError("torchvision's detectors are yardsticks here: they only predict.")


def ids_kept(num_labels: int, kept: Sequence[int] | None) -> list[int]:
    """torchvision's ids of our labels: those given, else all from 1 up. ValueError if too few."""
    ids = list(kept) if kept is not None else list(range(1, num_labels + 1))
    if len(ids) != num_labels or min(ids) < 1:
        raise ValueError(f"{num_labels} labels need as many ids from 1 up, not {ids}.")
    return ids


@register(
    "fasterrcnn_mobilenet_v3_large_fpn",
    task=Task.DETECTION,
    input_hw=(640, 640),
    paper="Ren, He, Girshick, Sun: Faster R-CNN, NeurIPS 2015",
    about=FASTER_RCNN_ABOUT,
    backends=("torch",),
    trainable=False,
)
def fasterrcnn_mobilenet_v3_large_fpn(
    num_labels: int, kept: Sequence[int] | None = None
) -> DetectionYardstick:
    """Faster R-CNN on MobileNetV3 large with a feature pyramid, by torchvision."""
    ids = ids_kept(num_labels, kept)
    network = detection.fasterrcnn_mobilenet_v3_large_fpn(
        weights=None,
        weights_backbone=None,
        num_classes=max(ids) + 1,
        box_detections_per_img=MAX_OBJECTS,
    )
    return DetectionYardstick(network, ids)
