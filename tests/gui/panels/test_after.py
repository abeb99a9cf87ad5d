import pytest
from PySide6.QtCore import Qt

from gui.panels.after import AfterPanel
from gui.settings import Settings


@pytest.fixture
def panel(make):
    panel = make(AfterPanel)
    panel.section.set_open(True)
    panel.set_settings(Settings(is_after_open=True))
    panel.set_task("instance")
    panel.show()
    return panel


def test_each_row_asks_for_its_setting(panel, qtbot):
    asked: list[dict] = []
    panel.settings_requested.connect(asked.append)
    panel.set_settings(Settings(is_after_open=True, tracks=True))
    for name in ("fills_holes", "tracks", "has_trails"):
        getattr(panel, name).click()
    panel.least_area.setValue(200)
    panel.smoothing.setValue(40)
    panel.tile.setCurrentIndex(2)
    panel.tile.activated.emit(2)
    assert asked == [
        {"fills_holes": True},
        {"tracks": False},
        {"has_trails": False},
        {"least_area": 200},
        {"smoothing": 0.4},
        {"tile": 1024},
    ]


def test_it_shows_what_is_set_and_asks_for_nothing(panel):
    asked: list[dict] = []
    panel.settings_requested.connect(asked.append)
    now = Settings(
        tile=700, least_area=90, smoothing=0.5, tracks=True, fills_holes=True, is_after_open=True
    )
    panel.set_settings(now)
    assert panel.tile.currentData() == 700, "a side that only the file of settings has"
    assert (panel.least_area.value(), panel.smoothing.value()) == (90, 50)
    assert panel.tracks.isChecked()
    assert panel.has_trails.isEnabled()
    assert not asked


def test_only_what_means_something_to_the_task_shows(panel):
    panel.set_task("semantic")
    assert not panel.smoothing.isHidden()
    assert panel.tracks.isHidden()
    panel.set_task("detection")
    assert panel.fills_holes.isHidden()
    assert not panel.tracks.isHidden()
    panel.set_task("classification")
    assert panel.isHidden()


def test_folded_it_says_what_is_on(panel, qtbot):
    panel.set_settings(Settings(tracks=True, tile=512, smoothing=0.3))
    assert panel.section._summary.whole == "tiles, tracks", "smoothing means nothing to it"
    asked: list[dict] = []
    panel.settings_requested.connect(asked.append)
    qtbot.mouseClick(panel.section.title, Qt.MouseButton.LeftButton)
    assert asked == [{"is_after_open": True}]
