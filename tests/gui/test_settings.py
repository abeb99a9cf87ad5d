import json

import pytest
from PySide6.QtCore import QByteArray

from engine.thresholds import Thresholds
from gui.settings import Settings, SettingsStore, read_settings


def test_only_what_differs_is_stored(tmp_path):
    store = SettingsStore(tmp_path)
    store.change(theme="light", conf=0.25)
    assert json.loads((tmp_path / "settings.json").read_text()) == {"theme": "light"}
    assert SettingsStore(tmp_path).now == store.now


def test_a_change_is_announced_once(tmp_path, qtbot):
    store = SettingsStore(tmp_path)
    seen = []
    store.changed.connect(seen.append)
    store.change(conf=0.5)
    store.change(conf=0.5)
    assert [settings.conf for settings in seen] == [0.5]


DAMAGED = ["", "{", "[1]", "\x00", "[" * 100_000, '{"iou": 1' + "0" * 400 + "}"]


@pytest.mark.parametrize("text", [*DAMAGED, '{"conf": "much", "color": 1}'])
def test_a_damaged_file_gives_the_defaults(tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_text(text)
    assert read_settings(path) == Settings()


def test_one_senseless_value_does_not_cost_the_others(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"conf": 7, "iou": 1, "theme": "pink", "live": false}')
    assert read_settings(path) == Settings(live=False, iou=1.0)


def test_the_window_layout_is_kept_apart(tmp_path):
    store = SettingsStore(tmp_path)
    assert store.read_window() is None
    store.write_window(QByteArray(b"abc"), QByteArray(b"\x00def"))
    assert store.read_window() == (QByteArray(b"abc"), QByteArray(b"\x00def"))
    assert not (tmp_path / "settings.json").exists()


def test_a_full_disk_costs_the_setting_not_the_window(tmp_path, caplog, qtbot):
    store = SettingsStore(tmp_path / "file" / "below")
    (tmp_path / "file").write_text("in the way")
    store.change(theme="dark")
    assert store.now.theme == "dark"
    assert "could not be stored" in caplog.text


@pytest.mark.parametrize(
    "values", [{"theme": "pink"}, {"conf": 2.0}, {"cache_mb": 1}, {"brush_radius": 0.0}]
)
def test_senseless_settings_are_refused(values):
    with pytest.raises(ValueError, match=r"is|are"):
        Settings(**values)


def test_thresholds_are_stored_one_by_one_and_given_as_one(tmp_path):
    (tmp_path / "settings.json").write_text('{"conf": 0.6}')
    store = SettingsStore(tmp_path)
    assert Settings().thresholds == Thresholds()
    assert store.now.thresholds == Thresholds(conf=0.6)
    store.change(iou=0.7)
    stored = json.loads((tmp_path / "settings.json").read_text())
    assert stored == {"conf": 0.6, "iou": 0.7}
