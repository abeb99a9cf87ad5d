"""What questions find, and what is said of those that mean nothing."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.annotations.edits import Edit
from engine.annotations.emptiness import mark_empty
from engine.project.project import Project
from engine.project.query import QueryError, completions, parse
from engine.values import Annotation, Box, Label, SampleState
from tests.make_project import frame

LABELS = (Label(1, "cat", (9, 0, 0)), Label(2, "traffic light", (0, 9, 0)))
BOX = Box(1, 1, 9, 9)


def put(project, name, *annotations, state=SampleState.CORRECTED, proposals=(), attributes=()):
    def change(sample):
        return replace(
            sample,
            annotations=annotations,
            proposals=proposals,
            state=state,
            attributes=attributes,
        )

    project.apply(frame(project, name), Edit("Put", change))


@pytest.fixture
def project(tmp_path):
    names = ("a1.jpg", "a2.jpg", "b_3.jpg", "sub/C 4.jpg", "e.jpg")
    with Project.create(tmp_path, LABELS) as opened:
        opened.add_frames(tmp_path / name for name in names)
        cats = [Annotation(BOX, 1) for _ in range(3)]
        put(opened, "a1.jpg", *cats, Annotation(BOX, 2), state=SampleState.VERIFIED)
        put(opened, "a2.jpg", replace(cats[0], score=0.4, origin="net"))
        seen = replace(cats[1], score=0.9)
        put(opened, "b_3.jpg", state=SampleState.PREDICTED, proposals=(seen,))
        wet = (("weather", "rain"),)
        put(
            opened,
            "sub/C 4.jpg",
            replace(cats[2], attributes=(("occluded", "yes"),)),
            attributes=wet,
        )
        opened.apply(frame(opened, "e.jpg"), Edit("Empty", mark_empty))
        yield opened


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "a1 a2 b_3 C4 e"),
        ("A", "a1 a2"),
        ('"c 4"', "C4"),
        (r"name:/^[ab].?\d/", "a1 a2 b_3"),
        ("name:_3", "b_3"),
        ("-ö -name:/^[ab]/ -/C/", "e"),
        ("name:/^[ab]/ state:verified OR /e/", "a1 e"),
        ("/a/ -/2/ OR Ü", "a1"),
        ("state:verified", "a1"),
        ("state:empty", "e"),
        ("-state:verified", "a2 b_3 C4 e"),
        ("label:cat", "a1 a2 C4"),
        ('label:CAT -label:"traffic light"', "a2 C4"),
        ("label:dog", ""),
        ("count>1", "a1"),
        ("count=0", "b_3 e"),
        ("count<4", "a2 b_3 C4 e"),
        ("count<=1 count>=1", "a2 C4"),
        ("count:cat>=3", "a1"),
        ('count:"traffic light"=0', "a2 b_3 C4 e"),
        ("count>=0", "a1 a2 b_3 C4 e"),
        ("count<0", ""),
        ("score<0.5", "a2"),
        ("score:0.5..1", "b_3"),
        ("origin:net", "a2"),
        ("attribute:weather=rain", "C4"),
        ("attribute:weather=r", ""),
        ("attribute:occluded", "C4"),
        ("state:verified OR state:predicted", "a1 b_3"),
        ("a label:cat OR state:empty", "a1 a2 e"),
    ],
)
def test_what_is_found(project, text, found):
    names = [i.path.rsplit("/", 1)[1].removesuffix(".jpg") for i in project.search(text)]
    assert [n.replace(" ", "") for n in names] == found.split()


def test_capitals_do_not_matter_in_any_script(project):
    project.add_frames([project.root / "Über.jpg"])
    assert project.search("üB") == project.search("name:ÜBER") == (frame(project, "Über.jpg"),)
    assert len(project.search("-ü")) == 5


def test_frames_of_a_video_are_found_in_its_place(project):
    project.add_video(project.root / "v.mp4", 9)
    project.add_frames([project.root / "z.jpg"])
    for index in (7, 2):
        project.add_frame(frame(project, "v.mp4", index))
    in_order = (frame(project, "v.mp4", 2), frame(project, "v.mp4", 7), frame(project, "z.jpg"))
    assert project.search("-a -b -e -c") == project.search(r"/^\w\.mp4|z/") == in_order
    assert project.search("") == project.frame_ids()
    assert project.frame_ids(6, 1) == in_order[1:2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour:red", "Nothing is called colour"),
        ("state:done", "No state is called done"),
        ("label:", "needs a colon and a value"),
        ("score:high", "comparison with a number"),
        ("count:cat", "comparison with a number"),
        ("score<1e999", "comparison with a number"),
        ("name:/(/", "no regular expression"),
        ("OR a", "OR stands between"),
        ("a " * 60, "too many words"),
        ("a" * 2000, "too long"),
    ],
)
def test_what_means_nothing_is_said(text, said):
    with pytest.raises(QueryError, match=said) as caught:
        parse(text)
    assert caught.value.hint


@given(st.text(alphabet='abl:/"<>=-. \\ORscoreunt0123(', max_size=40))
def test_any_text_is_a_question_or_refused(text):
    with suppress(QueryError):
        parse(text)


def test_a_value_is_never_part_of_the_statement(project):
    for text in ("x'); DROP TABLE frames; --", 'label:"1) OR (1"', "attribute:%=%", "name:%"):
        assert project.search(text) == ()
    assert len(project.search("")) == 5


def test_what_may_be_meant():
    names = ["cat", "traffic light"]
    assert completions("st", names)[0] == "state:"
    assert completions("a -state:v", names) == ["a -state:verified"]
    assert completions("label:tr", names) == ['label:"traffic light"']
    assert completions("", names) == []
