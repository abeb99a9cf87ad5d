import json

import numpy as np
import pytest
from PIL import Image

from engine.commands.app import main
from engine.errors import DatasetError
from engine.evaluation.detection import Boxes
from engine.evaluation.evaluate import count_errors, evaluate
from engine.jobs import Cancelled, CancelToken, no_progress
from engine.pipeline.pipeline import Pipeline
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


def boxes(rows):
    table = np.array(rows, np.float32).reshape(-1, 6)
    return Boxes(table[:, :4], table[:, 4].astype(np.int64), table[:, 5])


def test_errors_are_what_people_would_see():
    truth = boxes([(0, 0, 10, 10, 0, 1), (20, 0, 30, 10, 1, 1)])
    found = boxes(
        [
            (0, 0, 10, 9, 0, 0.9),  # right
            (0, 0, 10, 10, 0, 0.8),  # the same object twice
            (20, 0, 30, 10, 0, 0.7),  # another label
            (50, 50, 60, 60, 1, 0.1),  # not shown
        ]
    )
    assert count_errors(found, truth) == (1, 2)
    assert count_errors(boxes([]), truth) == (2, 0)
    assert count_errors(found, boxes([])) == (0, 3)


def test_the_command_wants_weights_or_results(colored, capsys):
    assert main(["evaluate", "--data", str(colored / "list.txt"), "--json"]) == 2
    assert main(["evaluate", "--data", "x", "--weights", "none", "--json"]) == 1
    assert "error" in json.loads(capsys.readouterr().out)
