"""Asks for a camera, and the size and rate of its pictures."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from engine.sources.camera_list import Camera
from engine.sources.webcam import CameraSpec
from gui.panels import fields

SIZES_HW = ((480, 640), (720, 1280), (1080, 1920), (1440, 2560), (2160, 3840))
RATES = (15.0, 30.0, 60.0)


class CameraDialog(QDialog):
    """A list of the cameras there are now, which may change while it is open.

    `chosen` tells a CameraSpec.
    """

    chosen = Signal(object)
    look_requested = Signal()

    def __init__(self, before: CameraSpec | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open camera"))
        self.setMinimumWidth(460)
        self._cameras: tuple[Camera, ...] | None = None
        self._before = before
        self.cameras, self.sizes, self.rates = QComboBox(), QComboBox(), QComboBox()
        for box in (self.sizes, self.rates):
            box.addItem(self.tr("As the camera likes"), None)
        for height, width in SIZES_HW:
            self.sizes.addItem(f"{width} × {height}", (height, width))
        for rate in RATES:
            self.rates.addItem(self.tr("{0} a second").format(f"{rate:g}"), rate)
        if before is not None:
            self.sizes.setCurrentIndex((None, *SIZES_HW).index(before.size_hw))
            self.rates.setCurrentIndex((None, *RATES).index(before.fps))
        self.hint = fields.hint(self.tr("Looking for cameras…"))
        self._build()
        self._show()

    def _build(self) -> None:
        form = QFormLayout()
        for text, box in (
            (self.tr("Camera"), self.cameras),
            (self.tr("Size"), self.sizes),
            (self.tr("Pictures"), self.rates),
        ):
            box.setAccessibleName(text)
            form.addRow(text, box)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Open | kinds.Cancel)
        self.open_button = buttons.button(kinds.Open)
        again = buttons.addButton(self.tr("Look again"), QDialogButtonBox.ButtonRole.ResetRole)
        again.clicked.connect(self.look_requested)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.hint)
        layout.addWidget(buttons)

    def set_cameras(self, cameras: tuple[Camera, ...]) -> None:
        """Show these; the chosen one stays chosen while it is there."""
        if cameras == self._cameras:
            return
        now = self.cameras.currentData()
        self._cameras = cameras
        self.cameras.clear()
        for camera in cameras:
            self.cameras.addItem(f"{camera.name}  ({camera.number})", camera)
        wanted = [i for i, camera in enumerate(cameras) if camera == now]
        if not wanted and self._before is not None:
            known = self._before.known_as
            wanted = [i for i, camera in enumerate(cameras) if camera.name == known]
        if wanted:
            self.cameras.setCurrentIndex(wanted[0])
        self._show()

    def _show(self) -> None:
        is_there = bool(self._cameras)
        self.cameras.setEnabled(is_there)
        self.open_button.setEnabled(is_there)
        if self._cameras is not None:
            none = self.tr("No camera was found. Plug one in, or close what uses it.")
            some = self.tr("Without this size or rate it gives the nearest it has.")
            self.hint.setText(some if is_there else none)

    @Slot()
    def accept(self) -> None:
        """Qt: this one."""
        camera = self.cameras.currentData()
        if camera is not None:
            size, rate = self.sizes.currentData(), self.rates.currentData()
            super().accept()
            self.chosen.emit(CameraSpec(camera.number, camera.name, size, rate))
