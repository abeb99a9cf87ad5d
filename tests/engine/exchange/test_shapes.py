"""Networks of masks and of rotated boxes are added, and used like our own."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

from engine.commands.app import main
from engine.errors import WeightsError
from engine.evaluation.evaluate import evaluate, judged
from engine.exchange.add import add
from engine.exchange.brought import bring, size_in
from engine.exchange.probe import probe
from engine.exchange.runner import Runner
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.tiles import predict_tiled
from engine.regions.masks import box_of
from engine.thresholds import Thresholds
from engine.values import Frame, FrameId, Mask, Polygon
from engine.weights.load import load
from engine.weights.trust import trust
from models.task import Task
from tests.make_foreign import (
    CELL,
    LARGE,
    BrightBars,
    BrightMasks,
    shapes_picture,
    write_onnx,
    write_script,
)

NAMES = "{0: 'red', 1: 'green'}"


def added(path, pixels=None):
    found = probe(Runner(bring(path)), shapes_picture() if pixels is None else pixels)
    return found, Pipeline(load(add(found.brought, found.draft)))


@pytest.fixture(scope="module")
def masks_onnx(tmp_path_factory):
    folder = tmp_path_factory.mktemp("masks")
    return write_onnx(folder / "masks.onnx", BrightMasks(), names=NAMES, task="segment")


@pytest.fixture(scope="module")
def bars_onnx(tmp_path_factory):
    return write_onnx(tmp_path_factory.mktemp("bars") / "bars.onnx", BrightBars())


def seen(pipeline, pixels):
    return pipeline.predict(Frame(FrameId(""), pixels)).detections


def bright(pixels, channel, cell):
    """The pixels of a cell (left, top) that the network calls bright, worked out from the picture:
    (16, 16)."""
    image = torch.from_numpy(pixels / np.float32(255)).permute(2, 0, 1)[None]
    more = image[:, channel] - image[:, 2]
    left, top = cell
    score = more[:, top : top + CELL, left : left + CELL].mean()
    sums = score * (20 * functional.avg_pool2d(more[None], 4) - 10)
    whole = functional.interpolate(sums.sigmoid(), size=pixels.shape[:2], mode="bilinear")[0, 0]
    return (whole >= 0.5).numpy()[top : top + CELL, left : left + CELL]


@pytest.mark.parametrize("is_script", [False, True])
def test_masks_are_the_ones_that_the_network_means(masks_onnx, tmp_path, is_script):
    path, notes = masks_onnx, json.dumps({"imgsz": [LARGE, LARGE], "names": {0: "a", 1: "b"}})
    if is_script:
        path = write_script(tmp_path / "masks.torchscript", BrightMasks(), **{"config.txt": notes})
        trust(path.read_bytes())
    found, pipeline = added(path)
    assert found.best.head.layout == "yolo_v8_seg"
    assert found.draft.preprocessing.size_hw == (LARGE, LARGE)
    assert pipeline.weights.card.task is Task.INSTANCE
    assert "f32" in pipeline.device_text or is_script
    pixels = shapes_picture()
    objects = seen(pipeline, pixels)
    assert [d.label_id for d in objects] == [1, 2]
    for detection, cell in zip(objects, ((16, 32), (96, 80)), strict=True):
        mask = detection.region
        assert isinstance(mask, Mask)
        assert (mask.left, mask.top) == cell
        wanted = bright(pixels, detection.label_id - 1, cell)
        assert (mask.pixels == wanted).all()
        assert 60 < mask.pixels.sum() < 200


def test_rotated_boxes_are_outlines_of_four_corners(bars_onnx):
    found, pipeline = added(bars_onnx)
    assert (found.best.head.layout, found.best.head.num_labels) == ("yolo_v8_obb", 2)
    first, second = seen(pipeline, shapes_picture())
    angles = np.linspace(-0.7, 2.3, 100)
    for detection, cell in ((first, (16, 32)), (second, (96, 80))):
        outline = detection.region
        assert isinstance(outline, Polygon)
        assert outline.points_xy.mean(axis=0) == pytest.approx(np.add(cell, 8), abs=0.01)
        long = outline.points_xy[1] - outline.points_xy[0]
        angle = angles[cell[1] // CELL * 10 + cell[0] // CELL]
        assert long == pytest.approx(12 * np.array([np.cos(angle), np.sin(angle)]), abs=0.01)


@pytest.mark.parametrize("name", ["masks_onnx", "bars_onnx"])
def test_objects_are_found_through_tiles_in_their_shapes(name, request):
    _, pipeline = added(request.getfixturevalue(name))
    pixels = shapes_picture(240, 240)
    pixels[140:172, 180:210] = pixels[32:64, 10:40]
    one = seen(pipeline, shapes_picture())
    frame = Frame(FrameId(""), pixels)
    prediction = predict_tiled(pipeline, frame, Thresholds(), tile=LARGE)
    kinds = {type(d.region) for d in prediction.detections}
    assert kinds == {type(one[0].region)}
    assert {d.label_id for d in prediction.detections} == {1, 2}
    centers = [
        np.reshape(box_of(d.region).xyxy, (2, 2)).mean(axis=0) for d in prediction.detections
    ]
    for place in ((24, 40), (194, 148)):
        assert any(np.abs(each - place).max() < 12 for each in centers)


@pytest.mark.parametrize("name", ["masks_onnx", "bars_onnx"])
def test_they_are_written_and_scored_by_their_pixels(name, request, tmp_path, capsys):
    _, pipeline = added(request.getfixturevalue(name))
    picture = tmp_path / "one.png"
    Image.fromarray(shapes_picture()).save(picture)
    weights = pipeline.weights.name
    out = tmp_path / "out"
    assert main(["predict", str(picture), "--weights", weights, "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    report = evaluate(judged(load(weights)), out / "predictions.txt")
    assert told["images"] == 1
    assert report.metrics["ap50"] == pytest.approx(1)


class Points(nn.Module):
    """Rows as YOLO v8's of poses: a box, a score, one point with its probability."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return (image[:, :1, :8, :50].flatten(2) * 0 + 0.5).repeat(1, 8, 1)


def test_poses_are_refused_with_a_reason(tmp_path):
    path = write_onnx(tmp_path / "pose.onnx", Points(), task="pose")
    with pytest.raises(WeightsError, match="points of poses") as caught:
        probe(Runner(bring(path)), shapes_picture())
    assert "masks" in caught.value.hint


def test_sizes_as_exporters_write_them():
    assert size_in("[640, 480]") == (640, 480)
    for text in (
        "",
        "640",
        "[640]",
        "[0, 640]",
        "[99999, 640]",
        "['a', 64]",
        "[64.0, 64]",
        "[",
        "{}",
    ):
        assert size_in(text) is None
