from gui.panels.order import AS_OPENED, OrderField


def choose(order, key):
    order.field.setCurrentIndex(order.field.findData(key))
    order.field.activated.emit(order.field.currentIndex())


def test_a_choice_is_told_once_and_the_field_stays_until_all_is_as_opened(qtbot, make):
    order, told = make(OrderField), []
    order.chosen.connect(told.append)
    order.begin()
    choose(order, "margin")
    order.set_order("margin")
    assert not order.isHidden()
    assert not order.again.isHidden()
    order.say("2 of 3 pictures judged")
    choose(order, AS_OPENED)
    order.set_order(AS_OPENED)
    assert told == ["margin", AS_OPENED]
    assert order.isHidden()
    assert order.again.isHidden()
    assert order.text == ""
