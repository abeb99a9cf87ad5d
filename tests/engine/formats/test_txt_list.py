import os
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import DatasetError
from engine.formats.txt_list import read_list, write_list


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def write(folder: Path, data: bytes | str) -> Path:
    path = folder / "train.txt"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def names(reading, folder):
    return [
        (e.image.relative_to(folder).as_posix(), getattr(e.label, "name", e.label))
        for e in reading.entries
    ]


def codes(reading):
    return [(p.line, p.code) for p in reading.problems]


@pytest.mark.parametrize(
    "line",
    [
        "a.jpg a.png",
        "a.jpg\ta.png",
        "a.jpg   a.png  ",
        "a.jpg \t a.png",
        '"a.jpg" "a.png"',
        "'a.jpg' a.png",
        'a.jpg "a.png"',
    ],
)
def test_every_separator_and_quoted_paths_are_read(tmp_path, line):
    touch(tmp_path, "a.jpg", "a.png")
    reading = read_list(write(tmp_path, line))
    assert names(reading, tmp_path) == [("a.jpg", "a.png")]
    assert not reading.problems
    assert reading.task == "semantic"


def test_a_comment_is_no_line_unless_a_picture_has_its_name(tmp_path):
    touch(tmp_path, "a.jpg", "a.png", "# b.jpg")
    comments = "# what\n#\n  ## gone.jpg\ta.png\n# a.jpg a.png\n"
    reading = read_list(
        write(tmp_path, f"{comments}a.jpg a.png\n# b.jpg\ta.png\n#gone.jpg a.png\n")
    )
    assert names(reading, tmp_path) == [("a.jpg", "a.png"), ("# b.jpg", "a.png")]
    assert codes(reading) == [(7, "missing-image")]


def test_a_byte_order_mark_crlf_and_blank_lines_do_no_harm(tmp_path):
    touch(tmp_path, "a.jpg", "a.png", "b.jpg", "b.png")
    data = b"\xef\xbb\xbfa.jpg a.png\r\n\r\n   \r\nb.jpg b.png"
    reading = read_list(write(tmp_path, data), strict=True)
    assert [e.line for e in reading.entries] == [1, 4]


def test_existing_files_decide_where_paths_hold_spaces(tmp_path):
    touch(tmp_path, "my pictures/a b.jpg", "my labels/a b.png")
    reading = read_list(write(tmp_path, "my pictures/a b.jpg my labels/a b.png"))
    assert names(reading, tmp_path) == [("my pictures/a b.jpg", "a b.png")]


def test_a_line_with_two_readings_is_an_error_with_its_number(tmp_path):
    touch(tmp_path, "a", "a b", "b c.png", "c.png")
    reading = read_list(write(tmp_path, "\na b c.png"))
    assert codes(reading) == [(2, "ambiguous")]
    assert "TAB" in reading.problems[0].message


def test_a_tab_separates_before_any_space(tmp_path):
    touch(tmp_path, "a b.jpg", "c d.png")
    assert read_list(write(tmp_path, "a b.jpg\tc d.png")).entries[0].label == tmp_path / "c d.png"


def test_missing_files_are_problems_that_name_line_and_file(tmp_path):
    touch(tmp_path, "a.jpg", "a.png")
    reading = read_list(
        write(tmp_path, "a.jpg a.png\na.jpg lost.png\nlost.jpg a.png\nx y.jpg z.png")
    )
    assert codes(reading) == [
        (2, "missing-label"),
        (3, "missing-image"),
        (4, "missing-image"),
        (4, "missing-label"),
    ]
    assert "lost.png" in reading.problems[0].message
    assert len(reading.entries) == 1


@pytest.mark.parametrize(("line", "code"), [("a.jpg,a.png", "separator"), ("a.jpg", "fields")])
def test_odd_separators_and_missing_labels_are_told_apart(tmp_path, line, code):
    touch(tmp_path, "a.jpg", "a.png")
    assert codes(read_list(write(tmp_path, line))) == [(1, code)]


def test_a_line_that_is_not_utf8_is_a_problem_of_its_own(tmp_path):
    touch(tmp_path, "a.jpg", "a.png")
    reading = read_list(write(tmp_path, b"a.jpg a.png\n\xff\xe9.jpg a.png\n"))
    assert codes(reading) == [(2, "encoding")]


@pytest.mark.parametrize("data", ["a.jpg a.png".encode("utf-16"), b"\x89PNG\r\n\x1a\n\0\0\0"])
def test_what_is_no_text_at_all_is_refused(tmp_path, data):
    with pytest.raises(DatasetError, match="UTF-8"):
        read_list(write(tmp_path, data))


def test_strict_reading_raises_the_first_problem(tmp_path):
    with pytest.raises(DatasetError, match=r"train.txt:1: .* does not exist"):
        read_list(write(tmp_path, "a.jpg a.png"), strict=True)
    with pytest.raises(DatasetError, match="no samples"):
        read_list(write(tmp_path, "\n"), strict=True)
    with pytest.raises(DatasetError, match="Cannot read the list"):
        read_list(tmp_path / "none.txt")


def test_absolute_paths_and_backslashes_are_read(tmp_path):
    touch(tmp_path, "images/a.jpg", "labels/a.txt")
    line = f"{tmp_path}/images/a.jpg {tmp_path}/labels/a.txt\nimages\\a.jpg labels\\a.txt"
    reading = read_list(write(tmp_path, line))
    assert names(reading, tmp_path) == [("images/a.jpg", "a.txt")] * 2
    assert reading.task == "detection"


def test_a_name_or_id_in_place_of_a_label_file_means_classification(tmp_path):
    touch(tmp_path, "a.jpg", "b c.jpg")
    reading = read_list(write(tmp_path, "a.jpg cat\nb c.jpg traffic light\na.jpg 3"))
    assert [e.label for e in reading.entries] == ["cat", "traffic light", "3"]
    assert reading.task == "classification"


def test_mixed_label_kinds_are_reported(tmp_path):
    touch(tmp_path, "a.jpg", "a.png", "a.txt")
    reading = read_list(write(tmp_path, "a.jpg a.png\na.jpg a.png\na.jpg a.txt"))
    assert codes(reading) == [(3, "mixed-tasks")]


def test_paths_are_written_relative_or_absolute(tmp_path):
    touch(tmp_path, "i/a b.jpg", "l/a.png")
    pair = (tmp_path / "i/a b.jpg", tmp_path / "l/a.png")
    write_list(tmp_path / "lists/val.txt", [pair])
    assert (tmp_path / "lists/val.txt").read_text() == "../i/a b.jpg\t../l/a.png\n"
    write_list(tmp_path / "val.txt", [pair], absolute=True)
    assert (tmp_path / "val.txt").read_text() == f"{pair[0]}\t{pair[1]}\n"


name = st.text(st.sampled_from("ab c\t'é#,"), min_size=1, max_size=6).map(lambda s: f"x{s}y")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(name, name), min_size=1, max_size=3, unique_by=lambda p: p[0]))
def test_every_name_comes_back(tmp_path_factory, pairs):
    folder = tmp_path_factory.mktemp("list")
    wanted = [(folder / f"{a}.jpg", folder / f"{b}.png") for a, b in pairs]
    for pair in wanted:
        for path in pair:
            path.touch()
    write_list(folder / "all.txt", wanted)
    reading = read_list(folder / "all.txt", strict=True)
    assert [(e.image, e.label) for e in reading.entries] == wanted


def test_a_name_that_is_no_utf8_is_said_and_one_in_a_c_locale_is_kept(tmp_path):
    with pytest.raises(DatasetError, match="not valid UTF-8"):
        write_list(tmp_path / "list.txt", [(tmp_path / "a\udcff.png", "x")])
    # How Python holds the bytes of "ö" where the system's encoding is ASCII.
    write_list(tmp_path / "list.txt", [(tmp_path / "\udcc3\udcb6.png", "x")])
    assert (tmp_path / "list.txt").read_text(encoding="utf-8") == "ö.png x\n"


def test_a_line_of_100_kilobytes_takes_no_time(tmp_path):
    touch(tmp_path, "a.jpg", "a.png")
    started = time.process_time()
    reading = read_list(write(tmp_path, "a " * 50_000 + "\na.jpg a.png\n"))
    assert time.process_time() - started < 1
    assert codes(reading) == [(1, "too-long")]
    assert names(reading, tmp_path) == [("a.jpg", "a.png")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "train.txt")
    with pytest.raises(DatasetError, match="named pipe"):
        read_list(tmp_path / "train.txt")


def test_a_list_of_too_many_lines_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="more than 2000000 lines"):
        read_list(write(tmp_path, b"\n" * 2_000_001))


@settings(max_examples=300)
@given(data=st.binary(max_size=400) | st.text(alphabet="ab./\\ \t\n\"',\0\r.jpgn", max_size=200))
def test_only_a_dataset_error_comes_out(data, tmp_path_factory):
    with suppress(DatasetError):
        reading = read_list(write(tmp_path_factory.getbasetemp(), data))
        assert all(entry.task for entry in reading.entries)


def test_an_ending_in_other_letters_is_the_same_ending(tmp_path):
    for name in ("a.JPG", "a.TXT", "b.jpg", "b.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "train.txt").write_text("a.jpg a.txt\nb.JPG b.TXT\n")
    reading = read_list(tmp_path / "train.txt", strict=True)
    found = [(entry.image.name, Path(entry.label_text).name) for entry in reading.entries]
    assert found == [("a.JPG", "a.TXT"), ("b.jpg", "b.txt")]
