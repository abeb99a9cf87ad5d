from gui.panels.elided import Elided


def test_the_whole_is_a_tooltip_only_where_it_is_cut(qtbot):
    label = Elided()
    qtbot.addWidget(label)
    label.resize(400, 20)
    label.show()
    label.set_text("A sentence of some length.")
    assert label.text() == label.whole
    assert not label.toolTip()
    label.resize(60, 20)
    assert label.text() != label.whole
    assert label.toolTip() == label.whole
    label.set_faded(True)
    assert not label.text()
