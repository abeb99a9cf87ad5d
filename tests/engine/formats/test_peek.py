"""Endings in capitals are the same endings: every layout is found and read whatever wrote it."""

import os
from pathlib import Path

import pytest

from engine.export.options import Pictures
from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.peek import each_once, files_in, folders_in, spelled
from engine.formats.report import Report
from engine.values import Dataset
from tests.engine.export.make import BLOCK, BOX, LABELS, SQUARE, run, sample

WRITTEN = [n for n in registry.names() if registry.get(n).writer and registry.get(n).open]


def in_capitals(folder, name):
    """The ending of every file but pictures in capitals, and so in the lists that name them."""
    for place, _, files in list(os.walk(folder)):
        for file in files:
            path = Path(place, file)
            if path.suffix in (".txt", ".json", ".xml", ".csv", ".yaml", ".ini"):
                path.rename(path.with_suffix(path.suffix.upper()))
    for path in folder.glob("*.TXT") if name.startswith("txt") else ():
        text = path.read_text()
        for ending in (".txt\n", ".json\n"):
            text = text.replace(ending, ending.upper())
        path.write_text(text)


def read(name, folder):
    opened = registry.get(name).open(folder, ReadOptions())
    samples = [opened.read(frame_id, Report()) for frame_id in opened.frame_ids]
    regions = {
        os.path.relpath(s.frame_id.path, folder): [(a.label_id, a.region) for a in s.annotations]
        for s in samples
    }
    return [label.name for label in opened.labels], regions


@pytest.mark.parametrize("name", WRITTEN)
def test_a_dataset_in_capitals_is_the_same_dataset(tmp_path, name):
    samples = [
        sample(tmp_path / "p/a.png", SQUARE, BLOCK),
        sample(tmp_path / "p/b.png", SQUARE, BOX, seed=1),
    ]
    out = tmp_path / "out"
    run(Dataset(tuple(samples), LABELS), out, name, split=None, pictures=Pictures.COPY)
    before, found = read(name, out), registry.recognised(out)
    assert any(before[1].values())
    in_capitals(out, name)
    assert registry.recognised(out) == found
    assert read(name, out) == before


def test_a_name_in_capitals_is_found_and_one_as_written_comes_first(tmp_path):
    wanted = tmp_path / "labels.txt"
    assert spelled(wanted) == wanted
    (tmp_path / "LABELS.TXT").write_text("")
    assert spelled(wanted) == tmp_path / "LABELS.TXT"
    (tmp_path / "labels.TXT").write_text("")
    assert spelled(wanted) == tmp_path / "labels.TXT"
    wanted.write_text("")
    assert spelled(wanted) == wanted


def test_folders_are_listed_once_only_while_that_is_asked_for(tmp_path):
    (tmp_path / "b.TXT").touch()
    (tmp_path / "a.txt").touch()
    (tmp_path / ".c.txt").touch()
    (tmp_path / "maps").mkdir()
    with each_once():
        assert [p.name for p in files_in(tmp_path, ".txt")] == ["a.txt", "b.TXT"]
        assert files_in(tmp_path, ".txt", 1) == [tmp_path / "a.txt"]
        assert folders_in(tmp_path) == [tmp_path / "maps"]
        (tmp_path / "0.txt").touch()
        assert len(files_in(tmp_path, ".txt")) == 2
        assert files_in(tmp_path / "gone", ".txt") == folders_in(tmp_path / "a.txt") == []
    assert len(files_in(tmp_path, ".txt")) == 3
