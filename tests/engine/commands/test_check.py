import json

import cv2
import numpy as np

from engine.commands.app import main


def make_list(folder, *lines):
    for name in "ab":
        cv2.imwrite(str(folder / f"{name}.jpg"), np.zeros((8, 8, 3), np.uint8))
        (folder / f"{name}.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (folder / "labels.txt").write_text("0 background\n1 cell\n")
    (folder / "train.txt").write_text("\n".join(lines))
    return str(folder / "train.txt")


def test_a_good_list_ends_with_0(tmp_path, capsys):
    path = make_list(tmp_path, "a.jpg a.txt", "b.jpg b.txt")
    assert main(["check", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "samples": 2, "problems": []}


def test_problems_end_with_1_and_name_file_line_and_code(tmp_path, capsys):
    path = make_list(tmp_path, "a.jpg a.txt", "b.jpg none.txt")
    assert main(["check", path, "--json"]) == 1
    result = json.loads(capsys.readouterr().out)
    problem = result["problems"][0]
    assert (result["ok"], problem["line"], problem["code"]) == (False, 2, "missing-label")
    assert problem["file"] == path
    assert main(["check", path]) == 1
    assert f"{path}:2: The label" in capsys.readouterr().out


def test_a_list_that_is_not_there_is_expected_trouble(tmp_path, capsys):
    assert main(["check", str(tmp_path / "none.txt")]) == 1
    assert "Cannot read the list" in capsys.readouterr().err


def test_fixing_says_what_it_did_and_checks_what_is_left(tmp_path, capsys):
    path = make_list(tmp_path, "a.jpg a.txt", "b.jpg none.txt")
    assert main(["check", path, "--fix", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["ok"], result["samples"], result["problems"]) == (True, 1, [])
    (repair,) = result["fixed"]
    assert (repair["file"], repair["code"]) == (path, "missing-label")
    assert repair["backup"] == f"{path}.bak"
    assert main(["check", path, "--fix"]) == 0
    assert "nothing to fix" in capsys.readouterr().out
