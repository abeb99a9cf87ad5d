"""What the network says stays on a GPU, and the same is seen: on the CPU, by a stand-in."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.errors import DeviceError
from engine.insight.doubt import doubt
from engine.insight.uncertainty import Measure
from engine.jobs import CancelToken
from engine.pipeline.decode import detections
from engine.pipeline.over_time import OverTime
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.refine import Refinement, names
from engine.pipeline.tiles import predict_tiled
from engine.preprocess import Placement
from engine.thresholds import Thresholds
from engine.values import Frame, FrameId, Prediction
from models.contract import DetectionOutput, SharedMasks
from tests.fakes import FakeBackend, TinySegmenter, make_weights
from tests.make import make_pixels
from tests.there import FarBackend, SeeingBackend, There

TINY = ("tiny_segmenter", "tiny_detector", "tiny_instances", "tiny_regions", "tiny_classifier")


def pair(model: str) -> tuple[Pipeline, Pipeline]:
    """The same network there and here."""
    weights = make_weights(model)
    return Pipeline(weights, use=FarBackend(weights)), Pipeline(weights, use=FakeBackend(weights))


def frames(count: int = 3) -> list[Frame]:
    """A bright square on noise, on its way to the right."""
    found = []
    for index in range(count):
        pixels = make_pixels((70, 110)) // 2
        pixels[20:50, 20 + 8 * index : 60 + 8 * index] = 255
        found.append(Frame(FrameId("video", index), pixels))
    return found


def is_same(far: Prediction, near: Prediction) -> bool:
    """All but single pixels of outlines (see `test_best_labels.py`)."""
    if far.label_map is None:
        return far == near
    off = (far.label_map.ids != near.label_map.ids).mean()
    return off < 0.006 and replace(far, label_map=None) == replace(near, label_map=None)


@pytest.mark.parametrize("model", TINY)
def test_the_same_is_seen(model: str) -> None:
    far, near = pair(model)
    for frame in frames():
        assert is_same(far.predict(frame), near.predict(frame))


@pytest.mark.parametrize("model", TINY[:3])
def test_the_same_is_seen_in_tiles(model: str) -> None:
    far, near = (predict_tiled(each, frames()[0], Thresholds(), tile=48) for each in pair(model))
    assert is_same(far, near)


@pytest.mark.parametrize("model", TINY[:2])
def test_the_same_is_seen_over_time(model: str) -> None:
    wanted = Thresholds(smoothing=0.5, tracks=True)
    said = []
    for pipeline in pair(model):
        over = OverTime()
        said.append(
            [over.decode(pipeline, pipeline.infer(f.pixels), f.id, wanted) for f in frames()]
        )
    assert all(map(is_same, *said))


@pytest.mark.parametrize("name", names())
def test_the_same_is_seen_refined(name: str) -> None:
    said = []
    for pipeline in pair("tiny_segmenter"):
        pipeline.refine = Refinement(name)
        raw = pipeline.infer(frames()[0].pixels)
        said.append(pipeline.decode(raw, FrameId("a.png")))
        assert ("refine" in raw.seconds) == (name != "none")
    assert is_same(*said)


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("model", ["tiny_segmenter", "tiny_detector", "tiny_classifier"])
def test_it_is_as_unsure(model: str, measure: Measure) -> None:
    far, near = (doubt(each, frames()[0].pixels, measure, CancelToken()) for each in pair(model))
    assert far == near


def test_label_scores_stay_until_they_are_asked_for() -> None:
    raw = pair("tiny_segmenter")[0].infer(frames()[0].pixels)
    assert isinstance(raw.output.logits, There)
    assert raw.maps() is raw.maps(), "what was brought back is kept"
    assert type(raw.scores()) is torch.Tensor


def test_candidates_stay_until_it_is_decided_which_count() -> None:
    for model, part in (("tiny_instances", "masks"), ("tiny_regions", "boxes")):
        raw = pair(model)[0].infer(frames()[0].pixels)
        assert isinstance(getattr(raw.output, part), There)


def made_candidates(seed: int, kind: str) -> DetectionOutput:
    """Hundreds of boxes around a few places, some of them out of the frame or no boxes at all."""
    made = torch.Generator().manual_seed(seed)
    count = 400
    middles = torch.rand(12, 2, generator=made) * 90 - 10
    middles = middles[torch.randint(12, (count,), generator=made)]
    sides = torch.rand(count, 2, generator=made) * 30
    middles = middles + torch.randn(count, 2, generator=made) * 3
    boxes = torch.cat([middles - sides / 2, middles + sides / 2], 1)
    boxes[:3] = torch.tensor([float("nan"), float("inf"), -float("inf")])[:, None]
    scores, labels = torch.rand(count, generator=made), torch.randint(3, (count,), generator=made)
    masks = shared = corners = None
    if kind == "masks":
        masks = torch.rand(count, 7, 7, generator=made)
    elif kind == "shared":
        maps, shares = torch.randn(4, 16, 16, generator=made), torch.randn(count, 4, generator=made)
        shared = SharedMasks(maps, shares)
    elif kind == "corners":
        corners = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].view(count, 4, 2)
    return DetectionOutput(boxes, scores, labels, masks, shared, corners)


def there(output: DetectionOutput) -> DetectionOutput:
    """The same on a GPU."""

    def up(tensor: torch.Tensor | None) -> torch.Tensor | None:
        return None if tensor is None else tensor.as_subclass(There)

    shared = output.shared
    if shared is not None:
        shared = SharedMasks(up(shared.maps), up(shared.shares))
    kept = (up(each) for each in (output.boxes, output.scores, output.labels, output.masks))
    return DetectionOutput(*kept, shared, up(output.corners))


@pytest.mark.parametrize("kind", ["boxes", "masks", "shared", "corners"])
@pytest.mark.parametrize("conf", [0.0, 0.3, 0.999])
@pytest.mark.parametrize("size_hw", [(64, 64), (117, 75)])
def test_the_same_of_many_candidates_count(kind: str, conf: float, size_hw: tuple) -> None:
    placement, thresholds = Placement(size_hw, (64, 64), (64, 64)), Thresholds(conf=conf, iou=0.5)
    for seed in range(5):
        output = made_candidates(seed, kind)
        assert detections(there(output), placement, thresholds) == detections(
            output, placement, thresholds
        )


@pytest.mark.parametrize("model", TINY)
def test_frames_are_taken_as_they_are(model: str) -> None:
    """Those that need no resizing, as of others each colour is rounded or not."""
    weights, pixels = make_weights(model, resize="letterbox"), frames()[0].pixels[:32, 10:58]
    seeing, near = (Pipeline(weights, use=each(weights)) for each in (SeeingBackend, FakeBackend))
    batch = [pixels, pixels[:, :30].copy(), pixels[:20].copy()]
    found, wanted = (each.infer_batch(batch) for each in (seeing, near))
    assert [raw.placement for raw in found] == [raw.placement for raw in wanted]
    first = FrameId("a.png")
    assert is_same(seeing.decode(found[0], first), near.decode(wanted[0], first))


def test_frames_that_do_not_fit_are_taken_by_halves() -> None:
    weights = make_weights()
    backend = SeeingBackend(weights, fits=2)
    said = Pipeline(weights, use=backend).infer_batch([frame.pixels for frame in frames(5)])
    assert len(said) == 5
    assert backend.sizes == [5, 2, 3, 1, 2]


class NoRoom(There):
    """Label scores for which the memory is lacking as soon as anything is made of them."""

    def log_softmax(self, *options: int) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory.")


class Lost(There):
    """Label scores on a device that has stopped working."""

    def log_softmax(self, *options: int) -> torch.Tensor:
        raise torch.AcceleratorError("CUDA error: unspecified launch failure")


@pytest.mark.parametrize(
    ("kind", "text"), [(NoRoom, "Out of memory"), (Lost, "has stopped working")]
)
def test_trouble_that_comes_after_the_network_is_told(kind: type[There], text: str) -> None:
    pipeline = pair("tiny_segmenter")[0]
    raw = pipeline.infer(np.zeros((70, 110, 3), np.uint8))
    output = replace(raw.output, logits=raw.output.logits.as_subclass(kind))
    with pytest.raises(DeviceError, match=text):
        pipeline.decode(replace(raw, output=output), FrameId("a.png"))


def test_what_does_not_fit_there_is_decoded_by_halves() -> None:
    class Large(TinySegmenter):
        def outputs(self, raw: tuple[torch.Tensor, ...]) -> list:
            if len(raw[0]) > 2:
                raise torch.OutOfMemoryError("CUDA out of memory.")
            return super().outputs(raw)

    weights = replace(make_weights(), module=Large(3).eval())
    pipeline = Pipeline(weights, use=FarBackend(weights))
    assert len(pipeline.infer_batch([frame.pixels for frame in frames(5)])) == 5
