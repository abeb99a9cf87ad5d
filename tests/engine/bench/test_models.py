"""Models measured side by side: every row says where, and trouble is a row too."""

import numpy as np
import pytest

from engine.bench import models
from engine.bench.models import Plan
from engine.errors import ConfigError
from engine.exchange.add import add
from engine.exchange.brought import bring
from engine.exchange.probe import probe
from engine.exchange.runner import Runner
from engine.jobs import Cancelled, CancelToken
from engine.weights.weights import save
from tests.fakes import make_weights
from tests.make import make_pixels, write_picture
from tests.make_foreign import picture, write_bright_onnx

FRAMES = (make_pixels((40, 60)),)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    weights = make_weights()
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    save(path, weights.module.state_dict(), weights.card)
    return path


def plan(*weights, **fields):
    fields = {"device": "cpu", "backend": "torch", "seconds": 0.0, "frames": FRAMES} | fields
    return Plan(tuple(str(path) for path in weights), **fields)


def test_a_row_tells_everything_and_names_its_device(tiny):
    (row,) = models.measure(plan(tiny))
    assert (row.name, row.model, row.backend) == ("tiny", "tiny_segmenter", "torch")
    assert row.device
    assert (row.parameters, row.input_hw) == (9, (32, 48))
    assert row.multiply_adds == 32 * 48 * 9
    assert row.memory_bytes > 0
    assert "counted" in row.memory_how
    assert row.latency_ms >= row.network_ms > 0
    assert row.fps > 0
    assert row.score is None


def test_all_backends_of_a_model_get_a_row_each(tiny):
    rows = list(models.measure(plan(tiny, backend="all")))
    assert [row.backend for row in rows] == ["torch", "openvino"]


def test_registered_models_are_measured_with_random_weights():
    (row,) = models.measure(Plan(models=("tiny_detector",), device="cpu", backend="torch",
                                 seconds=0.0, frames=FRAMES))  # fmt: skip
    assert (row.model, row.input_hw) == ("tiny_detector", (32, 48))


def test_an_unknown_model_is_said_at_once():
    with pytest.raises(ConfigError, match="nosuch"):
        list(models.measure(Plan(models=("nosuch",))))


def test_weights_that_cannot_be_loaded_do_not_stop_the_others(tiny):
    broken, good = models.measure(plan("gone", tiny))
    assert "gone" in broken.trouble
    assert not broken.rows()
    assert good.fps > 0


def test_a_backend_that_a_model_does_not_have_is_trouble_of_that_row(tiny):
    (row,) = models.measure(plan(tiny, backend="onnx"))
    assert "onnx" in row.trouble


def test_the_score_on_a_list_stands_beside_the_speed(tiny, tmp_path):
    from PIL import Image

    write_picture(tmp_path / "a.png", (32, 48))
    Image.fromarray(np.zeros((32, 48), np.uint8)).save(tmp_path / "a_mask.png")
    (tmp_path / "list.txt").write_text("a.png a_mask.png\n", encoding="utf-8")
    (row,) = models.measure(plan(tiny, data=tmp_path / "list.txt", frames=()))
    assert row.score_name == "mIoU"
    assert 0 <= row.score <= 1


def test_it_can_be_cancelled(tiny):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(models.measure(plan(tiny), cancel=cancel))


def test_rows_of_bench_name_model_backend_and_device(tiny):
    (row,) = models.measure(plan(tiny))
    latency, fps = row.rows()
    assert latency.id == f"models.tiny.torch.{row.device}.latency"
    assert (latency.unit, fps.unit) == ("ms", "frames/s")
    assert row.as_json()["input_hw"] == [32, 48]


def test_a_network_of_another_program_is_measured_by_its_file(tmp_path):
    path = write_bright_onnx(tmp_path / "bright.onnx")
    found = probe(Runner(bring(path)), picture())
    added = add(found.brought, found.draft)
    (row,) = models.measure(plan(added, backend="openvino", frames=(picture(),)))
    assert (row.model, row.backend, row.trouble) == ("onnx", "openvino", "")
    assert row.memory_bytes == path.stat().st_size
    assert row.latency_ms > 0
