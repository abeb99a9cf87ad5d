from engine.pipeline.bottleneck import Cause, Hint
from engine.pipeline.usage import Usage
from gui.panels.rates import HISTORY, RatesPanel
from gui.theme import DARK


def live(make):
    panel = make(RatesPanel)
    panel.set_colors(DARK)
    panel.set_live(20.0, 25.0, 19.0, 40.0)
    return panel


def test_what_the_system_does_not_tell_is_left_out(make):
    panel = live(make)
    panel.set_machine("openvino, cpu", Usage())
    assert panel._machine.text() == "openvino, cpu"
    panel.set_machine("", Usage(512 << 20, 0.5, 0.34, 2 << 30, 8 << 30))
    assert panel._machine.text() == "memory 512 MB · GPU at work 34 % · GPU memory 2.0 of 8.0 GB"


def test_the_last_minute_of_what_is_chosen_is_plotted(qtbot, make):
    panel = live(make)
    for number in range(HISTORY + 10):
        panel.set_live(float(number), 25.0, 19.0, 2.0 * number)
        panel.set_machine("", Usage(number << 20))
    assert len(panel._history["rate"]) == HISTORY
    panel.allow_plot()
    for key, newest in (("delay", 2.0 * (HISTORY + 9)), ("memory", HISTORY + 9)):
        panel._choice.setCurrentIndex(panel._choice.findData(key))
        with qtbot.waitSignal(panel.plot_chosen) as chosen:
            panel._choice.activated.emit(panel._choice.currentIndex())
        assert chosen.args == [key]
        x, y = panel._plot._curve.getData()
        assert (x[-1], y[-1]) == (0.0, newest)
        assert x[0] == -60.0


def test_why_it_is_slow_goes_when_it_is_not(make):
    panel = live(make)
    assert panel._why.isHidden()
    panel.set_hint(Hint(Cause.NETWORK, "The network takes 90 ms a frame.", "Choose a lighter one."))
    assert "Choose a lighter one." in panel._why.text()
    assert not panel._why.isHidden()
    panel.set_paused({})
    assert panel._why.isHidden()
    assert panel._plot.isHidden()


def test_what_is_measured_is_plotted_once(make):
    panel, drawn = live(make), []
    panel.allow_plot()
    panel.set_live(20.0, 25.0, 19.0, 40.0)
    panel._plot._curve.sigPlotChanged.connect(lambda curve: drawn.append(curve.getData()[1][-1]))
    for key, newest in (("rate", 21.0), ("memory", 512.0)):
        panel._choice.setCurrentIndex(panel._choice.findData(key))
        drawn.clear()
        panel.set_live(21.0, 25.0, 19.0, 40.0)
        panel.set_machine("", Usage(512 << 20))
        assert drawn == [newest]
