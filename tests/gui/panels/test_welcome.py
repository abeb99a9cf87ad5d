import pytest
from PySide6.QtWidgets import QPushButton

from gui.panels.welcome import Welcome


@pytest.mark.parametrize(("width", "rows"), [(900, 1), (420, 2)])
def test_every_button_can_be_read_at_any_width(qtbot, width, rows):
    welcome = Welcome()
    qtbot.addWidget(welcome)
    welcome.resize(width, 500)
    welcome.show()
    buttons = welcome.findChildren(QPushButton)
    assert len(buttons) == 4
    qtbot.waitUntil(lambda: len({button.y() for button in buttons}) == rows)
    assert all(button.width() >= button.sizeHint().width() for button in buttons)
