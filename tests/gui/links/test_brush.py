"""What the tools work with comes back with the window."""

from gui.app import App, Opening
from gui.settings import SettingsStore


def test_brush_and_fill_are_as_they_were_the_last_time(qtbot, app):
    options = app.window.tool_options
    options._size.setValue(90)
    options._spare.setChecked(True)
    options._tolerance.setValue(33)
    options.brush.tip.setCurrentIndex(1)
    options.brush.tip.activated.emit(1)
    app.window.close()
    store = SettingsStore(app.store.folder)
    assert (store.now.brush_radius, store.now.keeps_others) == (45.0, True)
    again = App(store)
    again.show(Opening())
    scene, options = again.window.canvas.scene, again.window.tool_options
    assert (scene.radius, scene.keeps_others, scene.tolerance) == (45.0, True, 33)
    assert (options._size.value(), options._tolerance.value()) == (90, 33)
    assert options._spare.isChecked()
    assert scene.is_square
    assert options.brush.tip.currentIndex() == 1
    again.window.close()
    again.window.deleteLater()
