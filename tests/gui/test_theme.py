import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme
from gui.theme import DARK, LIGHT


def contrast(a: str, b: str) -> float:
    """The WCAG contrast of two colours, 1 to 21."""

    def light(color: str) -> float:
        parts = []
        for value in QColor(color).getRgbF()[:3]:
            parts.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(a), light(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])
def test_texts_can_be_read(colors):
    for ground in (colors.window, colors.panel, colors.field, colors.raised):
        assert contrast(colors.text, ground) >= 7
        assert contrast(colors.faint, ground) >= 4.5
    assert contrast(colors.on_accent, colors.accent) >= 4.5


def test_a_chosen_theme_wins_over_the_system(qtbot):
    assert theme.is_dark("dark")
    assert not theme.is_dark("light")
    assert theme.colors("light") is LIGHT


def test_the_style_sheet_has_no_colour_left_to_fill_in(qtbot):
    app = QApplication.instance()
    before = app.styleSheet()
    try:
        assert theme.apply(app, "dark") is DARK
        assert "$" not in app.styleSheet()
    finally:
        app.setStyleSheet(before)


def test_the_same_theme_again_restyles_nothing(qtbot):
    class Watched(QWidget):
        restyled = 0

        def changeEvent(self, event):  # noqa: N802 - overrides Qt
            self.restyled += event.type() == QEvent.Type.StyleChange
            super().changeEvent(event)

    app = QApplication.instance()
    before = app.styleSheet()
    watched = Watched()
    qtbot.addWidget(watched)
    try:
        theme.apply(app, "dark")
        theme.apply(app, "light")
        assert watched.restyled
        watched.restyled = 0
        assert theme.apply(app, "light") is LIGHT
        assert not watched.restyled
    finally:
        app.setStyleSheet(before)
