import pytest
from PySide6.QtWidgets import QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from gui.panels.sections import Sections, shares

FREE = QSizePolicy.Policy.Preferred


@pytest.mark.parametrize(
    ("room", "wanted", "given"),
    [
        (300, (100, 100), [100, 200]),
        (300, (100, 500), [100, 200]),
        (300, (500, 100), [200, 100]),
        (300, (500, 500), [150, 150]),
        (90, (500, 10, 500), [40, 10, 40]),
        (0, (50, 50), [0, 0]),
    ],
)
def test_each_gets_what_it_wants_or_as_much_as_the_others(room, wanted, given):
    assert shares(room, wanted) == given


class Body(QWidget):
    """Wants a certain height, and can do with less."""

    def __init__(self, wanted):
        super().__init__()
        self._space = QSpacerItem(100, wanted, hData=FREE, vData=FREE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addItem(self._space)

    def want(self, height):
        self._space.changeSize(100, height, FREE, FREE)
        self.layout().invalidate()
        self.updateGeometry()


@pytest.fixture
def column(qtbot):
    sections = Sections()
    qtbot.addWidget(sections)
    sections.add("One", Body(100))
    sections.add("Two", Body(400))
    sections.resize(300, 400)
    sections.show()
    return sections


def test_the_heights_follow_what_is_wanted(qtbot, column):
    small, large = column.sizes()
    assert 100 < small < 150
    column.widget(0).body.want(160)
    qtbot.waitUntil(lambda: column.sizes()[0] > small)
    assert sum(column.sizes()) == small + large


def test_a_folded_section_leaves_its_room_to_the_other(column):
    before = column.sizes()
    column.widget(0).title.click()
    after = column.sizes()
    assert after[0] < 60
    assert after[1] > before[1]
    column.widget(0).title.click()
    assert column.sizes() == before


def test_heights_that_a_person_chose_stay(column):
    column.moveSplitter(220, 1)
    chosen = column.sizes()
    column.share()
    assert column.sizes() == chosen
