"""What one convolutional pass gains over a network run patch by patch."""

from engine.bench.clock import median_ms
from engine.bench.registry import Measurement, register

# Patch by patch, a picture of the model's own 128 x 128 pixels would take seconds.
INPUT_HW = (64, 64)
SECONDS = 1.0


@register("patches")
def measure() -> list[Measurement]:
    """`patch_cnn` on one picture on the CPU in torch, float32, with the same parameters."""
    import torch

    from models.segmentation.patch_cnn import patch_cnn

    batch = torch.randn(1, 3, *INPUT_HW)
    convolutional, patches = (patch_cnn(2, mode=m).eval() for m in ("convolutional", "patches"))
    patches.load_state_dict(convolutional.state_dict())
    with torch.inference_mode():
        ours = median_ms(lambda: convolutional(batch), seconds=SECONDS)
        rival = median_ms(lambda: patches(batch), seconds=SECONDS, at_least=3)
    return [Measurement("models.patch_cnn_convolutional", ours, "ms", "patch by patch", rival)]
