"""`maskloop convert` and `formats` as a script calls them."""

import json

import cv2
import numpy as np
import pytest

from engine.commands.app import main
from tests.make import write_picture


@pytest.fixture
def listed(tmp_path):
    """Two pictures with boxes and one on which there is nothing."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in (("a", "0 .5 .5 .5 .5\n"), ("b", "1 .5 .5 .25 .5\n"), ("c", "")):
        cv2.imwrite(str(folder / f"{name}.png"), np.zeros((40, 64, 3), np.uint8))
        (folder / f"{name}.txt").write_text(text)
    (folder / "classes.txt").write_text("cat\ndog\n")
    (folder / "train.txt").write_text("a.png a.txt\nb.png b.txt\nc.png c.txt\n")
    return folder


@pytest.fixture
def run(capsys):
    """A command: its exit code, and all that it printed with single spaces, or its JSON."""

    def run(*arguments):
        code = main([*map(str, arguments)])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in arguments and out else f"{out} {err}"

    return run


def words(text):
    return " ".join(text.split())


@pytest.mark.parametrize("name", ["coco", "yolo", "voc", "labelme", "cvat"])
def test_out_and_back_nothing_is_lost(run, listed, tmp_path, name):
    there, back = tmp_path / name, tmp_path / "back"
    code, said = run("convert", listed, there, "--to", name, "--json")
    assert code == 0
    assert (said["read"], said["written"], said["kept"]) == (3, 3, 2)
    assert said["skipped"] == []
    assert run("convert", there, back, "--to", "txt_detection")[0] == 0
    boxes = sorted(p.read_text() for p in (back / "labels").rglob("*.txt"))
    expected = ["", "0 0.5 0.5 0.5 0.5\n", "1 0.5 0.5 0.25 0.5\n"]
    assert [len(text.splitlines()) for text in boxes] == [0, 1, 1]
    for text, wanted in zip(boxes, expected, strict=True):
        got = [float(v) for v in text.split()]
        assert np.allclose(got, [float(v) for v in wanted.split()], atol=1e-4)


def test_a_picture_that_nobody_labelled_is_not_written_as_an_empty_one(run, listed, tmp_path):
    (listed / "train.txt").unlink()
    (listed / "b.txt").unlink()
    (listed / "images").mkdir()
    (listed / "labels").mkdir()
    for path in [*listed.glob("?.png"), *listed.glob("?.txt")]:
        path.rename(listed / ("images" if path.suffix == ".png" else "labels") / path.name)
    _, said = run("convert", listed, tmp_path / "out", "--to", "yolo", "--json")
    assert said["written"] == 2
    assert [x["sample"] for x in said["skipped"]] == ["b.png"]
    assert sorted(p.name for p in (tmp_path / "out" / "labels").iterdir()) == ["a.txt", "c.txt"]


def test_what_is_lost_is_said_picture_by_picture(run, listed, tmp_path):
    _, said = run("convert", listed, tmp_path / "out", "--to", "label_map", "--json")
    assert said["written"] == 1
    assert "a box has no outline" in said["skipped"][0]["why"]
    assert (tmp_path / "out" / "report.txt").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "nonsense"), "No format is called nonsense"),
        ((), "No format to write is named"),
        (("--to", "coco", "--from", "nonsense"), "No format is called nonsense"),
        (("--to", "coco", "--pictures", "steal"), "none of these"),
        (("--to", "coco", "--split", "0.5"), "cannot be read"),
        (("--to", "coco_panoptic"), "cannot be written"),
    ],
)
def test_a_wrong_word_is_said_and_nothing_written(run, listed, tmp_path, arguments, message):
    code, said = run("convert", listed, tmp_path / "out", *arguments)
    assert code == 1
    assert message in words(said)
    assert not (tmp_path / "out").exists()


def test_what_holds_no_labels_is_named(run, tmp_path):
    (tmp_path / "notes.md").write_text("# Notes")
    code, said = run("convert", tmp_path / "notes.md", tmp_path / "out", "--to", "coco")
    assert code == 1
    assert "a text with Markdown" in words(said)


def test_a_folder_with_something_else_is_left_alone(run, listed, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    assert run("convert", listed, tmp_path / "out", "--to", "coco")[0] == 1
    assert run("convert", listed, tmp_path / "out", "--to", "coco", "--overwrite")[0] == 0
    (kept,) = tmp_path.glob("out*/mine.txt")
    assert kept.read_text() == "mine"


def test_the_formats_are_listed(run):
    rows = {row["name"]: row for row in run("formats", "--json")[1]}
    assert rows["coco"]["read"]
    assert rows["coco"]["written"]
    assert not rows["coco_panoptic"]["written"]


@pytest.fixture
def results(listed, tmp_path):
    """A file of results, and the COCO file that it belongs to, elsewhere."""
    images = [{"id": 4, "file_name": "a.png", "height": 40, "width": 64}]
    categories = [{"id": 7, "name": "cat"}]
    reference = tmp_path / "truth" / "instances.json"
    reference.parent.mkdir()
    content = {"images": images, "categories": categories, "annotations": []}
    reference.write_text(json.dumps(content))
    path = tmp_path / "found" / "results.json"
    path.parent.mkdir()
    row = {"image_id": 4, "category_id": 7, "bbox": [1, 2, 30, 20], "score": 0.75}
    path.write_text(json.dumps([row]))
    return path, reference


def test_results_go_out_with_their_scores(run, listed, results, tmp_path):
    path, reference = results
    images = ("--images", listed, "--to", "coco")
    assert "Nothing says which images" in run("convert", path, tmp_path / "no", *images)[1]
    there = ("convert", path, tmp_path / "out", *images, "--reference", reference, "--json")
    code, said = run(*there)
    assert (code, said["written"], said["converted"]) == (0, 1, [])
    written = json.loads((tmp_path / "out/annotations/instances_default.json").read_text())
    assert [row["score"] for row in written["annotations"]] == [0.75]


def test_a_reference_is_for_results(run, listed, tmp_path):
    arguments = ("convert", listed, tmp_path / "out", "--to", "coco", "--reference", listed)
    code, said = run(*arguments)
    assert code == 1
    assert "names its own pictures" in words(said)


def test_what_else_could_be_read_is_told(tmp_path, run):
    pictures = tmp_path / "pictures"
    write_picture(pictures / "a.png", (60, 80))
    (pictures / "a.txt").write_text("0 0.25 0.5 0.25 0.5\n")
    (pictures / "classes.txt").write_text("cat\n")
    shape = {"label": "dog", "shape_type": "rectangle", "points": [[5, 5], [25, 25]]}
    said = {"version": "5", "imagePath": "a.png", "shapes": [shape]}
    (pictures / "a.json").write_text(json.dumps(said))
    told = "Read as labelme; --from reads what else is there (yolo)."
    assert told in run("convert", pictures, tmp_path / "out", "--to", "coco", "--json")[1]["notes"]
    arguments = ("convert", pictures, tmp_path / "named", "--from", "labelme", "--to", "coco")
    assert told not in run(*arguments, "--json")[1]["notes"]
