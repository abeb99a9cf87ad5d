"""How fast frames are painted, and what OpenVINO gains over eager torch on the CPU."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.bench.clock import median_ms
from engine.bench.registry import Measurement, register
from engine.values import Detection, FrameId, Label, Mask, Prediction

if TYPE_CHECKING:
    from engine.weights.weights import Weights

FULL_HD = (1080, 1920)
OBJECTS = 12
INPUT_HW = (256, 256)


@register("overlay")
def measure_overlay() -> list[Measurement]:
    """Twelve masks, boxes and labels painted on a 1080p frame."""
    from engine.painting.overlay import paint

    pixels = np.random.default_rng(0).integers(0, 255, (*FULL_HD, 3), dtype=np.uint8)
    prediction = _twelve_objects()
    ours = median_ms(lambda: paint(pixels, prediction, prediction.labels, opacity=0.5))
    rival = median_ms(lambda: _paint_plainly(pixels, prediction))
    return [
        Measurement(
            "live.overlay_12_objects_1080p",
            ours,
            "ms",
            rival="one full-size numpy mask at a time",
            rival_value=rival,
            budget=4.0,
        ),
    ]


@register("backends")
def measure_backends() -> list[Measurement]:
    """One U-Net 32 on one picture on the CPU: OpenVINO against plain torch and tuned torch."""
    import torch

    from engine.backends.backend import choose

    weights = _random_weights()
    batch = np.random.default_rng(0).standard_normal((1, 3, *INPUT_HW), np.float32)

    def eager() -> None:
        with torch.inference_mode():
            weights.module(torch.from_numpy(batch))

    plain = median_ms(eager, seconds=3.0)
    times = {}
    for name in ("openvino", "torch"):
        backend = choose(weights, "cpu", name)
        times[name] = median_ms(lambda b=backend: b.run(batch), seconds=3.0)  # type: ignore[misc]
    rival = "torch eager, float32"
    return [
        Measurement("live.unet32_openvino", times["openvino"], "ms", rival, plain),
        Measurement("live.unet32_torch_tuned", times["torch"], "ms", rival, plain),
        Measurement(
            "live.openvino_to_eager",
            plain / times["openvino"],
            "x",
            rival=rival,
            rival_value=1.0,
            budget=1.8,
            more_is_better=True,
        ),
    ]


def _twelve_objects() -> Prediction:
    """Ellipses of 320x260 pixels, spread over the frame."""
    y, x = np.mgrid[0:260, 0:320]
    ellipse = ((x - 160) / 160) ** 2 + ((y - 130) / 130) ** 2 <= 1
    labels = tuple(Label(i, f"label {i}", (40 * i % 256, 90, 255 - 20 * i)) for i in range(1, 13))
    detections = tuple(
        Detection(Mask(40 + 460 * (i % 4), 40 + 330 * (i // 4), ellipse), i + 1, 0.5 + i / 30)
        for i in range(OBJECTS)
    )
    return Prediction(FrameId("frame"), FULL_HD, labels, detections)


def _paint_plainly(pixels: NDArray[np.uint8], prediction: Prediction) -> NDArray[np.uint8]:
    """What one writes first: blend each object's colour over a mask as large as the frame."""
    import cv2

    painted = pixels.copy()
    for detection, label in zip(prediction.detections, prediction.labels, strict=True):
        region = detection.region
        assert isinstance(region, Mask)
        height, width = region.pixels.shape
        left, top, right, bottom = region.left, region.top, region.left + width, region.top + height
        mask = np.zeros(pixels.shape[:2], bool)
        mask[top:bottom, left:right] = region.pixels
        painted[mask] = (painted[mask] * 0.5 + np.array(label.color) * 0.5).astype(np.uint8)
        cv2.rectangle(painted, (left, top), (right, bottom), label.color, 2)
        text = f"{label.name} {detection.score:.2f}"
        cv2.putText(painted, text, (left, top), cv2.FONT_HERSHEY_SIMPLEX, 0.6, label.color, 2)
    return painted


def _random_weights() -> "Weights":
    from pathlib import Path

    from engine.preprocess import Preprocessing
    from engine.weights.build import build
    from engine.weights.card import Card
    from engine.weights.weights import Weights
    from models.task import Task

    labels = (Label(0, "background", (0, 0, 0)), Label(1, "object", (255, 0, 0)))
    card = Card("unet32", Task.SEMANTIC, labels, Preprocessing(INPUT_HW))
    return Weights("bench", Path("bench.safetensors"), card, build(card).eval())
