"""A person who does anything that can be done: random gestures, keys and actions from a seed."""

import random
from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.values import Annotation, Box, Label, Mask, Polygon, Polyline
from gui.actions import ACTIONS
from gui.dialogs import ask

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
PLAIN = Qt.KeyboardModifier.NoModifier
HELD = (
    *[PLAIN] * 6,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
KEYS = (
    *[Qt.Key.Key_Return] * 3,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_BracketLeft,
    Qt.Key.Key_BracketRight,
    Qt.Key.Key_Space,
    Qt.Key.Key_Tab,
)
LEFT_ALONE = {
    *("open", "open_folder", "open_camera", "open_address", "open_weights", "settings", "quit"),
    *("capture_screen", "watch_folder"),
    *(
        "save_seen",
        "help",
        "about",
        "palette",
        "record",
        "predict_all",
        "search",
        "order",
        "keyboard",
        "tour",
    ),
}
"""Actions that ask with a window of their own, leave the program, or need what is not there."""
NAMES = ("cell", "nucleus", "핵", "scratch", "edge of a lesion")
"""Every new label has a number behind one of these: what undo gives back is never taken by then."""
QUESTIONS = ("label:cell", "state:verified", "count>2", "score<0.5", "1", "nothing at all", "")
LENT = (Label(40, "lent", (9, 9, 9)), Label(41, "found by a model", (70, 200, 90)))
"""They come again with every proposal, and stay as they are."""
SMALL = 900, 640
"""A window of this size is painted quickly."""
FAR = 40
"""Gestures begin and end up to so many pixels beside the canvas's middle part, too."""


class Monkey:
    """Acts through the real window `app`; `waits(condition)` lets it go on when that holds."""

    def __init__(self, app, waits, seed):
        self.app, self.waits, self.draw = app, waits, random.Random(seed)
        self.done: list[str] = []
        self._count = 0
        app.store.change(asker="grab_cut")  # Needs no weights, and answers at once.
        app.window.resize(*SMALL)
        self._kinds = {
            self.gesture: 50,
            self.click: 12,
            self.press_key: 12,
            self.trigger: 30,
            self.go: 8,
            self.travel: 14,
            self.take_tool: 14,
            self.propose: 6,
            self.select: 8,
            self.edit_labels: 3,
            self.change_setting: 3,
            self.look_closer: 4,
            self.search: 1,
        }

    def answer_questions(self, monkeypatch):
        """What a dialog would ask has a random answer."""
        draw = self.draw
        answers = {
            "label": lambda *_: draw.choice((self._known(), self._new(), "")),
            "is_agreed": lambda *_: draw.random() < 0.8,
            "is_sure": lambda *_: draw.random() < 0.8,
            "is_empty": lambda *_: draw.random() < 0.8,
            "undecided": lambda *_: (draw.choice(("", "accept", "reject")), False),
            "pixels": lambda *_: draw.choice((None, 1, 3, 9)),
            "frames": lambda *_: draw.choice((None, 1, 3)),
            "simplify": lambda *_: draw.choice((None, 0.5, 4.0)),
            "color": lambda *_: draw.choice((None, (1, 2, 3), (250, 40, 90))),
        }
        for name, answer in answers.items():
            monkeypatch.setattr(ask, name, answer)

    def show_all(self):
        """Whatever was searched for, all pictures are there again."""
        self.app.window.search.give_up()
        self.settle()

    # What it can do

    def act(self):
        """One thing, and now and then it waits for what that began."""
        kind = self.draw.choices([*self._kinds], [*self._kinds.values()])[0]
        self.done.append(kind.__name__)
        kind()
        QApplication.processEvents()
        if self.draw.random() < 0.5:
            self.settle()

    def settle(self):
        """Wait until nothing is under way."""
        session = self.app.session
        self.waits(lambda: not session.jobs.running and session.annotations.sample is not None)

    def gesture(self):
        """Press, move and release, as the tool in hand wants it or not."""
        canvas, held = self.app.window.canvas, self.draw.choice(HELD)
        places = [self._place() for _ in range(self.draw.randint(2, 6))]
        QTest.mousePress(canvas, LEFT, held, places[0])
        for place in places[1:]:
            self._move(place)
        QTest.mouseRelease(canvas, LEFT, held, places[-1])

    def click(self):
        """Click, or click twice."""
        canvas, held = self.app.window.canvas, self.draw.choice(HELD)
        click = self.draw.choice((QTest.mouseClick,) * 4 + (QTest.mouseDClick,))
        place = self._place()
        self._move(place)
        click(canvas, LEFT, held, place)

    def press_key(self):
        """A key that the canvas or the window knows."""
        QTest.keyClick(self.app.window.canvas, self.draw.choice(KEYS), self.draw.choice(HELD))

    def trigger(self):
        """A row of the menus."""
        self._trigger(self.draw.choice([x.id for x in ACTIONS if x.id not in LEFT_ALONE]))

    def go(self):
        """To another picture."""
        self._trigger(self.draw.choice(("next", "previous", "next", "first", "last")))

    def travel(self):
        """Back and forth in the history."""
        for _ in range(self.draw.randint(1, 3)):
            self._trigger(self.draw.choice(("undo", "undo", "redo")))

    def take_tool(self):
        """Another tool."""
        self.draw.choice(self.app.tools).trigger()

    def propose(self):
        """What a live model says of the shown picture; at times it is kept."""
        annotations = self.app.session.annotations
        shown = annotations.stored_sample
        if shown is None:
            return
        found = [Annotation(self._region(), 40 + n % 2, "m", self._score()) for n in range(3)]
        annotations.set_draft(shown.frame_id, tuple(found), LENT)
        if self.draw.random() < 0.3:
            annotations.store_draft("Run m")

    def select(self):
        """Some rows of the list of objects."""
        annotations = self.app.session.annotations
        sample = annotations.sample
        objects = (*sample.annotations, *sample.proposals) if sample is not None else ()
        chosen = self.draw.sample(objects, min(len(objects), self.draw.randint(0, 3)))
        self.app.window.objects.selection_requested.emit(tuple(a.id for a in chosen))

    def edit_labels(self):
        """What the panel of labels can do."""
        panel, lent = self.app.window.labels, {label.name for label in LENT}
        labels = [x for x in self.app.session.annotations.labels if x.name not in lent]
        wish = self.draw.randrange(7)
        if not labels or wish == 0:
            panel.add_requested.emit(self._new())
            return
        one, other = self.draw.choice(labels).id, self.draw.choice(labels).id
        ids = [label.id for label in labels]
        self.draw.shuffle(ids)
        (
            partial(panel.rename_requested.emit, one, self._new()),
            partial(panel.recolor_requested.emit, one),
            partial(panel.order_requested.emit, tuple(ids)),
            partial(panel.visible_requested.emit, one, self.draw.random() < 0.5),
            partial(panel.merge_requested.emit, one, other) if one != other else panel.update,
            partial(panel.delete_requested.emit, one),
        )[wish - 1]()

    def change_setting(self):
        """A slider or a switch."""
        store, draw = self.app.store, self.draw
        store.change(
            **draw.choice(
                (
                    {"opacity": draw.random()},
                    {"conf": draw.random()},
                    {"keeps_others": draw.random() < 0.5},
                    {"brush_radius": draw.uniform(1, 30)},
                    {"fill_tolerance": draw.randrange(60)},
                    {"superpixels": draw.choice((200, 600))},
                    {"undecided": draw.choice(("ask", "accept", "reject"))},
                    {"colored_by": draw.choice(("auto", "label", "object"))},
                )
            )
        )

    def look_closer(self):
        """The wheel, or the middle button."""
        canvas, place = self.app.window.canvas, self._place()
        if self.draw.random() < 0.3:
            QTest.mousePress(canvas, MIDDLE, PLAIN, place)
            self._move(self._place())
            QTest.mouseRelease(canvas, MIDDLE, PLAIN, place)
            self._trigger("fit")
            return
        turn, at = QPoint(0, self.draw.choice((-120, 120))), QPointF(place)
        phase, none = Qt.ScrollPhase.NoScrollPhase, Qt.MouseButton.NoButton
        held = self.draw.choice(HELD)
        QApplication.sendEvent(
            canvas, QWheelEvent(at, at, QPoint(), turn, none, held, phase, False)
        )

    def search(self):
        """Go through some of the pictures only, or through all again."""
        field = self.app.window.search
        field.begin()
        field.field.setText(self.draw.choice(QUESTIONS))
        field.field.returnPressed.emit()
        if self.draw.random() < 0.7:
            field.give_up()
        self.app.window.canvas.setFocus()

    # What it is made of

    def _new(self):
        """A name that no label has or had."""
        self._count += 1
        return f"{self.draw.choice(NAMES)} {self._count}"

    def _known(self):
        labels = self.app.session.annotations.labels
        return self.draw.choice(labels).name if labels else self._new()

    def _trigger(self, id_):
        self.done[-1] += f" {id_}"
        self.app.actions[id_].trigger()

    def _place(self):
        canvas = self.app.window.canvas
        height, width = canvas.scene.size_hw
        x1, y1 = canvas.view.to_screen(0, 0)
        x2, y2 = canvas.view.to_screen(width, height)
        x, y = self.draw.uniform(x1 - FAR, x2 + FAR), self.draw.uniform(y1 - FAR, y2 + FAR)
        if self.draw.random() < 0.2 and canvas.scene.sample.annotations:  # Something that is there.
            chosen = self.draw.choice(canvas.scene.sample.annotations).region
            box = getattr(chosen, "bounds", chosen)
            if isinstance(box, Box):
                x, y = canvas.view.to_screen(box.x1, box.y1)
        inside = min(max(x, 0), canvas.width() - 1), min(max(y, 0), canvas.height() - 1)
        return QPoint(*map(int, inside))

    def _move(self, place):
        QTest.mouseMove(self.app.window.canvas, place)

    def _region(self):
        height, width = self.app.window.canvas.scene.size_hw or (96, 128)
        x, y = self.draw.randrange(width - 20), self.draw.randrange(height - 20)
        if self.draw.random() < 0.4:
            return Box(x, y, x + 12, y + 15)
        if self.draw.random() < 0.2:
            return Polyline(np.array([[x, y], [x + 12, y + 7]][: self.draw.randint(1, 2)]))
        if self.draw.random() < 0.5:
            return Polygon(np.array([[x, y], [x + 15, y + 2], [x + 6, y + 18]], np.float32))
        return Mask(x, y, np.tri(12, 15, dtype=np.bool_))

    def _score(self):
        return round(self.draw.random(), 2)
