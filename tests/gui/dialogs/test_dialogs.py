from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from gui.dialogs.errors import CrashDialog, report_of
from gui.dialogs.settings import SettingsDialog
from gui.settings import Settings


def crash():
    try:
        raise KeyError("오류")
    except KeyError as error:
        return error


def test_a_report_tells_versions_and_where(qtbot):
    text = report_of(crash())
    assert "KeyError: '오류'" in text
    assert "numpy" in text
    assert "test_dialogs.py" in text


def test_reports_are_collected_while_open_and_can_be_copied(qtbot):
    dialog = CrashDialog()
    qtbot.addWidget(dialog)
    dialog.add(crash())
    dialog.add(ValueError("second"))
    assert "오류" in dialog.report.toPlainText()
    assert "second" in dialog.report.toPlainText()
    dialog._on_copy()
    assert "second" in QGuiApplication.clipboard().text()
    dialog.close()
    dialog.add(ValueError("third"))
    assert "second" not in dialog.report.toPlainText()
    dialog.close()


def test_every_setting_acts_at_once(qtbot):
    dialog = SettingsDialog(Settings(theme="dark", device="cpu"))
    qtbot.addWidget(dialog)
    assert dialog._device.currentData() == "cpu"
    with qtbot.waitSignal(dialog.change_requested) as asked:
        dialog._cache.setValue(1024)
    assert asked.args[0] == {
        "theme": "dark",
        "colored_by": "auto",
        "undecided": "ask",
        "asks_label": "never",
        "keeps_tool": True,
        "goes_on": False,
        "device": "cpu",
        "backend": "auto",
        "cache_mb": 1024,
        "search_below": True,
    }


def test_all_settings_are_as_at_first_with_one_button(qtbot):
    dialog = SettingsDialog(Settings(theme="dark", goes_on=True, cache_mb=1024, new_projects="/p"))
    qtbot.addWidget(dialog)
    asked = []
    dialog.change_requested.connect(asked.append)
    reset = next(b for b in dialog.findChildren(QPushButton) if b.text() == "All as at first")
    qtbot.mouseClick(reset, Qt.MouseButton.LeftButton)
    values = {name: value for change in asked for name, value in change.items()}
    assert len(values) == 11
    assert Settings(**values) == Settings()
    assert (dialog._theme.currentIndex(), dialog._cache.value()) == (0, Settings.cache_mb)
    assert dialog._projects.currentIndex() == 0
