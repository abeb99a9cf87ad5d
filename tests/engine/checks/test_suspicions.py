import shutil

import cv2
import numpy as np
import pytest

from engine.checks.check import check
from engine.formats.problem import Severity


def picture(path, seed):
    rng = np.random.default_rng(seed)
    pixels = cv2.resize(rng.integers(0, 255, (5, 6, 3), np.uint8), (60, 50))
    cv2.imwrite(str(path), pixels)


def found(path, code):
    return [p for p in check(path).problems if p.code == code]


def boxes(folder, texts, **files):
    lines = []
    for i, text in enumerate(texts):
        picture(folder / f"{i}.png", i)
        (folder / f"{i}.txt").write_text(text)
        lines.append(f"{i}.png {i}.txt")
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    (folder / "train.txt").write_text("\n".join(lines) + "\n")
    return folder / "train.txt"


ONE = "0 .5 .5 .2 .2\n"


def test_a_mask_among_maps_of_ids_is_named(tmp_path):
    lines = []
    for i in range(4):
        picture(tmp_path / f"{i}.png", i)
        ids = np.zeros((50, 60), np.uint8)
        ids[: 10 + i] = 255 if i == 2 else 3
        cv2.imwrite(str(tmp_path / f"m{i}.png"), ids)
        lines.append(f"{i}.png m{i}.png")
    (tmp_path / "train.txt").write_text("\n".join(lines))
    (problem,) = found(tmp_path / "train.txt", "mask-among-maps")
    assert (problem.line, problem.severity) == (3, Severity.INFO)


def test_an_empty_label_file_of_a_picture_like_one_with_objects_is_named(tmp_path):
    path = boxes(tmp_path, [ONE, "", "", ONE], classes_txt="cell\n")
    assert found(path, "empty-but-alike") == []
    shutil.copy(tmp_path / "0.png", tmp_path / "2.png")
    (problem,) = found(path, "empty-but-alike")
    assert problem.line == 3
    assert "0.png" in problem.message


@pytest.mark.parametrize(
    "files",
    [
        {"labels_txt": "0 background\n1 cell\n2 car\n", "data_yaml": "names: [cell, car]\n"},
        {"labels_txt": "0 cell\n1 car\n", "classes_txt": "cell\ncar\n"},
        {"classes_txt": "cell\ncar\n", "data_yaml": "names:\n  0: cell\n  1: car\n"},
        {"labels_txt": "0 background\n1 cell\n2 car\n", "data_yaml": "no: yaml: at all"},
    ],
)
def test_names_that_agree_are_fine(tmp_path, files):
    assert found(boxes(tmp_path, [ONE], **files), "ids-disagree") == []


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"labels_txt": "0 cell\n1 car\n"}, "is read as car, not as cell"),
        (
            {"labels_txt": "0 background\n1 cell\n2 car\n", "data_yaml": "names: [car, cell]\n"},
            "0 is cell or car; 1 is car or cell",
        ),
        (
            {"labels_txt": "0 background\n1 cell\n", "classes_txt": "background\ncell\n"},
            None,
        ),
        (
            {"labels_txt": "0 background\n1 cell\n", "data_yaml": "names: [background, cell]\n"},
            "0 is cell or background",
        ),
    ],
)
def test_names_that_disagree_are_errors(tmp_path, files, told):
    problems = found(boxes(tmp_path, [ONE], **files), "ids-disagree")
    assert [told in p.message for p in problems] == ([True] if told else [])
