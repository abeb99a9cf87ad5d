import cv2
import numpy as np
import pytest

from engine.checks.check import check
from engine.checks.fix import fix


def picture(path, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.random.default_rng(seed).integers(0, 255, (20, 30, 3), np.uint8))


def boxes(folder, texts):
    lines = []
    for i, text in enumerate(texts):
        picture(folder / f"{i}.png", i)
        (folder / f"{i}.txt").write_text(text)
        lines.append(f"{i}.png {i}.txt")
    (folder / "classes.txt").write_text("cell\n")
    (folder / "train.txt").write_text("\n".join(lines) + "\n")
    return folder / "train.txt"


def files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def fixed(path):
    """The codes of what was repaired; what each file held before is beside it."""
    before = files(path.parent)
    repairs = fix(path)
    after = files(path.parent)
    for name, content in before.items():
        assert content in (after[name], *(after[n] for n in after if n.startswith(f"{name}.bak")))
    assert fix(path) == ()
    assert files(path.parent) == after
    return [repair.code for repair in repairs]


ONE = "0 0.5 0.5 0.2 0.2\n"


def test_a_good_list_is_left_as_it_is(tmp_path):
    path = boxes(tmp_path, [ONE, "0 0.4 0.4 0.1 0.1\n"])
    before = files(tmp_path)
    assert fixed(path) == []
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("encode", "codes"),
    [
        (lambda t: b"\xef\xbb\xbf" + t.encode(), ["byte-order-mark"]),
        (lambda t: t.replace("\n", "\r\n").encode(), ["line-endings"]),
        (lambda t: t.replace("\n", "\r\n").encode("utf-16"), ["encoding", "line-endings"]),
    ],
)
def test_encodings_and_line_endings(tmp_path, encode, codes):
    path = boxes(tmp_path, [ONE, "0 0.4 0.4 0.1 0.1\n"])
    text = path.read_text()
    path.write_bytes(encode(text))
    assert fixed(path) == codes
    assert path.read_bytes() == text.encode()


def test_lines_without_files_and_lines_that_come_twice_are_removed(tmp_path):
    path = boxes(tmp_path, [ONE, "0 0.4 0.4 0.1 0.1\n"])
    good = path.read_text()
    path.write_text("gone.png 0.txt\n" + good + "\n0.png none.txt\n1.png  1.txt\n")
    assert fixed(path) == ["missing-image", "missing-label", "duplicate-line"]
    assert path.read_text() == good + "\n"
    assert check(path).ok


def test_a_list_whose_files_are_all_elsewhere_is_left_as_it_is(tmp_path):
    (tmp_path / "train.txt").write_text("a.png a.txt\nb.png b.txt\n")
    assert fixed(tmp_path / "train.txt") == []


def test_boxes_a_little_outside_are_cut_and_others_are_not(tmp_path):
    texts = ["0 0.9 0.5 0.24 0.2 0.75\n" + ONE + ONE, "0 0.9 0.5 0.6 0.2\nodd line\n"]
    path = boxes(tmp_path, texts)
    assert fixed(path) == ["box-outside", "duplicate-line"]
    assert (tmp_path / "0.txt").read_text() == "0 0.89 0.5 0.22 0.2 0.75\n" + ONE
    assert (tmp_path / "1.txt").read_text() == texts[1]


def test_a_labels_file_that_counts_as_the_boxes_do_gets_a_background(tmp_path):
    path = boxes(tmp_path, [ONE, "1 0.4 0.4 0.1 0.1\n"])
    (tmp_path / "classes.txt").unlink()
    (tmp_path / "labels.txt").write_text("0 cell #ff0000\n1 car #00ff00\n")
    assert "ids-disagree" in {p.code for p in check(path).problems}
    assert fixed(path) == ["ids-disagree"]
    assert (tmp_path / "labels.txt").read_text().splitlines() == [
        "0 background #000000",
        "1 cell #ff0000",
        "2 car #00ff00",
    ]
    assert check(path).ok


def test_labels_that_the_boxes_go_beyond_are_for_a_person_to_name(tmp_path):
    path = boxes(tmp_path, [ONE, "2 0.4 0.4 0.1 0.1\n"])
    (tmp_path / "classes.txt").unlink()
    (tmp_path / "labels.txt").write_text("0 cell #ff0000\n1 car #00ff00\n")
    assert fixed(path) == []


def test_masks_get_a_labels_file(tmp_path):
    lines = []
    for i in range(3):
        picture(tmp_path / f"{i}.png", i)
        cv2.imwrite(str(tmp_path / f"m{i}.png"), np.eye(20, 30, i, np.uint8) * 255)
        lines.append(f"{i}.png m{i}.png")
    (tmp_path / "train.txt").write_text("\n".join(lines) + "\n")
    assert fixed(tmp_path / "train.txt") == ["two-valued"]
    assert {p.code for p in check(tmp_path / "train.txt").problems} == {"two-valued"}


def test_files_of_other_folders_are_never_written(tmp_path):
    outside = tmp_path / "elsewhere.txt"
    outside.write_text("0 0.9 0.5 0.24 0.2\n")
    inside = tmp_path / "inside"
    picture(inside / "a.png")
    (inside / "b.txt").symlink_to(outside)
    (inside / "train.txt").write_text(f"a.png {outside}\na.png b.txt\n")
    assert fix(inside / "train.txt") == ()
    assert outside.read_text() == "0 0.9 0.5 0.24 0.2\n"


def test_other_formats_are_not_touched(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    assert fix(tmp_path / "a.json") == fix(tmp_path) == ()
