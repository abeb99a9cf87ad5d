import json
from contextlib import suppress

import hypothesis
import pytest
from hypothesis import strategies as st

from engine.commands.app import main
from engine.errors import AppError, DatasetError
from engine.evaluation.coco import evaluate_results
from tests.damage import damaged_json, seeds

TRUTH = {
    "images": [{"id": 1, "width": 100, "height": 80}, {"id": 2, "width": 100, "height": 80}],
    "categories": [{"id": 3, "name": "cat"}, {"id": 7, "name": "dog"}],
    "annotations": [
        {"id": 1, "image_id": 1, "category_id": 3, "bbox": [5, 5, 20, 20], "area": 400},
        {"id": 2, "image_id": 2, "category_id": 7, "bbox": [1, 1, 50, 40], "area": 2000},
    ],
}  # fmt: skip
RESULTS = [
    {"image_id": 1, "category_id": 3, "bbox": [5, 5, 20, 20], "score": 0.9},
    {"image_id": 2, "category_id": 3, "bbox": [0, 0, 9, 9], "score": 0.8},
]


@pytest.fixture
def files(tmp_path):
    def write(results, truth=TRUTH):
        (tmp_path / "r.json").write_text(json.dumps(results))
        (tmp_path / "t.json").write_text(json.dumps(truth))
        return tmp_path / "r.json", tmp_path / "t.json"

    return write


def test_scores_by_label_name(files):
    scores = evaluate_results(*files(RESULTS)).metrics
    assert scores["per_label"]["cat"]["ap50"] == pytest.approx(1)
    assert scores["per_label"]["dog"]["ap50"] == 0
    assert scores["ap50"] == pytest.approx(0.5)
    assert scores["images"] == 2


def test_a_category_without_a_name_is_told_by_its_id(files):
    truth = {**TRUTH, "categories": [{"id": 3, "name": " "}, {"id": 7, "name": "dog"}]}
    report = evaluate_results(*files(RESULTS, truth))
    assert [label.name for label in report.labels] == ["id 3", "dog"]


def test_no_results_score_zero(files):
    assert evaluate_results(*files([])).metrics["ap"] == 0


@pytest.mark.parametrize(
    "wrong",
    [{}, [{"image_id": 1}], [{**RESULTS[0], "image_id": 9}], [{**RESULTS[0], "bbox": [1]}], [3]],
)
def test_wrong_results_are_said(files, wrong):
    with pytest.raises(DatasetError):
        evaluate_results(*files(wrong))


def test_crowds_masks_and_errors(files):
    crowd = {
        "id": 3, "image_id": 1, "category_id": 7, "bbox": [40, 10, 50, 50], "area": 2500,
        "iscrowd": 1, "segmentation": {"size": [80, 100], "counts": [3210, 50, 30, 50, 4660]},
    }  # fmt: skip
    outlines = {1: [5, 5, 25, 5, 25, 25, 5, 25], 2: [1, 1, 51, 1, 51, 41, 1, 41]}
    rows = [{**row, "segmentation": [outlines[row["id"]]]} for row in TRUTH["annotations"]]
    truth = {**TRUTH, "annotations": [*rows, crowd]}
    square = {"size": [80, 100], "counts": [405, *([20, 60] * 19), 20, 6055]}
    found = [
        {"image_id": 1, "category_id": 3, "segmentation": square, "score": 0.9},
        {"image_id": 2, "category_id": 3, "segmentation": square, "score": 0.8},
    ]
    report = evaluate_results(*files(found, truth))
    assert report.task == "instance"
    assert report.metrics["per_label"]["cat"]["ap50"] == pytest.approx(1)
    assert report.metrics["mean_boundary_iou"] == pytest.approx(1)
    assert sorted((row["kind"], row["label"], row["said"]) for row in report.errors) == [
        ("false_alarm", None, "cat"),
        ("missed", "dog", None),
    ]


def test_errors_in_a_crowd_are_none(files):
    crowd = {
        "id": 4,
        "image_id": 2,
        "category_id": 3,
        "bbox": [0, 0, 30, 30],
        "iscrowd": 1,
        "area": 9,
    }
    truth = {**TRUTH, "annotations": [*TRUTH["annotations"], crowd]}
    report = evaluate_results(*files(RESULTS, truth))
    assert [row["kind"] for row in report.errors] == ["missed"]
    assert report.metrics["per_label"]["cat"]["ap"] == pytest.approx(1)
    assert report.confusion.rows == ("cat", "dog", "false alarm")
    assert sum(report.histogram.right) == 1
    assert sum(report.histogram.wrong) == 0, "the one in the crowd is neither"


def test_results_have_a_report_too(files, tmp_path):
    results, truth = files(RESULTS)
    out = tmp_path / "report"
    arguments = ["--predictions", str(results), "--data", str(truth), "--out", str(out)]
    assert main(["evaluate", *arguments]) == 0
    content = json.loads((out / "report.json").read_text())
    assert content["task"] == "detection"
    assert content["weights"] == str(results)
    assert "What goes wrong" in (out / "report.html").read_text()


def test_wrong_annotations_are_said(files):
    with pytest.raises(DatasetError, match="categories"):
        evaluate_results(*files(RESULTS, {k: v for k, v in TRUTH.items() if k != "categories"}))


@pytest.mark.parametrize("kind", ["images", "annotations", "categories"])
@pytest.mark.parametrize("wrong", [3, {}, {"id": [1]}, {"image_id": 1, "bbox": None}])
def test_rows_that_are_wrong_are_said(files, kind, wrong):
    with pytest.raises(DatasetError, match=r"t\.json"):
        evaluate_results(*files([], {**TRUTH, kind: [wrong]}))


def test_annotations_may_lack_what_only_the_scorer_needs(files):
    rows = [
        {k: row[k] for k in ("image_id", "category_id", "bbox")} for row in TRUTH["annotations"]
    ]
    rows.append({**rows[0], "image_id": 99})
    bare = evaluate_results(*files(RESULTS, {**TRUTH, "annotations": rows})).metrics
    assert bare == evaluate_results(*files(RESULTS)).metrics


@pytest.mark.parametrize(
    "change",
    [
        {"score": 1e300},
        {"score": "high"},
        {"bbox": ["a", 1, 2, 3]},
        {"category_id": [3]},
    ],
)
def test_numbers_that_are_none_are_said(files, change):
    with pytest.raises(DatasetError, match="result 1"):
        evaluate_results(*files([{**RESULTS[0], **change}]))


@pytest.mark.parametrize("mask", [[], None, {"size": [5, 5], "counts": [25]}, {"size": [80, 100]}])
def test_masks_that_cannot_be_read_are_said(files, mask):
    row = {"image_id": 1, "category_id": 3, "score": 0.9, "segmentation": mask}
    outlined = [{**r, "segmentation": [[5, 5, 9, 5, 9, 9]]} for r in TRUTH["annotations"]]
    with pytest.raises(DatasetError, match="result 1"):
        evaluate_results(*files([row], {**TRUTH, "annotations": outlined}))
    good = {**row, "segmentation": [[5, 5, 9, 5, 9, 9]]}
    broken = [{**outlined[0], "segmentation": mask}, outlined[1]]
    with pytest.raises(DatasetError, match="annotation 1"):
        evaluate_results(*files([good], {**TRUTH, "annotations": broken}))


def test_masks_and_boxes_mixed_are_scored_as_boxes_or_refused(files):
    mask = {"image_id": 1, "category_id": 3, "score": 0.9, "segmentation": [[5, 5, 9, 5, 9, 9]]}
    with pytest.raises(DatasetError, match="result 3 has no bbox"):
        evaluate_results(*files([*RESULTS, mask]))


def test_a_score_of_nan_is_said_with_its_place(files):
    with pytest.raises(DatasetError, match=r"r\.json, line 1, column 69: NaN"):
        evaluate_results(*files([{**RESULTS[0], "score": float("nan")}]))


@pytest.mark.parametrize("kind", ["images", "categories"])
def test_an_id_that_is_there_twice_is_said(files, kind):
    truth = {**TRUTH, kind: [*TRUTH[kind], TRUTH[kind][0]]}
    with pytest.raises(DatasetError, match=f"two {kind}"):
        evaluate_results(*files(RESULTS, truth))


OUTLINED = [{**row, "segmentation": [[5, 5, 9, 5, 9, 9]]} for row in TRUTH["annotations"]]
MASKED = {"image_id": 1, "category_id": 3, "score": 0.9}
SQUARE = {"size": [80, 100], "counts": [405, *([20, 60] * 19), 20, 6055]}


@pytest.mark.parametrize(
    "mask",
    [
        {"size": [80, 100], "counts": [-5, 8005]},
        {"size": [80, 100], "counts": [405, 20]},
        {"size": [80, 100], "counts": [5, 10**18]},
        {"size": [80, 100], "counts": [[5], 6]},
        {"size": [80, 100], "counts": ["5"]},
        {"size": [80, 100], "counts": "zzzz"},
        {"size": [10**9, 10**9], "counts": "0"},
        {"size": "80", "counts": "0"},
        [[5, 5, 9, 5]],
        [[5, 5, 9, 5, 9]],
        [[5, 5, 9, 5, 9, "9"]],
        [[0, 0, 9e8, 0, 9e8, 9e8]],
        [5, 5, 9, 5, 9, 9],
        "0",
    ],
)
def test_masks_that_lie_are_refused_before_they_are_decoded(files, mask):
    with pytest.raises(DatasetError, match="result 1"):
        evaluate_results(
            *files([{**MASKED, "segmentation": mask}], {**TRUTH, "annotations": OUTLINED})
        )


@pytest.mark.parametrize(
    "size", [{"width": -1}, {"height": "80"}, {"width": 10**9, "height": 10**9}, {"height": 1.5}]
)
def test_sizes_that_no_picture_has_are_said(files, size):
    images = [{**TRUTH["images"][0], **size}, TRUTH["images"][1]]
    truth = {**TRUTH, "images": images, "annotations": OUTLINED}
    with pytest.raises(DatasetError, match="picture 1"):
        evaluate_results(*files([{**MASKED, "segmentation": SQUARE}], truth))


@hypothesis.settings(max_examples=30)
@hypothesis.given(seeds, st.booleans(), st.booleans())
def test_damaged_files_are_scored_or_refused(tmp_path_factory, seed, are_masks, is_truth):
    folder = tmp_path_factory.getbasetemp()
    truth = {**TRUTH, "annotations": OUTLINED}
    results = [{**MASKED, "segmentation": SQUARE}] if are_masks else RESULTS
    good = [json.dumps(results).encode(), json.dumps(truth).encode()]
    good[is_truth] = damaged_json((results, truth)[is_truth], seed)
    for name, data in zip(("r.json", "t.json"), good, strict=True):
        (folder / name).write_bytes(data)
    with suppress(AppError):
        assert evaluate_results(folder / "r.json", folder / "t.json").metrics
