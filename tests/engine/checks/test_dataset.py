import json
import shutil

import cv2
import numpy as np
import pytest

from engine.checks.check import check
from engine.errors import AppError


def picture(path, seed):
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    cv2.imwrite(str(path), cv2.resize(rng.integers(0, 255, (5, 6, 3), np.uint8), (60, 50)))


def coco(folder, boxes, size_wh=(60, 50)):
    """One picture a box, as COCO JSON."""
    for i in range(len(boxes)):
        picture(folder / f"{i}.jpg", i)
    content = {
        "images": [
            {"id": i + 1, "file_name": f"{i}.jpg", "width": size_wh[0], "height": size_wh[1]}
            for i in range(len(boxes))
        ],
        "categories": [{"id": 1, "name": "cell"}],
        "annotations": [
            {"id": i + 1, "image_id": i + 1, "category_id": 1, "bbox": box, "iscrowd": 0}
            for i, box in enumerate(boxes)
            if box
        ],
    }
    (folder / "a.json").write_text(json.dumps(content))
    return folder / "a.json"


def codes(path):
    return [problem.code for problem in check(path).problems]


def test_a_good_file_of_another_format_has_no_problems(tmp_path):
    report = check(coco(tmp_path, [[1, 2, 10, 12], [5, 5, 20, 20]]))
    assert (report.ok, report.samples, report.problems) == (True, 2, ())


def test_what_is_wrong_in_another_format_is_named(tmp_path):
    path = coco(tmp_path, [[1, 2, 10, 12], [50, 5, 30, 20], [5, 5, 0, 3], None])
    shutil.copy(tmp_path / "0.jpg", tmp_path / "3.jpg")
    (tmp_path / "2.jpg").write_bytes(b"no picture")
    report = check(path)
    found = {problem.code: problem.message for problem in report.problems}
    assert set(found) == {"box-outside", "unreadable-image", "not-read", "empty-but-alike"}
    assert "1.jpg, object 1" in found["box-outside"]
    assert "2.jpg" in found["unreadable-image"]
    assert not report.ok


def test_labels_made_for_another_size_are_named(tmp_path):
    assert "size-mismatch" in codes(coco(tmp_path, [[1, 2, 10, 12]] * 2, size_wh=(120, 100)))


def test_a_dataset_without_objects_has_nothing_to_learn(tmp_path):
    assert "constant-label" in codes(coco(tmp_path, [None, None]))


def yolo(folder, moved=0):
    """Pictures of one bright box each, and its label, some of them of another picture."""
    rng = np.random.default_rng(5)
    lines = []
    for i in range(40):
        left, top, width, height = rng.integers(5, 25, 4)
        pixels = rng.integers(0, 60, (50, 60, 3), np.uint8)
        pixels[top : top + height, left : left + width] += 120
        path = folder / f"images/{chr(97 + i // 10)}{i % 10}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), pixels)
        centre = (left + width / 2) / 60, (top + height / 2) / 50
        lines.append(f"0 {centre[0]} {centre[1]} {width / 60} {height / 50}\n")
    (folder / "labels").mkdir()
    for i, path in enumerate(sorted((folder / "images").iterdir())):
        (folder / f"labels/{path.stem}.txt").write_text(lines[(i + moved) % 40])
    (folder / "classes.txt").write_text("cell\n")
    return folder


def test_labels_that_moved_are_found_in_every_format(tmp_path):
    assert codes(yolo(tmp_path / "right")) == []
    assert set(codes(yolo(tmp_path / "wrong", moved=1))) == {"shifted"}


def test_the_lists_of_a_folder_are_checked_line_by_line(tmp_path):
    for name in ("train", "val"):
        picture(tmp_path / f"{name}.png", len(name))
        (tmp_path / f"{name}-label.txt").write_text("0 .5 .5 .2 .2\n")
        (tmp_path / f"{name}.txt").write_text(f"{name}.png {name}-label.txt\nno.png no.txt\n")
    report = check(tmp_path)
    places = {(p.file, p.line) for p in report.problems if p.code == "missing-image"}
    assert places == {(str(tmp_path / f"{name}.txt"), 2) for name in ("train", "val")}
    assert report.samples == 2


def test_anything_else_is_expected_trouble(tmp_path):
    (tmp_path / "a.md").write_text("# no labels")
    for path in (tmp_path, tmp_path / "a.md", tmp_path / "none"):
        with pytest.raises(AppError):
            check(path)
