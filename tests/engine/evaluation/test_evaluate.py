import json

import numpy as np
import pytest
from PIL import Image

from engine.commands.app import main
from engine.errors import DatasetError
from engine.evaluation.evaluate import boxes_of, evaluate, instances_of
from engine.jobs import Cancelled, CancelToken, no_progress
from engine.pipeline.pipeline import Pipeline
from engine.values import Box, Detection, FrameId, Mask, Polygon, Prediction
from tests.fakes import make_weights

COLORS = np.array([[230, 10, 10], [10, 230, 10], [10, 10, 230]], np.uint8)


@pytest.fixture
def colored(tmp_path):
    """Two pictures whose label is their brightest colour channel, as TinySegmenter says it."""
    lines = ""
    for i in range(2):
        ids = np.zeros((32, 48), np.uint8)
        ids[8:24, 8 + 16 * i : 24 + 16 * i] = 1 + i
        Image.fromarray(COLORS[ids]).save(tmp_path / f"{i}.png")
        if i:
            ids[:4] = 255
        Image.fromarray(ids).save(tmp_path / f"{i}_label.png")
        lines += f"{i}.png {i}_label.png\n"
    (tmp_path / "list.txt").write_text(lines)
    (tmp_path / "labels.txt").write_text("0 background\n1 cat\n2 dog\n")
    return tmp_path


def run(pipeline, path, cancel=None):
    return evaluate(pipeline, path, progress=no_progress, cancel=cancel or CancelToken())


def pipeline():
    return Pipeline(make_weights("tiny_segmenter"), device="cpu", backend="torch")


def test_a_model_that_knows_scores_one(colored):
    report = run(pipeline(), colored / "list.txt")
    assert report.metrics["miou"] == pytest.approx(1, abs=0.02)
    assert set(report.metrics["iou"]) == {"background", "cat", "dog"}
    assert report.metrics["images"] == 2
    json.dumps(report.metrics, allow_nan=False)


def test_swapped_names_are_met_by_name(colored):
    (colored / "labels.txt").write_text("0 background\n1 dog\n2 cat\n")
    metrics = run(pipeline(), colored / "list.txt").metrics
    assert metrics["iou"]["cat"] == metrics["iou"]["dog"] == 0


def test_the_worst_sample_comes_first(colored):
    wrong = np.zeros((32, 48), np.uint8)
    wrong[:, :20] = 2
    Image.fromarray(wrong).save(colored / "1_label.png")
    report = run(pipeline(), colored / "list.txt")
    assert report.worst[0]["image"].endswith("1.png")


def test_a_label_that_hardly_agrees_in_a_picture_is_an_error(colored):
    (colored / "labels.txt").write_text("0 background\n1 dog\n2 cat\n")
    report = run(pipeline(), colored / "list.txt")
    assert {(row["kind"], row["label"], row["said"]) for row in report.errors} == {
        ("missed", "cat", None),
        ("missed", "dog", None),
        ("false_alarm", None, "cat"),
        ("false_alarm", None, "dog"),
    }
    assert report.errors[0]["box"][2] <= 48
    assert np.array(report.confusion.counts).sum() == 2 * 32 * 48 - 4 * 48
    assert len(report.examples) == 2


def test_a_list_for_another_task_is_refused(colored):
    (colored / "boxes.txt").write_text("")
    (colored / "list.txt").write_text("0.png boxes.txt\n")
    with pytest.raises(DatasetError, match="detection"):
        run(pipeline(), colored / "list.txt")


def test_it_can_be_cancelled(colored):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        run(pipeline(), colored / "list.txt", cancel)


def test_the_command_writes_json_and_page(colored, capsys, tmp_path):
    from engine.weights.weights import save

    weights = make_weights("tiny_segmenter")
    save(tmp_path / "w.safetensors", weights.module.state_dict(), weights.card)
    arguments = ["--weights", str(tmp_path / "w.safetensors"), "--data", str(colored / "list.txt")]
    assert (
        main(
            ["evaluate", *arguments, "--device", "cpu", "--json", "--out", str(tmp_path / "r.html")]
        )
        == 0
    )
    assert json.loads((tmp_path / "r.json").read_text())["metrics"]["images"] == 2
    assert "mIoU" in (tmp_path / "r.html").read_text()
    assert json.loads(capsys.readouterr().out)["images"] == 2


def test_the_command_wants_weights_or_results(colored, capsys):
    assert main(["evaluate", "--data", str(colored / "list.txt"), "--json"]) == 2
    assert main(["evaluate", "--data", "x", "--weights", "none", "--json"]) == 1
    assert "error" in json.loads(capsys.readouterr().out)


def test_outlines_are_judged_by_what_of_them_is_in_the_picture():
    outline = Polygon(np.array([[-5, 4], [6, 4], [6, 12], [-5, 12]], np.float32))
    found = (Detection(outline, 1, 0.9), Detection(Box(1, 1, 3, 3), 2, 0.8))
    prediction = Prediction(FrameId("a"), (10, 20), (), found)
    assert boxes_of(prediction).xyxy.tolist() == [[0, 4, 6, 10], [1, 1, 3, 3]]
    masks = instances_of(prediction).masks
    assert masks[0] == Mask(0, 4, np.ones((6, 6), bool))
    assert not masks[1].pixels.any()
