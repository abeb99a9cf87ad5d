import pytest
from PySide6.QtWidgets import QWidget

from engine.sources.camera_list import Camera
from engine.sources.webcam import CameraSpec
from gui.dialogs.camera import CameraDialog

DESK, DOOR = Camera(2, "Desk"), Camera(0, "Door")


@pytest.fixture
def parent(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    return parent


@pytest.fixture
def dialog(parent):
    return CameraDialog(CameraSpec(9, "Desk", (480, 640), 30.0), parent)


def test_it_waits_for_a_camera(dialog):
    assert not dialog.open_button.isEnabled()
    assert "Looking" in dialog.hint.text()
    dialog.set_cameras(())
    assert not dialog.open_button.isEnabled()
    assert "Plug one in" in dialog.hint.text()
    dialog.set_cameras((DOOR,))
    assert dialog.open_button.isEnabled()


def test_the_camera_of_before_is_found_by_its_name(qtbot, dialog):
    dialog.set_cameras((DOOR, DESK))
    assert dialog.cameras.currentText() == "Desk  (2)"
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.accept()
    assert chosen.args == [CameraSpec(2, "Desk", (480, 640), 30.0)]


def test_what_is_chosen_stays_while_others_come_and_go(dialog):
    dialog.set_cameras((DOOR, DESK))
    dialog.cameras.setCurrentIndex(0)
    dialog.set_cameras((DOOR, Camera(1, "New"), DESK))
    assert dialog.cameras.currentData() == DOOR
    dialog.set_cameras((Camera(1, "New"),))
    assert dialog.cameras.currentData() == Camera(1, "New")
    dialog.set_cameras(())
    dialog.accept()
    assert not dialog.result(), "there is nothing to open"
