"""How the window looks: two sets of colours, one accent, one style sheet."""

from dataclasses import dataclass
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from resources import path


@dataclass(frozen=True)
class ThemeColors:
    """The colours of one theme, as #rrggbb."""

    window: str
    panel: str
    field: str
    raised: str
    line: str
    text: str
    faint: str
    accent: str
    on_accent: str
    danger: str
    warning: str
    good: str


DARK = ThemeColors(
    window="#1b1d21",
    panel="#22252a",
    field="#17191c",
    raised="#2e3238",
    line="#3a3f47",
    text="#e4e6ea",
    faint="#9aa1ac",
    accent="#4da3ff",
    on_accent="#08131f",
    danger="#ff6b6b",
    warning="#f2b84b",
    good="#56c98a",
)
LIGHT = ThemeColors(
    window="#eceef1",
    panel="#f7f8fa",
    field="#ffffff",
    raised="#e3e6ea",
    line="#c6cbd2",
    text="#1d2127",
    faint="#5b6470",
    accent="#0b63c5",
    on_accent="#ffffff",
    danger="#b3261e",
    warning="#8a5a00",
    good="#1f7a4d",
)


def is_dark(theme: str) -> bool:
    """Whether "auto", "dark" or "light" means dark now; a system that does not say is dark."""
    if theme != "auto":
        return theme == "dark"
    return QApplication.styleHints().colorScheme() != Qt.ColorScheme.Light


def colors(theme: str) -> ThemeColors:
    """The colours of a theme."""
    return DARK if is_dark(theme) else LIGHT


def apply(app: QApplication, theme: str) -> ThemeColors:
    """Dress the application; returns the colours in use."""
    wanted = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
    app.styleHints().setColorScheme(wanted.get(theme, Qt.ColorScheme.Unknown))
    now, check = colors(theme), "check-dark" if is_dark(theme) else "check-light"
    template = Template(path("style.qss").read_text(encoding="utf-8"))
    window = QColor(now.window)
    veil = f"{window.red()}, {window.green()}, {window.blue()}"
    sheet = template.substitute(vars(now), veil=veil, icons=path("icons").as_posix(), check=check)
    app.setPalette(_palette(now))
    if app.styleSheet() != sheet:  # dressing every widget takes longer than making a window
        if app.style().name() != "fusion":
            app.setStyle(QStyleFactory.create("Fusion"))
        app.setStyleSheet(sheet)
    return now


def _palette(now: ThemeColors) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for where, color in (
        (role.Window, now.panel),
        (role.WindowText, now.text),
        (role.Base, now.field),
        (role.AlternateBase, now.panel),
        (role.Text, now.text),
        (role.Button, now.raised),
        (role.ButtonText, now.text),
        (role.ToolTipBase, now.raised),
        (role.ToolTipText, now.text),
        (role.PlaceholderText, now.faint),
        (role.BrightText, now.danger),
        (role.Highlight, now.accent),
        (role.HighlightedText, now.on_accent),
        (role.Link, now.accent),
        (role.Mid, now.line),
        (role.Dark, now.line),
        (role.Light, now.raised),
    ):
        palette.setColor(where, QColor(color))
    for where in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(now.faint))
    return palette
