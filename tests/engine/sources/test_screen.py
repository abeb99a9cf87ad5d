"""A part of the screen: what names one, where there is none, and one of an X server of our own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import SourceError
from engine.open import open_source
from engine.sources import screen
from engine.sources.screen import ScreenRegion, screen_region, why_not

XVFB = shutil.which("Xvfb")


def test_a_part_is_named_by_four_numbers() -> None:
    assert screen_region("screen:10,20,640,480") == ScreenRegion(10, 20, 640, 480)
    assert screen_region("Screen: -1920, 0, 64, 48") == ScreenRegion(-1920, 0, 64, 48)
    assert ScreenRegion(0, 0, 64, 48).name == "Screen 64 x 48"
    assert ScreenRegion(0, 0, 64, 48).root is None
    for wrong in ("screen:", "screen:1,2,3", "screen:a,b,c,d", "screen:0,0,9999999,9"):
        with pytest.raises(SourceError, match="no part of the screen"):
            open_source(wrong)
    with pytest.raises(SourceError, match="too small"):
        open_source("screen:0,0,0,480")


def test_what_lies_beside_the_screen_is_cut_off_or_refused() -> None:
    whole = {"left": -100, "top": 0, "width": 300, "height": 200}
    part = screen._clipped(ScreenRegion(-150, 150, 100, 100), whole)
    assert part == {"left": -100, "top": 150, "width": 50, "height": 50}
    with pytest.raises(SourceError, match="not on the screen"):
        screen._clipped(ScreenRegion(500, 0, 100, 100), whole)


def test_where_no_screen_can_be_seen_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_PLATFORM", "linux")
    wayland = why_not({"XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0"})
    assert wayland is not None
    assert "Wayland" in str(wayland)
    assert "X11" in wayland.hint
    assert why_not({"WAYLAND_DISPLAY": "wayland-0"}) is not None
    nothing = why_not({})
    assert nothing is not None
    assert "no screen" in str(nothing)
    assert why_not({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}) is None
    monkeypatch.setattr(screen, "_PLATFORM", "win32")
    assert why_not({}) is None


LOOK = """
import sys
from PySide6.QtGui import QColor, QGuiApplication, QRasterWindow, QPainter
from engine.jobs import CancelToken
from engine.open import open_source

class Red(QRasterWindow):
    def paintEvent(self, event):
        QPainter(self).fillRect(0, 0, 400, 300, QColor(200, 30, 60))

application = QGuiApplication(sys.argv)
window = Red()
window.setGeometry(100, 50, 400, 300)
window.show()
source = open_source("screen:120,60,64,48")
for frame in source.frames(CancelToken()):
    application.processEvents()
    if frame.pixels[0, 0].tolist() == [200, 30, 60]:
        break
print(frame.pixels.shape, frame.pixels[-1, -1].tolist(), frame.id.path, source.is_live)
source.close()
"""


@pytest.mark.slow
@pytest.mark.skipif(XVFB is None or sys.platform != "linux", reason="needs Xvfb")
def test_a_part_of_a_real_screen_is_seen(tmp_path: Path) -> None:
    pytest.importorskip("mss")
    given = ["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    script = tmp_path / "look.py"
    script.write_text(LOOK)
    paths = ":".join(path for path in sys.path if path)
    with subprocess.Popen([str(XVFB), *given], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        display = f":{server.stdout.readline().strip()}"
        environment = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": paths}
        command = [sys.executable, str(script)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        server.kill()
    assert done.stdout.strip() == "(48, 64, 3) [200, 30, 60] Screen 64 x 48 True", done.stderr
