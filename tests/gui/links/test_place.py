"""What looking writes (nothing), and what is said when the place of the project is gone."""

import shutil
import sqlite3

from PySide6.QtWidgets import QPushButton

from engine.jobs import CancelToken
from engine.project.backup import back_up
from engine.project.place import DATA, data_folder
from engine.project.project import Project
from engine.sources.video_writer import VideoWriter
from gui.dialogs import choose
from gui.dialogs.settings import SettingsDialog
from gui.links.place import PlaceLink
from tests.gui.conftest import PATIENCE_MS, open_pictures, open_video
from tests.make import LABELS, make_pixels


def tree(folder):
    return {path: path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def button(app, text):
    (found,) = [b for b in app.window.notice.findChildren(QPushButton) if b.text() == text]
    return found


def place_link(app):
    (found,) = [link for link in app._links if isinstance(link, PlaceLink)]
    return found


def delete_project(qtbot, app, pictures):
    """As a person would, once the backup that follows the first Edit is written."""
    qtbot.waitUntil(lambda: not app.session.jobs.running, timeout=PATIENCE_MS)
    shutil.rmtree(pictures / ".maskloop")


def states(place):
    with Project.open(place, read_only=True) as project:
        return [state.value for state in project.states().values()]


def test_opening_and_paging_write_nothing(qtbot, app, pictures):
    before = tree(pictures)
    open_pictures(qtbot, app, pictures)
    with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
        app.actions["next"].trigger()
    assert tree(pictures) == before
    assert app.window.saved.text() == ""
    app.actions["skip"].trigger()
    assert (pictures / ".maskloop" / "project.db").is_file()
    assert app.window.saved.text() == "Saved"


def test_playing_a_video_writes_nothing_beside_it(qtbot, app, tmp_path):
    folder = tmp_path / "videos"
    folder.mkdir()
    video = folder / "clip.mp4"
    writer = VideoWriter(video, 25, (48, 64))
    for seed in range(6):
        writer.write(make_pixels((48, 64), seed))
    writer.close()
    before = tree(folder)
    open_video(qtbot, app, video)
    app.session.live.pause()
    assert tree(folder) == before


def test_a_deleted_folder_is_said_and_never_called_saved(qtbot, opened, pictures):
    opened.actions["skip"].trigger()
    delete_project(qtbot, opened, pictures)
    opened.actions["empty"].trigger()
    assert opened.window.saved.text() == "Not saved"
    assert "not there any more" in opened.window.notice.text
    assert states(opened.session.project.place) == ["verified"]
    button(opened, "Try again").click()
    assert opened.window.saved.text() == "Saved"
    assert opened.window.notice.text == ""
    assert states(pictures) == ["verified"]


def test_another_place_can_be_chosen(qtbot, opened, pictures, tmp_path, monkeypatch):
    opened.actions["skip"].trigger()
    delete_project(qtbot, opened, pictures)
    opened.actions["empty"].trigger()
    monkeypatch.setattr(choose, "place", lambda parent, start: "")
    button(opened, "Choose another place…").click()
    assert "not there any more" in opened.window.notice.text
    monkeypatch.setattr(choose, "place", lambda parent, start: str(tmp_path / "mine"))
    button(opened, "Choose another place…").click()
    assert opened.window.saved.text() == "Saved"
    assert opened.session.project.folder.parent == tmp_path / "mine"
    assert states(pictures) == ["verified"]
    assert not (pictures / ".maskloop").exists()


def test_nothing_is_frozen_or_trained_into_a_folder_that_is_gone(qtbot, opened, pictures):
    opened.actions["skip"].trigger()
    delete_project(qtbot, opened, pictures)
    opened.actions["empty"].trigger()
    assert opened.session.project.folder is None


def test_a_newer_project_says_so_for_good(qtbot, app, pictures):
    with Project.create(pictures, LABELS) as project:
        path = project.place.home
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    open_pictures(qtbot, app, pictures)
    assert "newer Maskloop" in app.window.notice.text
    app.actions["skip"].trigger()
    assert app.window.saved.text() == "Read only"
    assert "newer Maskloop" in app.window.notice.text
    assert "newer Maskloop" in app.window.saved.toolTip()


def test_new_projects_go_where_the_settings_say(qtbot, app, pictures, tmp_path, monkeypatch):
    dialog = SettingsDialog(app.store.now, app.window)
    qtbot.addWidget(dialog)
    dialog.change_requested.connect(app.desk._on_settings)
    box = dialog._projects
    monkeypatch.setattr(choose, "place", lambda parent, start: str(tmp_path / "mine"))
    for index, wanted in ((1, DATA), (box.findData(""), str(tmp_path / "mine"))):
        box.setCurrentIndex(index)
        box.activated.emit(index)
        assert app.store.now.new_projects == wanted
        assert box.currentData() == wanted
    before = tree(pictures)
    open_pictures(qtbot, app, pictures)
    app.actions["skip"].trigger()
    assert app.session.project.folder.parent == tmp_path / "mine"
    assert "is kept in" in app.window.statusBar().currentMessage()
    assert tree(pictures) == before
    assert (data_folder() / "places").is_dir()


def damage(path):
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xa5" * 8192 + data[12288:])


def open_damaged(qtbot, app, pictures, *, with_backup=False):
    with Project.create(pictures, LABELS) as project:
        project.add_frames(sorted(pictures.glob("*.png")))
        path = project.place.home
        if with_backup:
            back_up(path, CancelToken())
    damage(path)
    with qtbot.waitSignal(place_link(app).keeping.damaged, timeout=PATIENCE_MS):
        app.desk.open_paths([str(pictures)])
    assert "damaged" in app.window.notice.text
    return path


def press_and_wait(qtbot, app, text):
    with qtbot.waitSignals(
        [app.session.project.opened, place_link(app).keeping.repaired], timeout=PATIENCE_MS
    ):
        button(app, text).click()
    assert "The project is mended." in app.window.notice.text


def test_a_damaged_project_is_repaired_on_demand(qtbot, app, pictures):
    path = open_damaged(qtbot, app, pictures)
    press_and_wait(qtbot, app, "Repair")
    assert "The damaged file is kept" in app.window.notice.text
    assert any(path.parent.glob("project.db.damaged-*"))
    app.actions["skip"].trigger()
    assert app.window.saved.text() == "Saved"


def test_a_backup_takes_its_place_on_demand(qtbot, app, pictures):
    open_damaged(qtbot, app, pictures, with_backup=True)
    (text,) = [
        b.text()
        for b in app.window.notice.findChildren(QPushButton)
        if b.text().startswith("Use the backup of")
    ]
    press_and_wait(qtbot, app, text)
    assert [label.name for label in app.session.project.labels] == [x.name for x in LABELS]


def test_an_empty_database_is_said(qtbot, app, pictures):
    (pictures / ".maskloop").mkdir()
    (pictures / ".maskloop" / "project.db").write_bytes(b"")
    with qtbot.waitSignal(place_link(app).keeping.damaged, timeout=PATIENCE_MS):
        app.desk.open_paths([str(pictures)])
    assert "empty (0 bytes)" in app.window.notice.text
    with qtbot.waitSignal(place_link(app).keeping.failed, timeout=PATIENCE_MS):
        button(app, "Repair").click()
    assert "Nothing in project.db can be read" in app.window.notice.text
    press_and_wait(qtbot, app, "Begin anew")
    app.actions["skip"].trigger()
    assert states(pictures) == ["skipped"]
    assert any((pictures / ".maskloop").glob("project.db.damaged-*"))


def test_the_first_edit_makes_a_backup(qtbot, opened, pictures):
    assert not (pictures / ".maskloop").exists()
    with qtbot.waitSignal(place_link(opened).keeping._checking.ended, timeout=PATIENCE_MS):
        opened.actions["skip"].trigger()
    assert [p.name for p in (pictures / ".maskloop").glob("*backup*")] == ["project.db.backup-1"]
    qtbot.waitUntil(lambda: not opened.session.jobs.running)
    opened.actions["empty"].trigger()
    assert not opened.session.jobs.running


def test_a_row_that_makes_no_sense_is_said_and_the_rest_opens(qtbot, app, pictures):
    with Project.create(pictures, LABELS) as project:
        path = project.place.home
    connection = sqlite3.connect(path)
    connection.execute("UPDATE labels SET color = 'red' WHERE id = 1")
    connection.commit()
    connection.close()
    with qtbot.waitSignal(app.session.project.opened, timeout=PATIENCE_MS):
        app.desk.open_paths([str(pictures)])
    assert "makes no sense: 1 row (labels" in app.window.notice.text
    assert [label.name for label in app.session.project.labels] == [x.name for x in LABELS]
    press_and_wait(qtbot, app, "Repair")
    assert "1 row made no sense" in app.window.notice.text


def test_damage_that_is_met_while_the_window_works_is_no_crash(qtbot, app, pictures):
    with Project.create(pictures, LABELS) as project:
        for number in range(40):
            project.add_label(f"label {number}")
        path = project.place.home
    data = path.read_bytes()
    for page in range(1, len(data) // 4096, 5):
        broken = data[: 4096 * page] + b"\xa5" * 4096 + data[4096 * (page + 1) :]
        path.write_bytes(broken)
        with qtbot.waitSignal(app.session.project._jobs.started, timeout=PATIENCE_MS):
            app.desk.open_paths([str(pictures)])
        qtbot.waitUntil(lambda: not app.session.jobs.running, timeout=PATIENCE_MS)
        assert not app.crash.isVisible()
        app.session.project.close()


def test_ctrl_s_says_that_all_is_saved_only_where_it_is(qtbot, opened, pictures):
    opened.actions["skip"].trigger()
    opened.actions["save"].trigger()
    assert "saved the moment" in opened.window.statusBar().currentMessage()
    opened.window.statusBar().clearMessage()
    delete_project(qtbot, opened, pictures)
    opened.actions["empty"].trigger()
    opened.actions["save"].trigger()
    assert "saved the moment" not in opened.window.statusBar().currentMessage()
    assert opened.window.saved.text() in ("Not saved", "Saved")
    assert (opened.window.saved.text() == "Saved") is (pictures / ".maskloop").exists()
