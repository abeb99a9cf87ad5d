"""Takes the README's screenshots: the real window, real pictures, real weights, under Xvfb.

python scripts/screenshots.py --out docs/screenshots [--only window,live] [--list TRAIN.txt]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SIZE = 1440, 900


@contextmanager
def x_server(display: str):
    """A display of our own, so that nobody's desktop gets into the picture."""
    command = ["Xvfb", display, "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    socket = Path(f"/tmp/.X11-unix/X{display.removeprefix(':')}")
    while not socket.exists() and server.poll() is None:
        time.sleep(0.05)
    os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
    try:
        yield
    finally:
        server.terminate()
        server.wait()


class Studio:
    """The application on that display, and what a person does in it."""

    def __init__(self, out: Path, theme: str = "dark") -> None:
        from PySide6.QtWidgets import QApplication

        from gui import app as application

        self.out = out
        self.folder = Path(tempfile.mkdtemp())
        application.drop_foreign_qt()
        self.qt = QApplication.instance() or QApplication(["maskloop"])
        store = application.SettingsStore(self.folder / "settings")
        store.change(theme=theme)
        self.app = application.App(store)
        self.app.show(application.Opening())
        self.window, self.session = self.app.window, self.app.session
        self.window.setGeometry(0, 0, *SIZE)
        self.pause(0.3)

    def pause(self, seconds: float) -> None:
        """Let the window live for a while."""
        self.wait(lambda: False, seconds, must=False)

    def wait(self, is_there: Callable[[], bool], seconds: float = 60, *, must: bool = True) -> None:
        """Handle events until something is there."""
        end = time.monotonic() + seconds
        while not is_there() and time.monotonic() < end:
            self.qt.processEvents()
            time.sleep(0.005)
        if must and not is_there():
            raise SystemExit("The window did not get there; see its messages above.")

    def shoot(self, name: str) -> None:
        """Save what the screen shows."""
        self.pause(0.4)
        self.out.mkdir(parents=True, exist_ok=True)
        picture = self.window.screen().grabWindow(0)
        picture.save(str(self.out / f"{name}.png"))
        print(self.out / f"{name}.png")

    def load(self, weights: str) -> None:
        """Load weights and wait for them."""
        self.session.load_weights(weights)
        self.wait(lambda: getattr(self.session.weights.loaded, "key", None) == weights)

    def open(self, pictures: list[Path], name: str) -> None:
        """Open copies of these pictures in a folder of their own."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for path in pictures:
            shutil.copy(path, folder)
        self.app.desk.open_paths([str(folder)])
        self.wait(lambda: len(self.session.frames.ids) == len(pictures))
        self.wait(lambda: self.session.frames.frame is not None)

    def go(self, stem: str) -> None:
        """Show the picture of this name, with what the model says of it."""
        ids = self.session.frames.ids
        self.session.frames.go(next(i for i, f in enumerate(ids) if Path(f.path).stem == stem))
        self.wait(lambda: self.session.frames.frame is not None)
        annotations = self.session.annotations
        self.wait(lambda: bool(annotations.sample and annotations.sample.proposals), 5, must=False)

    def act(self, name: str) -> None:
        """Trigger an action of the window."""
        self.app.actions[name].trigger()
        self.pause(0.1)

    def drag(self, points: list[tuple[float, float]], *, release: bool = True) -> None:
        """Press, move and release the mouse over the canvas; points as fractions of it."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        canvas = self.window.canvas
        places = [QPoint(int(x * canvas.width()), int(y * canvas.height())) for x, y in points]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(canvas, place)
            self.pause(0.03)
        if release:
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])

    def close(self) -> None:
        """Close the window and remove its traces."""
        self.window.close()
        self.pause(0.2)
        shutil.rmtree(self.folder, ignore_errors=True)


def bundled(task: str, prefix: str = "everyday") -> str:
    """The key of the bundled weights for a task."""
    from engine.weights.library import available

    found = [e for e in available() if e.origin == "bundled" and str(e.task) == task]
    found.sort(key=lambda entry: not entry.name.startswith(prefix))
    if not found:
        raise SystemExit(f"There are no bundled weights for {task} yet.")
    return found[0].name


def shoot_window(out: Path) -> None:
    """Masks on a photograph, in the dark and the light theme."""
    from engine.demo_input import demo_input

    for theme, name in (("dark", "window"), ("light", "light")):
        studio = Studio(out, theme)
        studio.load(bundled("semantic"))
        studio.open(list(demo_input().pictures), "photographs")
        studio.go("chelsea")
        studio.shoot(name)
        studio.close()


def shoot_detect(out: Path) -> None:
    """Boxes on a photograph."""
    from engine.demo_input import demo_input

    studio = Studio(out)
    studio.load(bundled("detection"))
    studio.open(list(demo_input().pictures), "photographs")
    studio.go("astronaut")
    studio.shoot("detect")
    studio.close()


def shoot_cells(out: Path) -> None:
    """Cells on a smear."""
    from engine.demo_input import demo_input

    studio = Studio(out)
    studio.load(bundled("detection", "cells"))
    studio.open([demo_input().drawings["cells"]], "smear")
    studio.go("cells")
    studio.shoot("cells")
    studio.close()


def shoot_correct(out: Path) -> None:
    """The brush on an accepted mask."""
    from engine.demo_input import demo_input

    studio = Studio(out)
    studio.load(bundled("semantic"))
    studio.open(list(demo_input().pictures), "photographs")
    studio.go("chelsea")
    studio.act("predict")
    studio.pause(1.0)
    studio.act("accept_all")
    studio.session.annotations.select_all()
    next(tool for tool in studio.app.tools if tool.data() == "brush").trigger()
    studio.drag([(0.35, 0.3), (0.4, 0.27), (0.46, 0.26), (0.52, 0.28)], release=False)
    studio.shoot("correct")
    studio.close()


def shoot_live(out: Path) -> None:
    """A video playing with its measured rates."""
    from engine.demo_input import demo_input

    studio = Studio(out)
    studio.load(bundled("semantic"))
    video = shutil.copy(demo_input().video, studio.folder)
    studio.session.open_live(str(video))
    studio.wait(lambda: studio.session.live.shot is not None)
    studio.pause(0.3)
    studio.shoot("live")
    studio.close()


def shoot_inside(out: Path) -> None:
    """The decoder of a segmenter over a drawn lesion, its channels side by side."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QCheckBox, QComboBox

    from engine.demo_input import demo_input

    studio = Studio(out)
    studio.load(bundled("semantic", "lesion"))
    studio.open([demo_input().drawings["lesion"]], "lesion")
    studio.go("lesion")
    studio.act("inside")
    panel = studio.app.side("inside").maps
    studio.wait(lambda: panel.findChildren(QComboBox)[0].count() > 1)
    stage, grid = panel.findChildren(QComboBox)[0], panel.findChildren(QCheckBox)[0]
    stage.setCurrentIndex(stage.findText("Decoder", Qt.MatchFlag.MatchContains))
    grid.click()
    studio.pause(4.0)
    studio.shoot("inside")
    studio.close()


def shoot_train(out: Path, train_list: str, epochs: int) -> None:
    """A real training from a list, after some epochs, with its curves."""
    from engine.demo_input import demo_input

    studio = Studio(out)
    studio.load(bundled("semantic"))
    studio.open(list(demo_input().pictures), "photographs")
    studio.go("astronaut")
    studio.act("train")
    panel = studio.app.side("train").panel
    studio.wait(lambda: bool(panel.form.model))
    panel.picker.choose("unet32")
    panel.data.kind.setCurrentIndex(panel.data.kind.findData("lists"))
    panel.warm_start.set_choices((), "")
    panel.data.set_list("train", train_list)
    panel.data.set_list("val", str(Path(train_list).with_name("val.txt")))
    panel.start_requested.emit(panel.form)
    ended: list[object] = []
    studio.app.side("train").training.epoch_ended.connect(ended.append)
    studio.wait(lambda: len(ended) >= epochs, 1800)
    studio.shoot("train")
    studio.app.side("train").training.stop()
    studio.wait(lambda: not studio.app.side("train").training.is_running, 600)
    studio.close()


def main() -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", default="", help="names, with commas: window,detect,live ...")
    parser.add_argument("--display", default=":73")
    parser.add_argument(
        "--list", default="", help="a txt list to train on, for the one of training"
    )
    parser.add_argument("--epochs", type=int, default=5, help="how many before that picture")
    options = parser.parse_args()
    shots: dict[str, Callable[[Path], None]] = {
        "window": shoot_window,
        "detect": shoot_detect,
        "cells": shoot_cells,
        "correct": shoot_correct,
        "live": shoot_live,
        "inside": shoot_inside,
    }
    if options.list:
        shots["train"] = lambda out: shoot_train(out, options.list, options.epochs)
    with x_server(options.display):
        for name in options.only.split(",") if options.only else shots:
            shots[name](options.out)


if __name__ == "__main__":
    main()
