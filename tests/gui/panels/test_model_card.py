"""The card of a model, the part that folds, and options as rows of a form."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel

from engine.model_facts import ModelFacts
from gui.language import is_korean
from gui.panels.model_card import ModelCard
from gui.panels.options_form import OptionsForm
from gui.panels.section import Section
from gui.settings import Settings, changed
from models.about import About, Option, Text

ABOUT = About(
    year=1999,
    idea=Text("It looks twice.", "두 번 봅니다."),
    improves_on=Text("Looking once.", "한 번 보던 것."),
    look_for=Text("Calm borders.", "차분한 경계."),
    differs=Text("It looks three times.", "세 번 봅니다."),
)
FACTS = ModelFacts("twice", "semantic", "Looks twice.", "Somebody: Twice", ABOUT)
WORDS = Text("words", "말")
ITERATIONS = Option("iterations", Text("How often it looks", "몇 번 보는지"), (1, 2, 3), live=True)
UNPOOLING = Option("unpooling", Text("Unpooling", "언풀링"), ("max", "bed_of_nails"), live=True)


@pytest.fixture
def card(qtbot):
    card = ModelCard()
    qtbot.addWidget(card)
    card.set_language("en")
    card.set_facts(FACTS)
    return card


def text_on(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


@pytest.fixture
def korean_system():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.Korean))
    yield
    QLocale.setDefault(before)


def test_the_card_says_all_that_the_model_says_of_itself(card):
    said = text_on(card)
    for part in (
        "It looks twice.",
        "Looking once.",
        "Calm borders.",
        "It looks three times.",
        "Somebody: Twice, 1999",
    ):
        assert part in said
    assert "twice" in card.section.title.text()


def test_the_card_speaks_korean_when_asked(qtbot, card):
    with qtbot.waitSignal(card.language_chosen) as chosen:
        qtbot.mouseClick(card.languages["ko"], Qt.MouseButton.LeftButton)
    assert chosen.args == ["ko"]
    card.set_language("ko")
    assert "두 번 봅니다." in text_on(card)
    assert card.languages["ko"].isChecked()


def test_the_card_follows_a_korean_system_until_told_otherwise(korean_system):
    assert is_korean("auto")
    assert not is_korean("en")


def test_a_language_nobody_has_is_refused():
    with pytest.raises(ValueError, match="language"):
        changed(Settings(), {"card_language": "xx"})


def test_the_card_says_what_the_weights_have_learned_and_what_not(card):
    card.set_facts(FACTS, {"cat": 3, "dog": 120, "bus": 0}, ("bus",))
    assert "dog 120, cat 3. Not learnt: bus" in text_on(card)
    card.set_language("ko")
    assert "배우지 않음: bus" in text_on(card)
    card.set_facts(FACTS)
    shown = [label.text() for label in card.findChildren(QLabel) if not label.isHidden()]
    assert not any("학습 데이터" in text for text in shown)


def test_the_card_says_what_the_weights_began_with(card):
    card.set_facts(FACTS, began_with="efficientnet_lite0: ImageNet")
    assert "Began with" in text_on(card)
    assert "efficientnet_lite0: ImageNet" in text_on(card)
    card.set_facts(FACTS)
    shown = [label.text() for label in card.findChildren(QLabel) if not label.isHidden()]
    assert "Began with" not in shown


def test_without_a_card_nothing_is_shown(card):
    card.set_facts(ModelFacts("plain", "semantic"))
    assert card.isHidden()
    card.set_facts(None)
    assert card.isHidden()


def test_folding_is_remembered_by_whoever_listens(qtbot, card):
    with qtbot.waitSignal(card.folded) as folded:
        qtbot.mouseClick(card.section.title, Qt.MouseButton.LeftButton)
    assert folded.args == [True]
    assert card.section.body.isHidden()


def test_a_part_folds_with_the_space_bar(qtbot):
    section = Section("More", QLabel("hidden"))
    qtbot.addWidget(section)
    assert section.body.isHidden()
    qtbot.keyClick(section.title, Qt.Key.Key_Space)
    assert section.is_open
    assert not section.body.isHidden()


def test_the_space_bar_folds_even_where_it_is_a_shortcut(qtbot):
    section = Section("More", QLabel("hidden"))
    qtbot.addWidget(section)
    played = []
    shortcut = QShortcut(QKeySequence("Space"), section)
    shortcut.activated.connect(lambda: played.append(1))
    with qtbot.waitExposed(section):
        section.show()
    section.title.clearFocus()
    qtbot.mouseClick(section.title, Qt.MouseButton.LeftButton)
    assert not section.title.hasFocus(), "a click leaves the keys to the canvas"
    section.title.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(section.title, Qt.Key.Key_Space)
    assert not section.is_open
    assert not played


@pytest.fixture
def form(qtbot):
    form = OptionsForm()
    qtbot.addWidget(form)
    form.set_language("en")
    return form


def test_options_begin_at_their_values_or_defaults(form):
    form.set_options((ITERATIONS, UNPOOLING), {"iterations": 3})
    assert form.values == {"iterations": 3, "unpooling": "max"}
    assert form.changes == {"iterations": 3}
    assert not form.isHidden()


def test_choosing_tells_all_values(qtbot, form):
    form.set_options((ITERATIONS, UNPOOLING), {"iterations": 2})
    with qtbot.waitSignal(form.chosen) as chosen:
        form.box("unpooling").setFocus()
        qtbot.keyClick(form.box("unpooling"), Qt.Key.Key_Down)
    assert chosen.args == [{"iterations": 2, "unpooling": "bed_of_nails"}]
    assert form.box("unpooling").currentText() == "bed of nails"


def test_the_rows_are_explained_in_the_language_of_the_cards(form):
    form.set_options((ITERATIONS,), {"iterations": 3})
    assert "Iterations" in text_on(form)
    assert form.box("iterations").toolTip() == "How often it looks"
    form.set_language("ko")
    assert form.box("iterations").toolTip() == "몇 번 보는지"
    assert form.values == {"iterations": 3}


def test_numbers_are_offered_in_their_order_with_one_from_a_config(form):
    option = Option("iterations", WORDS, (3, 1, 2), live=True)
    form.set_options((option,), {"iterations": 7})
    box = form.box("iterations")
    assert [box.itemText(i) for i in range(box.count())] == ["1", "2", "3", "7"]
    assert form.values == {"iterations": 7}
    form.set_options((option,), {})
    assert form.values == {"iterations": 3}
    assert form.changes == {}


def test_a_model_without_options_has_no_rows(form):
    form.set_options((ITERATIONS,), {})
    form.set_options((), {})
    assert form.isHidden()
    assert form.values == {}


def test_a_paper_that_names_a_year_gets_no_second_one():
    assert replace(FACTS, paper="Somebody: Twice, CVPR 2001").source.endswith("CVPR 2001")
    assert FACTS.source == "Somebody: Twice, 1999"
