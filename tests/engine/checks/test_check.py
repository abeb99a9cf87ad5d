import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.checks.check import check
from engine.errors import DatasetError
from engine.formats.instances import write_instances
from engine.values import Annotation, Box, Mask

DATA = Path(__file__).parents[4] / "shared" / "data"


def picture(path, size_hw=(20, 30), seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 255, (*size_hw, 3), np.uint8)
    cv2.imwrite(str(path), pixels)


def label_map(path, ids):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.asarray(ids, np.uint8))


def semantic(folder, count=6, labels="0 background\n1 cell\n2 debris\n"):
    """A good dataset: images/pN.png and labels/pN.png, one line each."""
    lines = []
    for i in range(count):
        picture(folder / f"images/p{i}.png", seed=i)
        ids = np.zeros((20, 30))
        ids[: i + 2, 5:9], ids[15:, : i + 1] = 1, 2
        label_map(folder / f"labels/p{i}.png", ids)
        lines.append(f"images/p{i}.png labels/p{i}.png")
    (folder / "labels.txt").write_text(labels)
    return write(folder, lines)


def write(folder, lines, name="train.txt"):
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


def lines_of(path):
    return path.read_text().splitlines()


def found(report):
    return [(p.line, p.code) for p in report.problems]


def test_a_good_list_has_no_problems(tmp_path):
    report = check(semantic(tmp_path))
    assert (report.ok, report.samples, report.problems) == (True, 6, ())


def test_missing_and_broken_files_are_named_with_their_line(tmp_path):
    path = semantic(tmp_path)
    (tmp_path / "labels/p1.png").unlink()
    data = (tmp_path / "images/p3.png").read_bytes()
    (tmp_path / "images/p3.png").write_bytes(data[: len(data) // 2])
    (tmp_path / "labels/p4.png").write_bytes(b"")
    report = check(path)
    assert not report.ok
    assert found(report) == [(2, "missing-label"), (4, "unreadable-image"), (5, "unreadable-label")]


@pytest.mark.parametrize("tail", [b"\x00\x00\x40\x00\x00\x00\x40\x00\x08", b"\xff" * 9])
def test_a_map_whose_header_lies_does_not_end_the_check(tmp_path, tail):
    path = semantic(tmp_path)
    data = bytearray((tmp_path / "labels/p4.png").read_bytes())
    data[16:25] = tail
    (tmp_path / "labels/p4.png").write_bytes(data)
    report = check(path)
    assert report.samples == 6
    assert found(report) == [(5, "unreadable-label")]


def test_wrong_sizes_and_unknown_ids_are_found(tmp_path):
    path = semantic(tmp_path)
    label_map(tmp_path / "labels/p0.png", np.ones((20, 31)))
    label_map(tmp_path / "labels/p2.png", np.full((20, 30), 9))
    report = check(path)
    assert found(report) == [(1, "size-mismatch"), (3, "unknown-id")]
    assert "9" in report.problems[1].message


def test_turned_pictures_are_compared_upright(tmp_path):
    from PIL import Image

    path = semantic(tmp_path)
    exif = Image.Exif()
    exif[0x0112] = 6
    picture_ = Image.fromarray(np.zeros((30, 20, 3), np.uint8))
    picture_.save(tmp_path / "images/p0.png", exif=exif)
    assert check(path).ok


def test_columns_shifted_against_each_other_are_one_problem(tmp_path):
    path = semantic(tmp_path, 8)
    lines = lines_of(path)
    images, labels = zip(*(line.split() for line in lines), strict=True)
    moved = [*labels[:3], *labels[4:]]
    report = check(write(tmp_path, [f"{a} {b}" for a, b in zip(images, moved, strict=False)]))
    assert found(report) == [(4, "shifted")]
    assert "1 line further down" in report.problems[0].message


def test_a_wholly_shifted_list_is_found(tmp_path):
    lines = lines_of(semantic(tmp_path, 6))
    images, labels = zip(*(line.split() for line in lines), strict=True)
    wrong = [f"{a} {b}" for a, b in zip(images[1:], labels, strict=False)]
    report = check(write(tmp_path, wrong))
    assert (1, "shifted") in found(report)


def test_one_label_of_another_image_is_found(tmp_path):
    lines = lines_of(semantic(tmp_path))
    shutil.copy(tmp_path / "labels/p2.png", tmp_path / "labels/other.png")
    lines[2] = "images/p2.png labels/other.png"
    assert found(check(write(tmp_path, lines))) == [(3, "stem-mismatch")]


def test_names_with_an_addition_correspond(tmp_path):
    lines = []
    for i in range(12):
        picture(tmp_path / f"ISIC_{i}.jpg", seed=i)
        ids = np.zeros((20, 30))
        ids[: i + 1] = 255
        label_map(tmp_path / f"ISIC_{i}_segmentation.png", ids)
        lines.append(f"ISIC_{i}.jpg ISIC_{i}_segmentation.png")
    report = check(write(tmp_path, lines))
    assert report.ok
    assert [p.code for p in report.problems] == ["two-valued", "no-labels-file"]
    wrong = check(write(tmp_path, [*lines[:5], "ISIC_5.jpg ISIC_9_segmentation.png"]))
    assert found(wrong)[0] == (6, "stem-mismatch")


def test_names_that_have_nothing_in_common_are_not_compared(tmp_path):
    lines = []
    for i, (image, label) in enumerate(zip("abcdef", "uvwxyz", strict=True)):
        picture(tmp_path / f"{image}.png", seed=i)
        label_map(tmp_path / f"l/{label}.png", np.eye(20, 30) * (1 + i % 2))
        lines.append(f"{image}.png l/{label}.png")
    assert check(write(tmp_path, lines)).ok


def test_an_image_twice_or_in_two_splits_is_found(tmp_path):
    path = semantic(tmp_path)
    lines = lines_of(path)
    write(tmp_path, [lines[4]], "val.txt")
    report = check(write(tmp_path, [*lines, lines[0]]))
    assert (7, "duplicate-image") in found(report)
    assert (5, "in-two-splits") in found(report)
    assert any("val.txt" in p.message for p in report.problems)


def test_a_label_that_is_the_same_everywhere_is_found(tmp_path):
    path = semantic(tmp_path)
    for i in range(6):
        label_map(tmp_path / f"labels/p{i}.png", np.zeros((20, 30)))
    assert found(check(path)) == [(0, "constant-label")]
    for i in range(6):
        label_map(tmp_path / f"labels/p{i}.png", np.where(np.eye(20, 30, i), 255, 2))
    report = check(path)
    assert found(report) == [(0, "constant-label")]
    assert "id 2 only" in report.problems[0].message


def detection(folder, texts):
    lines = []
    for i, text in enumerate(texts):
        picture(folder / f"{i}.jpg", seed=i)
        (folder / f"{i}.txt").write_text(text)
        lines.append(f"{i}.jpg {i}.txt")
    (folder / "classes.txt").write_text("person\ncar\n")
    return write(folder, lines)


def test_boxes_outside_bad_lines_and_unknown_indices_are_found(tmp_path):
    texts = ["0 .5 .5 .2 .2", "1 .9 .5 .4 .2", "0 .5 .5\n1 .5 .5 1 1", "2 .5 .5 .1 .1", ""]
    report = check(detection(tmp_path, texts))
    assert found(report) == [(2, "box-outside"), (3, "bad-line"), (4, "unknown-id")]


def test_pictures_without_objects_are_fine_unless_all_are(tmp_path):
    assert check(detection(tmp_path, ["0 .5 .5 .2 .2", "", ""])).ok
    assert found(check(detection(tmp_path, ["", "", ""]))) == [(0, "constant-label")]


def test_instance_files_are_checked(tmp_path):
    for i in range(3):
        picture(tmp_path / f"{i}.jpg", seed=i)
        mask = Annotation(Mask(1, 1, np.ones((8, 8 + i), bool)), 1)
        write_instances(tmp_path / f"{i}.json", (20, 30), [mask])
    write_instances(tmp_path / "1.json", (21, 30), [Annotation(Box(20, 1, 50, 9), 4)])
    (tmp_path / "labels.txt").write_text("0 background\n1 cell\n")
    report = check(write(tmp_path, [f"{i}.jpg {i}.json" for i in range(3)]))
    assert found(report) == [
        (2, "size-mismatch"),
        (2, "box-outside"),
        (2, "no-mask"),
        (2, "unknown-id"),
    ]


def test_names_of_labels_are_checked(tmp_path):
    for i in range(3):
        picture(tmp_path / f"{i}.jpg", seed=i)
    (tmp_path / "labels.txt").write_text("0 cat\n1 big dog\n")
    report = check(write(tmp_path, ["0.jpg cat", "1.jpg\tbig dog", "2.jpg bird"]))
    assert found(report) == [(3, "unknown-id")]


def test_empty_lists_and_wrong_labels_files_are_problems(tmp_path):
    assert found(check(write(tmp_path, [""]))) == [(0, "empty")]
    path = semantic(tmp_path, labels="0 a\n0 b\n")
    assert found(check(path))[0] == (0, "labels-file")
    with pytest.raises(DatasetError):
        check(tmp_path / "none.txt")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["isic2018/val", "camvid/val", "voc_everyday/val"])
def test_published_lists_pass(name):
    path = DATA / f"{name}.txt"
    if not path.is_file():
        pytest.skip(f"{path} is not on this machine")
    assert check(path).ok


def test_a_labels_file_that_cannot_be_read_is_not_called_missing(tmp_path):
    path = semantic(tmp_path)
    (tmp_path / "labels.txt").write_bytes(b"\xff\xfe\x00")
    codes = {problem.code for problem in check(path).problems}
    assert "labels-file" in codes
    assert "no-labels-file" not in codes
