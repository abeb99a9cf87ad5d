"""Takes a screenshot of each tool in the middle of its gesture, by real mouse events under Xvfb.

python scripts/tool_screenshots.py --out FOLDER [--only polygon,brush] [--theme light]

They are for looking at, and not for the repository.
"""

import argparse
import shutil
import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from scripts.screenshots import Studio, x_server  # noqa: E402

Point = tuple[float, float]
CUP = ((186, 86), (300, 58), (414, 104), (436, 196), (390, 288), (282, 318), (184, 266), (160, 166))
"""Corners along the cup of scikit-image's coffee, in pixels of that picture."""
SAUCER = (92, 40, 520, 372)


class Person:
    """A mouse over the canvas of a Studio; points are in pixels of the picture."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._canvas = studio.window.canvas

    def _at(self, point: Point):
        from PySide6.QtCore import QPoint

        x, y = self._canvas.view.to_screen(*point)
        density = self._canvas.devicePixelRatioF()
        return QPoint(round(x / density), round(y / density))

    def move(self, *points: Point) -> None:
        """Go there, in small steps while a button is down."""
        from PySide6.QtTest import QTest

        for point in points:
            QTest.mouseMove(self._canvas, self._at(point))
            self._studio.pause(0.03)

    def press(self, point: Point, *, right: bool = False) -> None:
        """The button goes down."""
        from PySide6.QtTest import QTest

        self.move(point)
        QTest.mousePress(self._canvas, _button(right), pos=self._at(point))

    def release(self, point: Point, *, right: bool = False) -> None:
        """It goes up again."""
        from PySide6.QtTest import QTest

        QTest.mouseRelease(self._canvas, _button(right), pos=self._at(point))
        self._studio.pause(0.05)

    def click(self, *points: Point, right: bool = False) -> None:
        """Click on one after the other."""
        for point in points:
            self.press(point, right=right)
            self.release(point, right=right)

    def begin_drag(self, *points: Point) -> None:
        """Press on the first point and go along the others, the button still down."""
        self.press(points[0])
        for start, end in pairwise(points):
            steps = [n / 8 for n in range(1, 9)]
            self.move(
                *(
                    (start[0] + (end[0] - start[0]) * s, start[1] + (end[1] - start[1]) * s)
                    for s in steps
                )
            )

    def wait(self) -> None:
        """Look on until all that is worked out is there."""
        self._studio.pause(0.3)
        self._studio.wait(lambda: not self._studio.session.jobs.running, 120)
        self._studio.pause(0.2)


def _button(right: bool):
    from PySide6.QtCore import Qt

    return Qt.MouseButton.RightButton if right else Qt.MouseButton.LeftButton


def _select(person: Person) -> None:
    person.begin_drag((300, 180), (330, 200))


def _scissors(person: Person) -> None:
    person.click((186, 86))
    person.wait()
    person.move((300, 58), (400, 96))
    person.wait()


def _smart(person: Person) -> None:
    person.click((300, 180))
    person.wait()
    person.click((470, 300), right=True)
    person.wait()


def _superpixels(person: Person) -> None:
    person.wait()
    person.begin_drag((230, 150), (300, 170), (360, 200))


def _rotated_box(person: Person) -> None:
    person.begin_drag((150, 260), (300, 60))
    person.release((300, 60))
    person.move((400, 130))


GESTURES: dict[str, Callable[[Person], None]] = {
    "box": lambda p: p.begin_drag((150, 50), (440, 322)),
    "brush": lambda p: p.begin_drag((230, 130), (300, 110), (360, 150), (370, 220)),
    "eraser": lambda p: p.begin_drag((180, 110), (260, 180), (300, 260)),
    "ellipse": lambda p: p.begin_drag((158, 56), (438, 320)),
    "fill": lambda p: p.begin_drag((480, 120), (500, 120)),
    "hole": lambda p: (p.click((240, 130), (340, 120), (370, 200)), p.move((300, 250))),
    "line": lambda p: (p.click((120, 330), (220, 350), (360, 345)), p.move((470, 300))),
    "point": lambda p: (p.click((200, 100)), p.press((380, 110)), p.move((392, 120))),
    "polygon": lambda p: (p.click(*CUP[:5]), p.move(CUP[5])),
    "rotated_box": _rotated_box,
    "scissors": _scissors,
    "select": _select,
    "smart": _smart,
    "split": lambda p: p.begin_drag((130, 120), (470, 260)),
    "superpixels": _superpixels,
}
NEEDS_OBJECTS = {"select", "eraser", "hole", "split"}


def shoot_tools(out: Path, names: list[str], theme: str) -> None:
    """One picture for each tool: some of them with objects to work on."""
    from engine.demo_input import demo_input

    studio = Studio(out, theme)
    (coffee,) = (path for path in demo_input().pictures if path.stem == "coffee")
    copies = [studio.folder / f"{name}.png" for name in names]
    for copy in copies:
        shutil.copy(coffee, copy)
    studio.open(copies, "coffee")
    studio.wait(lambda: studio.session.project.project is not None)
    person = Person(studio)
    for name in names:
        _show(studio, name)
        _prepare(studio, with_objects=name in NEEDS_OBJECTS)
        next(tool for tool in studio.app.tools if tool.data() == name).trigger()
        GESTURES[name](person)
        studio.shoot(name)
    studio.close()


def _show(studio: Studio, stem: str) -> None:
    """Show the picture of this name."""
    frames = studio.session.frames
    frames.go(next(n for n, i in enumerate(frames.ids) if Path(i.path).stem == stem))
    studio.wait(lambda: frames.frame is not None and studio.session.annotations.sample is not None)


def _prepare(studio: Studio, *, with_objects: bool) -> None:
    """Two labels, and where it is wanted a saucer and a cup, which is selected."""
    import numpy as np

    from engine.annotations import edits
    from engine.annotations.edits import Edit
    from engine.values import Annotation, Box, Label, Polygon

    labels = (Label(1, "cup", (235, 190, 60)), Label(2, "saucer", (80, 160, 240)))
    cup = Annotation(Polygon(np.array(CUP, np.float32)), 1)
    saucer = Annotation(Box(*map(float, SAUCER)), 2)
    annotations = studio.session.annotations
    draw = Edit("Draw", partial(edits.add, annotations=(saucer, cup)))
    annotations.apply(draw, labels)
    if with_objects:
        annotations.select((cup.id,))
    else:
        annotations.select((saucer.id, cup.id))
        annotations.delete_selected()
    annotations.choose_label(next(x.id for x in annotations.labels if x.name == "cup"))
    studio.pause(0.2)


def main() -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help=f"names, with commas: {','.join(GESTURES)}")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--display", default=":73")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(GESTURES)
    with x_server(options.display):
        shoot_tools(options.out, names, options.theme)


if __name__ == "__main__":
    main()
