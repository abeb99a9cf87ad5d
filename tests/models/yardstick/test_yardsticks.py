"""torchvision's networks behind our contract, small and randomly initialised."""

import pytest
import torch

from models import load_all, registry
from models.contract import DetectionOutput, SemanticOutput
from models.yardstick.detection import DetectionYardstick

SEMANTIC = ("lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large")
DETECTORS = ("fasterrcnn_mobilenet_v3_large_fpn",)
BATCH = (2, 3, 64, 96)


@pytest.fixture(autouse=True)
def _registered():
    load_all()


@pytest.mark.parametrize("name", SEMANTIC)
def test_semantic_scores_have_the_size_of_the_input(name):
    model = registry.get(name).build(4).eval()
    with torch.inference_mode():
        outputs = model.predict(torch.rand(BATCH))
    assert [type(o) for o in outputs] == [SemanticOutput] * 2
    assert all(o.logits.shape == (4, 64, 96) for o in outputs)


@pytest.mark.parametrize("name", DETECTORS)
def test_boxes_lie_in_the_input_and_labels_count_from_0(name):
    torch.manual_seed(0)
    model = registry.get(name).build(3).eval()
    with torch.inference_mode():
        outputs = model.predict(torch.rand(BATCH))
    assert len(outputs) == 2
    for output in outputs:
        assert isinstance(output, DetectionOutput)
        assert len(output.boxes) == len(output.scores) == len(output.labels)
        assert (output.boxes >= 0).all()
        assert (output.boxes <= torch.tensor([96, 64, 96, 64])).all()
        assert ((output.labels >= 0) & (output.labels < 3)).all()


@pytest.mark.parametrize("name", [*SEMANTIC, *DETECTORS])
def test_yardsticks_only_predict(name):
    spec = registry.get(name)
    assert not spec.trainable
    with pytest.raises(TypeError, match="only predict"):
        spec.build(2).losses(torch.rand(BATCH), [])


class FakeNetwork(torch.nn.Module):
    """Finds an object of each of torchvision's labels 0 to 4 in the first picture of a batch."""

    def __init__(self) -> None:
        super().__init__()
        self.transform = registry.get(DETECTORS[0]).build(1).network.transform

    def forward(self, pictures):
        boxes = torch.arange(20, dtype=torch.float32).reshape(5, 4)
        first = {"boxes": boxes, "scores": torch.full((5,), 0.5), "labels": torch.arange(5)}
        none = {name: tensor[:0] for name, tensor in first.items()}
        return [first, *[none for _ in pictures[1:]]]


def test_gaps_in_torchvisions_numbering_close():
    model = DetectionYardstick(FakeNetwork(), kept=[1, 4])
    first, second = model.predict(torch.rand(BATCH))
    assert first.labels.tolist() == [0, 1]
    assert first.boxes[:, 0].tolist() == [4.0, 16.0]
    assert len(second.boxes) == 0


def test_ids_must_fit_the_number_of_labels():
    with pytest.raises(ValueError, match="as many ids"):
        registry.get(DETECTORS[0]).build(3, kept=[1, 2])


def test_raw_tensors_may_come_back_as_floats():
    model = DetectionYardstick(FakeNetwork(), kept=[1, 4])
    raw = tuple(tensor.float() for tensor in model(torch.rand(BATCH)))
    assert model.outputs(raw)[0].labels.tolist() == [0, 1]


def test_boxes_are_not_rounded_by_half_precision():
    torch.manual_seed(0)
    model = registry.get(DETECTORS[0]).build(3).eval()
    batch = torch.rand(BATCH)
    with torch.inference_mode():
        exact = model(batch)[0]
        with torch.autocast("cpu", torch.bfloat16):
            assert torch.equal(model(batch)[0], exact)
