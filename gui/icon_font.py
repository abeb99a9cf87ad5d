"""Icons drawn from a font: the glyphs of Material Design Icons that qtawesome ships.

Only its files are used. Importing qtawesome imports qtpy, which changes classes of Qt. In a thread,
where an import of a quarter of a second belongs, that crashes a window which handles events.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPixmap,
)

PREFIX = "mdi6."
SHARE = 0.875
"""Of an icon's height the glyph takes so much."""


@dataclass(frozen=True)
class GlyphColors:
    """What a glyph is drawn in: as it is, where it cannot be used, and where it is switched on; in
    a selected row as it is, or as the text of that row."""

    normal: str
    disabled: str
    on: str
    is_as_text: bool = False


class GlyphEngine(QIconEngine):
    """Draws one glyph at whatever size is asked for."""

    def __init__(self, glyph: str, family: str, colors: GlyphColors) -> None:
        super().__init__()
        self._glyph, self._family, self._colors = glyph, family, colors

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Qt: draw it into this rectangle."""
        font = QFont(self._family)
        font.setPixelSize(max(round(SHARE * rect.height()), 1))
        painter.save()
        painter.setPen(QColor(self._color(mode, state)))
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._glyph)
        painter.restore()

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return self._colors.disabled
        if mode == QIcon.Mode.Selected and self._colors.is_as_text:
            return QGuiApplication.palette().highlightedText().color().name()
        return self._colors.on if state == QIcon.State.On else self._colors.normal

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Qt: a picture of it."""
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        return pixmap

    def clone(self) -> QIconEngine:
        """Qt: another of the same."""
        return GlyphEngine(self._glyph, self._family, self._colors)


@cache
def characters() -> dict[str, str]:
    """The character of every glyph by its name."""
    return {PREFIX + name: chr(int(code, 16)) for name, code in json.loads(_charmap()).items()}


@cache
def _charmap() -> str:
    """The file that says which glyph has which code: `"ab-testing": "0xf01c9"` a line."""
    return _file("charmap-*.json").read_text(encoding="utf-8")


@cache
def _character(name: str) -> str:
    """The character of one glyph. Of thousands the window needs a few dozen before it shows, and
    finding them takes a tenth of the time of reading all."""
    _, found, rest = _charmap().partition(f'"{name.removeprefix(PREFIX)}": "')
    if not found or not name.startswith(PREFIX):
        raise KeyError(name)
    return chr(int(rest[: rest.index('"')], 16))


@cache
def _family() -> str:
    """The font's name, once Qt knows the font."""
    number = QFontDatabase.addApplicationFont(str(_file("*.ttf")))
    families = QFontDatabase.applicationFontFamilies(number)
    return families[0] if families else ""


def _file(pattern: str) -> Path:
    spec = find_spec("qtawesome")
    folders = spec.submodule_search_locations if spec is not None else None
    fonts = Path(next(iter(folders or ()))) / "fonts"
    return next(fonts.glob(f"materialdesignicons6-webfont-{pattern}"))


def icon(name: str, colors: GlyphColors) -> QIcon:
    """The glyph of this name as an icon. KeyError if there is none."""
    return QIcon(GlyphEngine(_character(name), _family(), colors))
