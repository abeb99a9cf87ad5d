"""The target is there as a whole or not at all, and nothing else in it is touched."""

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine import files
from engine.errors import DatasetError
from engine.export.export import export
from engine.export.options import ExportOptions, Pictures
from engine.export.staging import Place, look
from engine.formats.instances import read_instances
from engine.formats.txt_list import read_list
from engine.jobs import Cancelled, CancelToken
from tests.engine.export.make import ALL, BOX, dataset, picture, run, tree


def test_an_earlier_export_is_replaced_as_a_whole(tmp_path):
    run(dataset(tmp_path), tmp_path / "out")
    assert look(tmp_path / "out", "txt_semantic") is Place.OURS
    run(dataset(tmp_path), tmp_path / "out", split=ALL)
    assert not (tmp_path / "out/test.txt").exists()
    assert len(read_list(tmp_path / "out/train.txt").entries) == 10
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "pictures"]


def test_an_export_in_another_format_is_not_replaced_unasked(tmp_path):
    run(dataset(tmp_path), tmp_path / "out")
    before = tree(tmp_path / "out")
    with pytest.raises(DatasetError, match="something else"):
        run(dataset(tmp_path), tmp_path / "out", "coco")
    assert tree(tmp_path / "out") == before
    run(dataset(tmp_path), tmp_path / "out", "coco", replace=True)
    assert tree(tmp_path / "out-before-1") == before


@pytest.mark.parametrize("change", ["add", "edit"])
def test_anything_else_is_refused_or_put_aside_but_never_mixed(tmp_path, change):
    data = dataset(tmp_path)
    run(data, tmp_path / "out")
    if change == "add":
        (tmp_path / "out/mine.txt").write_text("notes")
    else:
        later = (tmp_path / "out/report.json").stat().st_mtime + 60
        os.utime(tmp_path / "out/labels/00.png", (later, later))
    assert look(tmp_path / "out", "txt_semantic") is Place.OTHER
    before = tree(tmp_path / "out")
    with pytest.raises(DatasetError, match="something else"):
        run(data, tmp_path / "out", "txt")
    assert tree(tmp_path / "out") == before
    report = run(data, tmp_path / "out", "txt", replace=True)
    assert "What was in the folder is in out-before-1 now." in report.notes
    assert tree(tmp_path / "out-before-1") == before
    assert look(tmp_path / "out", "txt") is Place.OURS
    (tmp_path / "out/mine.txt").write_text("more notes")
    run(data, tmp_path / "out", "txt", replace=True)
    assert (tmp_path / "out-before-2/mine.txt").read_text() == "more notes"
    assert tree(tmp_path / "out-before-1") == before


def test_pictures_and_projects_are_never_replaced(tmp_path):
    data = dataset(tmp_path)
    with pytest.raises(DatasetError, match="itself"):
        run(data, tmp_path / "pictures", replace=True)
    (tmp_path / "other/.maskloop").mkdir(parents=True)
    with pytest.raises(DatasetError, match="project"):
        run(data, tmp_path / "other", replace=True)
    for name in ("other/.maskloop", "other/.maskloop/runs"):
        with pytest.raises(DatasetError, match="own folder"):
            run(data, tmp_path / name, replace=True)
    assert "twice" not in str(run(data, tmp_path / "out").notes)
    assert "twice" in str(run(data, tmp_path / "pictures/out").notes)


def test_a_full_disk_says_what_to_do_and_leaves_nothing_in_the_folder(tmp_path, monkeypatch):
    data = dataset(tmp_path)

    def full(source, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(DatasetError, match="disk is full") as error:
        run(data, tmp_path / "out")
    assert "another disk" in error.value.hint
    assert not (tmp_path / "out").exists()


def test_the_room_on_the_disk_is_looked_at_before(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 9))
    with pytest.raises(DatasetError, match="are free"):
        run(dataset(tmp_path), tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["pictures"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path):
    with pytest.raises(DatasetError) as error:
        run(dataset(tmp_path, 1), Path("/proc/self/fd/out"))
    assert error.value.hint
    with pytest.raises(DatasetError, match="read-only"), files.disk_errors(tmp_path / "a"):
        raise OSError(errno.EROFS, "Read-only file system")


def test_a_cancelled_export_goes_on_where_it_was(tmp_path):
    data = dataset(tmp_path)
    token = CancelToken()
    seen = []

    def progress(done, total, text):
        seen.append(total)
        if done == 15:
            token.cancel()

    with pytest.raises(Cancelled):
        export(data, tmp_path / "out", ExportOptions("txt"), progress=progress, cancel=token)
    assert set(seen) == {30}
    assert not (tmp_path / "out").exists()
    placed = list((tmp_path / ".out.exporting/images").iterdir())
    assert placed
    before = {p.name: p.stat().st_ino for p in placed}
    # What was edited meanwhile is what is written.
    edited = (replace(data.samples[0], annotations=(BOX,)), *data.samples[1:])
    report = run(replace(data, samples=edited), tmp_path / "out", "txt")
    after = {p.name: p.stat().st_ino for p in (tmp_path / "out/images").iterdir()}
    assert {name: after[name] for name in before} == before
    assert len(after) == report.written == 10
    assert read_instances(tmp_path / "out/labels/00.json").annotations[0].region == BOX.region
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "pictures"]


def test_a_link_that_a_cancelled_export_left_is_never_written_through(tmp_path):
    data, token = dataset(tmp_path), CancelToken()
    before = [Path(s.frame_id.path).read_bytes() for s in data.samples]
    linked = ExportOptions("txt", pictures=Pictures.HARD_LINK)

    def progress(done, total, text):
        if done == 19:
            token.cancel()

    with pytest.raises(Cancelled):
        export(data, tmp_path / "out", linked, progress=progress, cancel=token)
    run(data, tmp_path / "out", "txt", longest_side=20)
    assert [Path(s.frame_id.path).read_bytes() for s in data.samples] == before


def test_what_a_cancelled_export_placed_does_not_get_into_another(tmp_path):
    data, token = dataset(tmp_path), CancelToken()

    def progress(done, total, text):
        if done == 19:
            token.cancel()

    with pytest.raises(Cancelled):
        export(data, tmp_path / "out", ExportOptions("txt"), progress=progress, cancel=token)
    picture(Path(data.samples[1].frame_id.path), seed=77)
    run(replace(data, samples=data.samples[:2]), tmp_path / "out", "txt")
    assert sorted(p.name for p in (tmp_path / "out/images").iterdir()) == ["00.png", "01.png"]
    for one in data.samples[:2]:
        path = Path(one.frame_id.path)
        assert (tmp_path / "out/images" / path.name).read_bytes() == path.read_bytes()
