from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from engine import folders
from engine.project.place import BESIDE
from engine.project.project import Project
from engine.values import FrameId, SampleState
from gui.controllers.listing import Wish, list_frames, prepare_project
from gui.controllers.project import ProjectController
from tests.gui.conftest import PATIENCE_MS
from tests.make import make_sample, write_picture


def nothing(done, total, text):
    pass


class Never:
    def check(self):
        pass


@pytest.fixture
def project(qtbot, jobs):
    parent = QObject()
    project = ProjectController(jobs, parent)
    yield project
    project.close()


def open_pictures(qtbot, project, *paths):
    with qtbot.waitSignal(project.opened, timeout=PATIENCE_MS):
        project.open_pictures([str(path) for path in paths])


def names(listing):
    return [Path(frame_id.path).name for frame_id in listing.ids]


def test_names_come_before_the_project(qtbot, project, pictures):
    seen = []
    project.listed.connect(lambda listing: seen.append((len(listing.ids), project.project)))
    open_pictures(qtbot, project, pictures)
    assert [count for count, _ in seen] == [3, 3]
    assert seen[0][1] is None
    assert seen[1][1] is not None
    assert project.root == pictures


def test_a_single_picture_opens_among_its_neighbours(pictures):
    listing = list_frames(Wish((str(pictures / "강아지 10.png"),)), nothing, Never())
    assert names(listing) == ["강아지 1.png", "강아지 2.png", "강아지 10.png"]
    assert listing.first == 2


def test_several_pictures_open_as_chosen(pictures):
    chosen = [str(pictures / "강아지 10.png"), str(pictures / "강아지 1.png")]
    assert names(list_frames(Wish(tuple(chosen)), nothing, Never())) == [
        "강아지 10.png",
        "강아지 1.png",
    ]


def test_a_txt_list_opens_in_its_order(tmp_path):
    write_picture(tmp_path / "images" / "b.png")
    write_picture(tmp_path / "images" / "a.png")
    write_picture(tmp_path / "labels" / "a.png")
    (tmp_path / "train.txt").write_text("images/b.png labels/a.png\nimages/a.png labels/a.png\n")
    listing = list_frames(Wish((str(tmp_path / "train.txt"),)), nothing, Never())
    assert names(listing) == ["b.png", "a.png"]
    assert listing.root == tmp_path


def test_frozen_frames_come_back_behind_the_pictures(pictures):
    listing = list_frames(Wish((str(pictures),)), nothing, Never())
    prepared = prepare_project(listing, BESIDE, nothing, Never())
    frozen = write_picture(prepared.place.folder / folders.FROZEN / "clip_000003.png")
    with Project.look(pictures) as project:
        project.add_frames([frozen])
    again = prepare_project(listing, BESIDE, nothing, Never())
    assert again.listing.ids == (*prepared.listing.ids, FrameId(str(frozen)))


def test_states_are_remembered_over_a_restart(qtbot, project, pictures):
    open_pictures(qtbot, project, pictures)
    frame_id = FrameId(str(pictures / "강아지 2.png"))
    project.project.apply(frame_id, lambda_edit())
    open_pictures(qtbot, project, pictures)
    assert project.state_of(frame_id) is SampleState.VERIFIED
    assert not project.is_unreviewed(frame_id)
    assert project.reviewed == 1


def test_what_is_reviewed_is_counted_along(qtbot, project, pictures):
    open_pictures(qtbot, project, pictures)
    first, second = (FrameId(str(path)) for path in sorted(pictures.glob("*.png"))[:2])
    elsewhere = FrameId(str(pictures / "elsewhere.png"))
    assert project.reviewed == 0
    project.note_states({first: SampleState.VERIFIED, elsewhere: SampleState.VERIFIED})
    assert project.reviewed == 1
    project.note_states({first: SampleState.SKIPPED, second: SampleState.CORRECTED})
    assert project.reviewed == 2
    project.note_states({first: SampleState.NEW, second: SampleState.PREDICTED})
    assert project.reviewed == 0
    project.note_states({first: SampleState.VERIFIED})
    project.note_listed((elsewhere,))
    assert project.reviewed == 2
    project.reload_states()
    assert project.reviewed == 0


def lambda_edit():
    from functools import partial

    from engine.annotations.edits import Edit, set_state

    return Edit("Verify", partial(set_state, state=SampleState.VERIFIED))


def test_a_failed_opening_leaves_the_open_project(qtbot, project, pictures, tmp_path):
    open_pictures(qtbot, project, pictures)
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(project.failed, timeout=PATIENCE_MS) as failed:
        project.open_pictures([str(tmp_path / "empty")])
    assert failed.args[0].hint
    assert project.root == pictures


def test_noting_the_same_state_is_not_announced(qtbot, project):
    seen = []
    project.states_changed.connect(lambda: seen.append(1))
    project.note_sample(make_sample())
    project.note_sample(make_sample())
    assert len(seen) == 1


def test_folders_below_are_searched_unless_the_settings_say_no(qtbot, jobs, tmp_path, pictures):
    project = ProjectController(jobs)
    for recursive, count in ((True, 3), (False, 0)):
        project.recursive = recursive
        signal = project.listed if count else project.failed
        with qtbot.waitSignal(signal, timeout=PATIENCE_MS) as told:
            project.open_pictures([str(tmp_path)])
        if count:
            assert len(told.args[0].ids) == count
            qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)
        else:
            assert "itself holds no pictures; those below it hold 3" in told.args[0].message
            assert "Settings" in told.args[0].hint
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)
    project.close()
