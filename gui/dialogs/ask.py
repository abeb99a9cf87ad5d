"""Every question to the person, one function each; a test replaces them here."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QFileDialog, QInputDialog, QMenu, QMessageBox, QWidget

from engine.values import Label
from gui import icons

PICTURES = "*.bmp *.gif *.jpe *.jpeg *.jpg *.pbm *.pgm *.png *.pnm *.ppm *.tga *.tif *.tiff *.webp"
VIDEOS = "*.avi *.m4v *.mkv *.mov *.mp4 *.mpeg *.mpg *.webm *.wmv"


def _tr(text: str) -> str:
    return QCoreApplication.translate("ask", text)


def files(parent: QWidget, folder: str) -> list[str]:
    """Which pictures, videos, lists or weights to open; none when cancelled."""
    everything = f"{PICTURES} {VIDEOS} *.txt *.safetensors *.weights"
    kinds = ";;".join(
        (
            _tr("Everything Maskloop opens") + f" ({everything})",
            _tr("Pictures") + f" ({PICTURES})",
            _tr("Videos") + f" ({VIDEOS})",
            _tr("Lists") + " (*.txt)",
            _tr("All files") + " (*)",
        )
    )
    chosen, _ = QFileDialog.getOpenFileNames(parent, _tr("Open"), folder, kinds)
    return chosen


def folder(parent: QWidget, start: str, title: str = "") -> str:
    """Which folder; empty when cancelled."""
    return QFileDialog.getExistingDirectory(parent, title or _tr("Open folder"), start)


def weights_file(parent: QWidget, start: str) -> str:
    """Which weights file; empty when cancelled."""
    kinds = _tr("Weights") + " (*.safetensors *.weights);;" + _tr("All files") + " (*)"
    return QFileDialog.getOpenFileName(parent, _tr("Open weights"), start, kinds)[0]


def list_file(parent: QWidget, start: str) -> str:
    """Which txt list; empty when cancelled."""
    kinds = _tr("Lists") + " (*.txt)"
    return QFileDialog.getOpenFileName(parent, _tr("Choose a list"), start, kinds)[0]


def report_file(parent: QWidget, start: str) -> str:
    """Which report of an evaluation; empty when cancelled."""
    kinds = _tr("Reports") + " (*.json)"
    return QFileDialog.getOpenFileName(parent, _tr("Open a report"), start, kinds)[0]


def new_report_file(parent: QWidget, start: str) -> str:
    """Where to write a report; empty when cancelled."""
    kinds = _tr("Pages") + " (*.html);;" + _tr("Reports") + " (*.json)"
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
