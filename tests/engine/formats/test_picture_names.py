"""Pictures are found by name, below their folders and nowhere else."""

import pytest

from engine.formats.picture_names import PictureNames


@pytest.fixture
def names(tmp_path):
    for name in (
        "in/a.png",
        "in/deep/b.jpg",
        "in/one/c.png",
        "in/two/c.png",
        "in/one/a.jpg",
        "out.png",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return PictureNames([tmp_path / "in"])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.png", "a.png"),
        ("elsewhere/a.png", "a.png"),
        (r"C:\data\a.png", "a.png"),
        ("b.jpg", "deep/b.jpg"),
        ("b.png", "deep/b.jpg"),
        ("two/c.png", "two/c.png"),
        ("a", "a.png"),
        ("c.png", None),
        ("../out.png", None),
        ("/etc/hostname", None),
        ("", None),
        ("[" * 5000, None),
        ("a\0.png", None),
    ],
)
def test_a_name_means_one_picture_or_none(names, name, found):
    assert names.find(name) == (names.folders[0] / found if found else None)
    assert names.place(name or "x").is_relative_to(names.folders[0])


def test_two_names_never_mean_one_picture(names):
    root = names.folders[0]
    assert names.places(["one/a.png", "two/a.png"]) == {
        "one/a.png": root / "one/a.png",
        "two/a.png": root / "two/a.png",
    }
    found = names.places(["a.png", "./a.png", "two/a.png", "b.png", "elsewhere/c.png"])
    assert [found[name] for name in ("a.png", "./a.png")] == [root / "a.png"] * 2
    assert found["two/a.png"] == root / "two/a.png"
    assert found["b.png"] == root / "deep/b.jpg"
