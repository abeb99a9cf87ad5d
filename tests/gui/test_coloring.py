"""By what objects are colored, from the menu and the key of the real window."""

from functools import partial

from engine.annotations import edits
from engine.values import Annotation, Box, Label
from gui.canvas.items import PERSON_COLOR, UNKNOWN_COLOR
from gui.coloring import SAID
from tests.make_labels import set_labels

DRAWN = Annotation(Box(10, 10, 40, 40), 1, id="drawn")


def ticked(app):
    ids = ("label", "object", "track", "origin")
    return [each for each in ids if app.actions[f"color_by_{each}"].isChecked()]


def test_each_way_is_ticked_alone_and_colors_the_canvas(opened):
    set_labels(opened.session.project, (Label(1, "고양이", (255, 0, 0)),))
    opened.session.annotations.edit("Draw", partial(edits.add, annotations=DRAWN))
    color = partial(opened.window.canvas.color_of, "drawn")
    assert ticked(opened) == ["label"]
    assert color() == (255, 0, 0)
    for way, expected in (("origin", PERSON_COLOR), ("track", UNKNOWN_COLOR)):
        for _ in range(2):  # A second time it stays ticked.
            opened.actions[f"color_by_{way}"].trigger()
            assert ticked(opened) == [way]
            assert color() == expected
            assert opened.window.statusBar().currentMessage() == SAID[way]
    assert opened.store.now.colored_by == "track"


def test_the_key_goes_through_all_and_begins_again(opened):
    seen = []
    for _ in range(4):
        opened.actions["color_by_next"].trigger()
        seen += ticked(opened)
    assert seen == ["object", "track", "origin", "label"]
