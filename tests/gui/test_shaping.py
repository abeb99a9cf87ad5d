"""Shapes of the selected objects, from the menus of the real window."""

import numpy as np
import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.regions.masks import region_to_mask
from engine.values import Annotation, Label, Mask, Polygon, Polyline
from gui.dialogs import ask
from gui.shaping import SHAPES
from gui.tools.registry import NOTHING
from tests.make_labels import set_labels

TWO = np.zeros((30, 8), np.bool_)
TWO[:10], TWO[20:26] = True, True
DRAWN = (
    Annotation(Mask(10, 10, np.ones((20, 20), np.bool_)), 1, id="square"),
    Annotation(Mask(20, 20, np.ones((20, 20), np.bool_)), 1, id="other"),
    Annotation(Mask(60, 10, TWO), 1, id="two"),
)


@pytest.fixture
def drawn(opened):
    set_labels(opened.session.project, (Label(1, "고양이", (255, 0, 0)),))
    annotations = opened.session.annotations
    annotations.apply(Edit("Draw", lambda sample: edits.add(sample, DRAWN)))
    return opened


def act(app, name, *ids):
    app.session.annotations.select(ids)
    app.actions[name].trigger()
    return app.session.annotations.sample


def said(app):
    return app.window.statusBar().currentMessage()


def test_each_is_one_step_and_undo_gives_the_equal_sample_back(qtbot, drawn):
    before = drawn.session.annotations.sample
    for name, *ids in (
        ("unite", "square", "other"),
        ("subtract", "square", "other"),
        ("intersect", "square", "other"),
        ("split_parts", "two"),
        ("keep_largest", "two"),
        ("to_polygons", "square"),
        ("smooth", "square"),
    ):
        assert act(drawn, name, *ids).annotations != before.annotations, name
        with qtbot.waitSignal(drawn.session.annotations.history.taken):
            drawn.actions["undo"].trigger()
        assert drawn.session.annotations.sample.annotations == before.annotations, name


def test_every_shape_has_its_row():
    from gui.actions import ACTIONS

    rows = {spec.id for spec in ACTIONS if spec.menu == "shape"}
    assert rows == {*SHAPES, "grow", "shrink", "simplify"}


def test_the_selected_one_grows_and_shrinks_by_what_is_asked(drawn, monkeypatch):
    monkeypatch.setattr(ask, "pixels", lambda *_: 3)
    size = drawn.session.annotations.sample.size_hw
    pixels = lambda sample: region_to_mask(sample.find("square").region, size).pixels  # noqa: E731
    assert pixels(act(drawn, "grow", "square")).shape == (26, 26)
    assert pixels(act(drawn, "shrink", "square")).shape == (20, 20)


ZIGZAG = [[60 + n, 60 + n % 2] for n in range(20)]
ROUGH = Annotation(Polygon(np.array([*ZIGZAG, [80, 80], [60, 80]], np.float32)), 1, id="rough")


def test_simplify_shows_on_the_canvas_what_each_place_of_the_slider_makes(drawn, monkeypatch):
    annotations, canvas = drawn.session.annotations, drawn.window.canvas
    annotations.edit("Draw", lambda sample: edits.add(sample, ROUGH))
    seen = []

    def move(_parent, show, start):
        for distance in (start, 0.25, 3.0):
            said = show(distance)
            seen.append((said, canvas._foreground.preview))
        return 3.0

    monkeypatch.setattr(ask, "simplify", move)
    after = act(drawn, "simplify", "rough").find("rough").region
    assert [said for said, _ in seen] == ["4 of 22 corners", "22 of 22 corners", "4 of 22 corners"]
    assert seen[-1][1].regions == (after,)
    assert seen[-1][1].hidden_ids == {"rough"}
    assert canvas._foreground.preview == NOTHING


def test_simplify_given_up_leaves_all_as_it_was(drawn, monkeypatch):
    monkeypatch.setattr(ask, "simplify", lambda _parent, show, start: show(9.0) and None)
    before = drawn.session.annotations.sample
    assert act(drawn, "simplify", "square") == before
    assert drawn.window.canvas._foreground.preview == NOTHING
    act(drawn, "simplify")
    assert "Select" in said(drawn)


def test_given_up_nothing_changes(drawn, monkeypatch):
    monkeypatch.setattr(ask, "pixels", lambda *_: None)
    before = drawn.session.annotations.sample
    assert act(drawn, "grow", "square") == before


def test_there_and_back_is_the_same_mask(drawn):
    assert isinstance(act(drawn, "to_polygons", "square").find("square").region, Polygon)
    assert act(drawn, "to_masks", "square").find("square") == DRAWN[0]


def test_it_says_what_is_missing_and_why_nothing_changes(drawn):
    act(drawn, "unite", "square")
    assert "two objects or more" in said(drawn)
    act(drawn, "smooth")
    act(drawn, "grow")
    assert "Select an object" in said(drawn)
    act(drawn, "to_polygons", "two")
    assert "split it into parts" in said(drawn)
    act(drawn, "intersect", "square", "two")
    assert "share nothing" in said(drawn)


def test_of_several_labels_it_is_told_which_one_is_left(drawn):
    set_labels(drawn.session.project, (Label(1, "cat", (255, 0, 0)), Label(2, "dog", (0, 0, 9))))
    act(drawn, "unite", "square", "other")
    assert "label" not in said(drawn)
    drawn.actions["undo"].trigger()
    drawn.session.annotations.select(("other",))
    drawn.session.annotations.relabel(2)
    assert act(drawn, "unite", "other", "square").find("other").label_id == 2
    assert "label of the first one now: dog." in said(drawn)


def test_the_menu_under_the_mouse_offers_for_one_what_one_can_become(drawn):
    from gui.links.canvas_menu import CanvasMenu

    menu = CanvasMenu(drawn.session, drawn.window, drawn.actions)
    texts = []
    for ids in (("square",), ("square", "other")):
        drawn.session.annotations.select(ids)
        shapes = next(a for a in menu.build().actions() if a.text() == "Shape").menu()
        texts.append([action.text() for action in shapes.actions()])
    assert "Unite" not in texts[0]
    assert "Fill holes" in texts[0]
    assert "Unite" in texts[1]


def test_lines_are_left_as_they_are_and_that_is_said(drawn, monkeypatch):
    line = Annotation(Polyline([[12, 12], [28, 28]]), 1, id="line")
    point = Annotation(Polyline([[15, 15]]), 1, id="point")
    annotations = drawn.session.annotations
    annotations.apply(Edit("Draw", lambda sample: edits.add(sample, (line, point))))
    monkeypatch.setattr(ask, "pixels", lambda *_: 2)
    monkeypatch.setattr(ask, "simplify", lambda *_: 2.0)
    for name in (*SHAPES, "grow", "shrink", "simplify"):
        before = annotations.sample
        drawn.window.say("")
        assert act(drawn, name, "line", "point") is before, name
        assert "Lines and points" in said(drawn), name
        after = act(drawn, name, "line", "square")
        assert after.find("line").region == line.region, name
        assert after.find("square") is not None, name
