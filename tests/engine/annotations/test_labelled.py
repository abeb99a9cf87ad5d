from dataclasses import replace
from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.annotations.labelled import adds_unknown, drawn, with_label
from engine.values import IGNORE, Annotation, Box
from tests.make import make_sample

SAMPLE = make_sample()
NEW = Annotation(Box(1, 1, 9, 9), 7, id="new")
DRAW = Edit("Draw box", partial(edits.add, annotations=NEW))


def test_only_what_is_added_with_no_label_there_is_asked_about():
    assert adds_unknown(DRAW, SAMPLE, {1, 2})
    assert not adds_unknown(DRAW, SAMPLE, {7})
    assert not adds_unknown(Edit("Delete", partial(edits.delete, ids={"box"})), SAMPLE, ())
    ignored = partial(edits.add, annotations=replace(NEW, label_id=IGNORE))
    assert not adds_unknown(Edit("Draw box", ignored), SAMPLE, {1, 2})


def test_what_is_added_gets_the_label_and_the_rest_stays():
    named = with_label(DRAW, 2, {1})
    after = named(SAMPLE)
    assert named.text == "Draw box"
    assert after.find("new").label_id == 2
    assert after.annotations[: len(SAMPLE.annotations)] == SAMPLE.annotations
    assert with_label(Edit("Nothing", lambda sample: sample), 2, {1})(SAMPLE) is SAMPLE


def test_what_is_drawn_is_what_comes_and_takes_nothing_away():
    assert [a.id for a in drawn(DRAW, SAMPLE)] == ["new"]
    assert drawn(Edit("Delete", partial(edits.delete, ids={"box"})), SAMPLE) == ()
    gone = SAMPLE.annotations[0].id
    swap = Edit("Swap", lambda sample: edits.add(edits.delete(sample, ids={gone}), NEW))
    assert drawn(swap, SAMPLE) == ()
