"""The few questions for a file or a folder, each a function; tests replace them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from engine import endings


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


def keys_file(parent: QWidget, start: str) -> str:
    """Which file of keys to import; empty when cancelled."""
    return QFileDialog.getOpenFileName(parent, _tr("Import keys"), start, _keys_kind())[0]


def keys_target(parent: QWidget, start: str) -> str:
    """Which file to write the keys to; empty when cancelled."""
    return QFileDialog.getSaveFileName(parent, _tr("Export keys"), start, _keys_kind())[0]


def _keys_kind() -> str:
    return _kind(_tr("Keys"), (".json",))


def names_file(parent: QWidget, start: str) -> Path | None:
    """Which text names the labels of a network; None when cancelled."""
    kinds = _kind(_tr("Names of labels"), (".txt", ".names")) + ";;" + _all_files()
    chosen = QFileDialog.getOpenFileName(parent, _tr("Names of labels"), start, kinds)[0]
    return Path(chosen) if chosen else None


def reference_file(parent: QWidget, start: str) -> str:
    """Which COCO file names the pictures and labels of results; empty when cancelled."""
    kinds = _kind("COCO", (".json",)) + ";;" + _all_files()
    return QFileDialog.getOpenFileName(parent, _tr("These are results of"), start, kinds)[0]


def picture_target(parent: QWidget, start: str) -> str:
    """Which file to write a picture to; empty when cancelled."""
    kinds = _kind(_tr("Pictures"), (".png",))
    return QFileDialog.getSaveFileName(parent, _tr("Save what is seen"), start, kinds)[0]


def report_file(parent: QWidget, start: str) -> str:
    """Which report of an evaluation; empty when cancelled."""
    kinds = _kind(_tr("Reports"), (".json",))
    return QFileDialog.getOpenFileName(parent, _tr("Open a report"), start, kinds)[0]


def new_report_file(parent: QWidget, start: str) -> str:
    """Where to write a report; empty when cancelled."""
    kinds = _kind(_tr("Pages"), (".html",)) + ";;" + _kind(_tr("Reports"), (".json",))
    return QFileDialog.getSaveFileName(parent, _tr("Save the report"), start, kinds)[0]
