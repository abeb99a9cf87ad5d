"""Fields for numbers and choices, and the words beside them, that look alike in every form."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QWidget,
)

NAME_WIDTH = 104
FIELD_GAP = 2
NUMBER_WIDTH = 72
"""What numbers need, and less than Qt would like to have for the largest of them."""


class _Slider(QSlider):
    """The wheel scrolls the panel, unless the slider has the keys: what it sets is remembered."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: left to the panel without the keys."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _Number(QSpinBox):
    """As a slider, with the wheel."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: left to the panel without the keys."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _Decimal(QDoubleSpinBox):
    """As a slider, with the wheel."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: left to the panel without the keys."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def slider() -> QSlider:
    """A slider from left to right."""
    made = _Slider(Qt.Orientation.Horizontal)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def number(low: int, high: int, value: int, *, suffix: str = "") -> QSpinBox:
    """A field for a whole number."""
    box = _Number()
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setRange(low, high)
    box.setSuffix(suffix)
    box.setValue(value)
    box.setMinimumWidth(NUMBER_WIDTH)
    _indent(box)
    return box


def decimal(low: float, high: float, value: float, *, step: float, digits: int) -> QDoubleSpinBox:
    """A field for a number with a fraction."""
    box = _Decimal()
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setDecimals(digits)
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setValue(value)
    box.setMinimumWidth(NUMBER_WIDTH)
    _indent(box)
    return box


class ChoiceField(QComboBox):
    """A field to choose from texts; long ones are cut rather than widening the panel. The wheel
    scrolls the panel: it never chooses, as a choice may load a model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(10)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    @property
    def key(self) -> str:
        """The data of what is chosen, a text; empty where there is none."""
        return str(self.currentData() or "")

    @property
    def shown_text(self) -> str:
        """What is chosen, cut with dots where it has no room."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        field = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self)
        room = field.width() - 2 * FIELD_GAP
        text = self.currentText()
        text = text if self.currentIndex() >= 0 else self.placeholderText()
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)

    @property
    def tip(self) -> str:
        """The tooltip: the whole text where it is cut, then what it is for."""
        whole = self.currentText()
        lines = (whole if self.shown_text != whole else "", self.toolTip())
        return "\n".join(line for line in lines if line)

    def event(self, event: QEvent) -> bool:
        """Qt: perhaps the tooltip is asked for."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a style sheet would cut the text without dots."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: left to the panel."""
        event.ignore()


def name(text: str) -> QLabel:
    """The name before a field, as wide as others, so that the fields of all parts line up."""
    label = QLabel(text)
    label.setMinimumWidth(NAME_WIDTH)
    return label


def hint(text: str = "") -> QLabel:
    """A faint sentence of as many lines as it needs."""
    label = QLabel(text)
    label.setObjectName("hint")
    label.setWordWrap(True)
    return label


def _indent(box: QAbstractSpinBox) -> None:
    # The style sheet's padding does not reach the text inside a spin box.
    edit = box.findChild(QLineEdit)
    if edit is not None:
        edit.setTextMargins(6, 0, 0, 0)
