"""Pictures whose names are no text, as some systems allow: they are edited like any other."""

import os
from functools import partial
from pathlib import Path

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box, FrameId
from tests.gui.conftest import PATIENCE_MS, open_pictures
from tests.make import write_picture


@pytest.fixture
def odd(tmp_path) -> Path:
    folder = tmp_path / os.fsdecode(b"Stra\xdfe")
    try:
        write_picture(folder / "1.png")
        for number, name in enumerate((b"caf\xe9.png", b"\xff.png"), start=2):
            os.rename(write_picture(folder / f"{number}.png"), folder / os.fsdecode(name))
    except OSError:
        pytest.skip("This system allows only text as names.")
    write_picture(folder / "1.png")
    return folder


def test_they_are_shown_edited_and_found_again(qtbot, app, odd):
    session = app.session
    open_pictures(qtbot, app, odd)
    assert len(session.frames.ids) == 3
    for index in (1, 2):
        with qtbot.waitSignal(session.frames.frame_shown, timeout=PATIENCE_MS):
            session.frames.go(index)
        qtbot.waitUntil(lambda: session.annotations.sample is not None, timeout=PATIENCE_MS)
        box = Annotation(Box(1, 1, 9, 9), 1, id=f"box {index}")
        session.annotations.apply(Edit("Draw box", partial(edits.add, annotations=box)))
        assert session.annotations.sample.annotations == (box,)
        app.actions["undo"].trigger()
        app.actions["redo"].trigger()
    drawn = {i for i in session.frames.ids if session.project.project.sample(i).annotations}
    expected = {str(odd / os.fsdecode(name)) for name in (b"caf\xe9.png", b"\xff.png")}
    assert {frame_id.path for frame_id in drawn} == expected
    assert FrameId(str(odd / "1.png")) in session.frames.ids
