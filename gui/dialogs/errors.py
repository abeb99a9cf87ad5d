"""What nobody expected: a report to copy; the window goes on."""

import platform
import sys
import traceback

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)


class CrashDialog(QDialog):
    """Shows one report; further ones are appended while it is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something unexpected happened"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.resize(640, 400)
        text = QLabel(
            self.tr(
                "This is a mistake in the program, not yours. Your work is saved and the window "
                "goes on. The report below helps to repair it; nothing is sent anywhere."
            )
        )
        text.setWordWrap(True)
        self.report = QPlainTextEdit()
        self.report.setAccessibleName(self.tr("Report"))
        self.report.setReadOnly(True)
        copy, close = QPushButton(self.tr("Copy report")), QPushButton(self.tr("Close"))
        close.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(copy)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(text)
        layout.addWidget(self.report)
        layout.addLayout(row)
        copy.clicked.connect(self._on_copy)
        close.clicked.connect(self.close)

    @Slot(object)
    def add(self, error: BaseException) -> None:
        """Show the report of one exception."""
        if self.isHidden():
            self.report.clear()
        self.report.appendPlainText(report_of(error))
        self.show()

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())


def report_of(error: BaseException) -> str:
    """Versions and the traceback."""
    from importlib import metadata  # It brings the reader of e-mail along: 25 ms of every start.

    lines = [f"Python {sys.version.split()[0]} on {platform.platform()}"]
    for name in ("maskloop", "PySide6-Essentials", "torch", "opencv-python", "numpy"):
        try:
            lines.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{name} is not installed")
    return "\n".join(lines) + "\n\n" + "".join(traceback.format_exception(error))
