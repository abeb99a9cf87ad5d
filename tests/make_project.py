"""Small values for tests of projects."""

from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box, FrameId, Label

A, B = Label(1, "cell", (255, 0, 0)), Label(2, "nucleus", (0, 255, 0))


def frame(project, name="a.jpg", index=0):
    return FrameId(str(project.root / name), index)


def add_box(x=1, label_id=1, annotation_id=""):
    fields = {"id": annotation_id} if annotation_id else {}
    box = Annotation(Box(x, 1, x + 5, 9), label_id, **fields)
    return Edit("Draw box", partial(edits.add, annotations=box))


def undo(project, frame_id=None):
    """Take back what this frame, or the project, would take back; its text, None for nothing."""
    step = project.history(frame_id).undo
    return None if step is None else project.undo(step.id).steps[0].text


def redo(project, frame_id=None):
    step = project.history(frame_id).redo
    return None if step is None else project.redo(step.id).steps[-1].text


def miscounted(project):
    """Frames whose row says another number of annotations than there are."""
    objects = "(SELECT count(*) FROM annotations WHERE frame = frames.id AND is_proposal = 0)"
    return project._store.query(f"SELECT path, objects FROM frames WHERE objects != {objects}")


def texts(project, frame_id=None):
    """What undo and redo would take."""
    history = project.history(frame_id)
    return tuple(step and step.text for step in (history.undo, history.redo))
