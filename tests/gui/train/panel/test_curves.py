from gui.train.panel.curves import Curves


def test_the_loss_of_a_single_step_is_a_point(qtbot):
    curves = Curves()
    qtbot.addWidget(curves)
    curves.clear()
    curves.add_step(2.0)
    assert curves._loss.opts["symbol"] == "o"
    curves.add_step(1.0)
    assert curves._loss.opts["symbol"] is None
    assert curves._loss.getData()[1].tolist() == [2.0, 1.0]
