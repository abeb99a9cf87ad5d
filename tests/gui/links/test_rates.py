import pytest

from engine.sources.video_writer import VideoWriter
from tests.gui.conftest import PATIENCE_MS, open_video
from tests.make import make_pixels


@pytest.fixture
def video(tmp_path):
    writer = VideoWriter(tmp_path / "clip.mp4", 25, (48, 64))
    for number in range(30):
        writer.write(make_pixels((48, 64), seed=number))
    writer.close()
    return tmp_path / "clip.mp4"


def test_a_video_is_measured_while_it_plays(qtbot, app, video, tiny_weights):
    panel = app.window.rates
    app.store.change(live=True)
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.session.load_weights(str(tiny_weights))
    open_video(qtbot, app, video)
    app.window.timeline._loop.click()
    app.session.live.play()  # It may have come to its end before.
    names, told = ("capture", "preprocess", "network", "display"), panel._stages.text
    qtbot.waitUntil(lambda: all(name in told() for name in names), timeout=PATIENCE_MS)
    places = [told().index(name) for name in names]
    assert places == sorted(places)
    pipeline = app.session.weights.loaded.pipeline
    assert pipeline.backend_name in panel._machine.text()
    panel._choice.setCurrentIndex(1)
    panel._choice.activated.emit(1)
    assert app.store.now.plotted == "delay"
