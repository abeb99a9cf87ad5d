from dataclasses import replace

from engine.annotations.edits import Edit
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId, Label


def test_a_picture_that_was_looked_at_before_it_was_added_can_be_edited(tmp_path):
    at = FrameId(str(tmp_path / "a.jpg"))
    with Project.create(tmp_path, (Label(1, "cell", (9, 9, 9)),)) as project:
        project.sample(at)
        project.add_frames([at.path])
        drawn = Annotation(Box(0, 0, 9, 9), 1)
        project.apply(at, Edit("Draw", lambda s: replace(s, annotations=(drawn,))))
        assert project.sample(at).annotations == (drawn,)


def test_frames_of_a_video_stand_in_its_order_however_they_came(tmp_path):
    clip = str(tmp_path / "clip.mp4")
    with Project.create(tmp_path, (Label(1, "cell", (9, 9, 9)),)) as project:
        for index in (0, 61, 7):
            project.arrive(FrameId(clip, index), Edit("Freeze", lambda s: s))
        project.add_frames([tmp_path / "a.jpg"])
        project.add_frame(FrameId(clip, 3))
        found = project.frame_ids()
    in_order = [FrameId(clip, index) for index in (0, 3, 7, 61)]
    assert found == (*in_order, FrameId(str(tmp_path / "a.jpg")))
