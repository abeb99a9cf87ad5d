"""Every question to the person, one function each; a test replaces them here."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QFileDialog, QInputDialog, QMenu, QMessageBox, QWidget

from engine import endings
from engine.values import Label
from gui import icons


def _tr(text: str) -> str:
    return QCoreApplication.translate("ask", text)


def _kind(text: str, suffixes: Sequence[str]) -> str:
    """Qt's filter of a dialog for files of these endings."""
    return f"{text} ({' '.join(f'*{suffix}' for suffix in suffixes)})"


def _all_files() -> str:
    return _tr("All files") + " (*)"


def files(parent: QWidget, folder: str) -> list[str]:
    """Which pictures, videos, lists or weights to open; none when cancelled."""
    pictures, videos = sorted(endings.PICTURES), sorted(endings.VIDEOS)
    everything = (*pictures, *videos, endings.LIST, *endings.WEIGHTS)
    kinds = (
        _kind(_tr("Everything Maskloop opens"), everything),
        _kind(_tr("Pictures"), pictures),
        _kind(_tr("Videos"), videos),
        _kind(_tr("Lists"), (endings.LIST,)),
        _all_files(),
    )
    chosen, _ = QFileDialog.getOpenFileNames(parent, _tr("Open"), folder, ";;".join(kinds))
    return chosen


def folder(parent: QWidget, start: str, title: str = "") -> str:
    """Which folder; empty when cancelled."""
    return QFileDialog.getExistingDirectory(parent, title or _tr("Open folder"), start)


def place(parent: QWidget, start: str) -> str:
    """Which folder to keep projects in; empty when cancelled."""
    return folder(parent, start, _tr("Keep the project in"))


def weights_file(parent: QWidget, start: str) -> str:
    """Which weights file; empty when cancelled."""
    kinds = _kind(_tr("Weights"), endings.WEIGHTS) + ";;" + _all_files()
    return QFileDialog.getOpenFileName(parent, _tr("Open weights"), start, kinds)[0]


def list_file(parent: QWidget, start: str) -> str:
    """Which txt list; empty when cancelled."""
    kinds = _kind(_tr("Lists"), (endings.LIST,))
    return QFileDialog.getOpenFileName(parent, _tr("Choose a list"), start, kinds)[0]


def labels_file(parent: QWidget, start: str) -> str:
    """Which file of labels to import; empty when cancelled."""
    kinds = _kind(_tr("Labels"), (".json", ".xml", ".yaml", ".csv", ".txt", ".png", ".npy"))
    kinds += ";;" + _all_files()
    return QFileDialog.getOpenFileName(parent, _tr("Import labels"), start, kinds)[0]


def report_file(parent: QWidget, start: str) -> str:
    """Which report of an evaluation; empty when cancelled."""
    kinds = _kind(_tr("Reports"), (".json",))
    return QFileDialog.getOpenFileName(parent, _tr("Open a report"), start, kinds)[0]


def new_report_file(parent: QWidget, start: str) -> str:
    """Where to write a report; empty when cancelled."""
    kinds = _kind(_tr("Pages"), (".html",)) + ";;" + _kind(_tr("Reports"), (".json",))
    return QFileDialog.getSaveFileName(parent, _tr("Save the report"), start, kinds)[0]


def is_sure(parent: QWidget, question: str) -> bool:
    """Whether to do what the question says."""
    buttons = QMessageBox.StandardButton
    chosen = QMessageBox.question(
        parent, _tr("Are you sure?"), question, buttons.Save | buttons.Cancel, buttons.Cancel
    )
    return chosen == buttons.Save


def camera(parent: QWidget, cameras: Sequence[tuple[int, str]]) -> int | None:
    """Which camera; None when cancelled."""
    texts = [f"{number}: {name}" for number, name in cameras]
    title, text = _tr("Open camera"), _tr("Camera:")
    chosen, is_ok = QInputDialog.getItem(parent, title, text, texts, 0, False)
    return cameras[texts.index(chosen)][0] if is_ok else None


def label(parent: QWidget, labels: Sequence[Label]) -> int | None:
    """Which label, from a menu at the mouse; None when cancelled."""
    menu = QMenu(parent)
    for one in labels:
        menu.addAction(icons.swatch(one.color), one.name).setData(one.id)
    chosen = menu.exec(parent.cursor().pos())
    return None if chosen is None else int(chosen.data())


def label_name(parent: QWidget, start: str = "") -> str:
    """The name of a new label; empty when cancelled."""
    title, text = _tr("Add label"), _tr("Name:")
    name, is_ok = QInputDialog.getText(parent, title, text, text=start)
    return name.strip() if is_ok else ""


def color(parent: QWidget, start: tuple[int, int, int]) -> tuple[int, int, int] | None:
    """A colour; None when cancelled."""
    chosen = QColorDialog.getColor(QColor(*start), parent, _tr("Colour of the label"))
    return (chosen.red(), chosen.green(), chosen.blue()) if chosen.isValid() else None
