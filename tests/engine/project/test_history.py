"""What undo and redo take on a picture and in the project, and what must go along."""

from functools import partial

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.errors import ProjectError
from engine.project.history import History, StepKind
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId, Label, Sample, SampleState
from tests.make_project import A, add_box, frame, redo, texts, undo

PROPOSAL = Annotation(Box(0, 0, 3, 3), 1, "unet", 0.5, id="proposed")


def draw(project, name="a.jpg", text="Draw"):
    return project.apply(frame(project, name), Edit(text, add_box().function))


def draw_everywhere(project, text="Everywhere"):
    project.apply_all([(i, add_box()) for i in project.frame_ids()], text)


def counts(project):
    return [len(project.sample(i).annotations) for i in project.frame_ids()]


def row(project, text):
    return next(step for step in project.steps() if step.text == text)


def test_undo_never_crosses_pictures(project):
    draw(project, "a.jpg", "on a")
    draw(project, "b.jpg", "on b")
    assert texts(project, frame(project, "a.jpg")) == ("on a", None)
    assert texts(project, frame(project, "b.jpg")) == ("on b", None)
    assert project.history(frame(project, "sub/c.jpg")) == History()
    assert project.history(frame(project, "unknown.jpg")) == History()
    assert undo(project, frame(project, "a.jpg")) == "on a"
    assert counts(project) == [0, 1, 0]
    assert texts(project) == ("on b", "on a")


def test_a_new_edit_ends_what_could_be_redone_on_its_picture_only(project):
    a, b = frame(project, "a.jpg"), frame(project, "b.jpg")
    draw(project, "a.jpg")
    draw(project, "b.jpg")
    undo(project, a)
    undo(project, b)
    draw(project, "b.jpg", "again")
    assert texts(project, b) == ("again", None)
    assert texts(project, a) == (None, "Draw")
    assert redo(project, a) == "Draw"
    assert counts(project) == [1, 1, 0]


def test_what_was_built_on_a_step_that_ended_ends_too(project):
    a, b = frame(project, "a.jpg"), frame(project, "b.jpg")
    draw_everywhere(project)
    draw(project, "b.jpg", "on it")
    undo(project, b)
    undo(project, b)
    draw(project, "a.jpg", "new")
    assert texts(project, a) == ("new", None)
    assert texts(project, b) == (None, None)


def test_a_step_says_what_a_list_shows(project):
    draw_everywhere(project)
    step = project.history(frame(project, "b.jpg")).undo
    assert (step.frames, step.frame_id, step.kind) == (3, frame(project), StepKind.EDIT)
    assert (step.session, step.is_undone) == (project.session, False)
    assert step.made_at > 1_700_000_000
    assert project.dependents(step.id) == ()


def test_a_step_below_others_is_taken_only_with_them(project):
    draw_everywhere(project)
    draw(project, "b.jpg", "second")
    draw(project, "a.jpg", "other")
    first, second, other = (row(project, x) for x in ("Everywhere", "second", "other"))
    with pytest.raises(ProjectError, match="2 later steps change the same"):
        project.undo(first.id)
    assert project.dependents(first.id) == (other, second)
    taken = project.undo(first.id, along=(second.id, other.id))
    assert [step.text for step in taken.steps] == ["other", "second", "Everywhere"]
    assert taken.frame_ids == project.frame_ids()
    assert not taken.has_labels
    assert counts(project) == [0, 0, 0]
    with pytest.raises(ProjectError, match="1 earlier step change"):
        project.redo(second.id)
    assert [x.text for x in project.dependents(second.id)] == ["Everywhere"]
    project.redo(second.id, along=[first.id])
    assert counts(project) == [1, 2, 1]
    assert redo(project, frame(project)) == "other"


def test_steps_are_done_again_in_their_order(project):
    at = frame(project)
    project.apply(at, add_box(annotation_id="box"))
    for number in range(3):
        move = partial(edits.move, ids={"box"}, dx=1, dy=0)
        last = project.apply(at, Edit(f"Move {number}", move))
    steps = project.steps()
    project.undo(steps[-1].id, along=[step.id for step in steps])
    assert counts(project)[0] == 0
    project.redo(steps[0].id, along=[step.id for step in steps])
    assert project.sample(at) == last


def test_the_list_is_newest_first_with_undone_ones(project):
    for number in range(5):
        draw(project, "a.jpg", f"draw {number}")
    undo(project, frame(project))
    assert project.step_count == 5
    told = [(step.text, step.is_undone) for step in project.steps(0, 2)]
    assert told == [("draw 4", True), ("draw 3", False)]
    assert [step.text for step in project.steps(3, 9)] == ["draw 1", "draw 0"]


def test_one_windows_undo_never_takes_the_others_work_unseen(project):
    draw(project, "a.jpg", "mine")
    mine = project.history(frame(project)).undo
    with Project.open(project.root) as other:
        theirs = draw(other, "a.jpg", "theirs")
        with pytest.raises(ProjectError, match="1 later step change"):
            project.undo(mine.id)
        agreed = [step.id for step in project.dependents(mine.id)]
        theirs = draw(other, "a.jpg", "theirs, later")
        with pytest.raises(ProjectError, match="changed meanwhile"):
            project.undo(mine.id, along=agreed)
    assert project.sample(frame(project)) == theirs


def test_a_step_that_the_other_window_took_is_not_taken_twice(project):
    draw(project, "a.jpg", "mine")
    step = project.history(frame(project)).undo
    with Project.open(project.root) as other:
        undo(other, frame(other))
        with pytest.raises(ProjectError, match="“mine” is undone already"):
            project.undo(step.id)
        draw(other, "a.jpg", "theirs")
    with pytest.raises(ProjectError, match="no longer in the history"):
        project.redo(step.id)


def test_undo_brings_back_what_a_live_model_showed(project):
    at = frame(project)
    run = Edit("Run unet", partial(edits.set_proposals, proposals=[PROPOSAL]))
    stored = project.apply(at, run)
    shown = Annotation(Box(9, 9, 12, 12), 1, "unet", 0.7, id="shown")
    draft = Edit("Live", partial(edits.set_proposals, proposals=[shown]))
    accept = Edit("Accept", partial(edits.accept, ids={"shown"}))
    after = project.apply(at, accept, first=draft)
    assert (after.annotations, after.proposals) == ((shown,), ())
    assert [step.text for step in project.steps()] == ["Accept", "Run unet"]
    assert undo(project, at) == "Accept"
    assert (project.sample(at).annotations, project.sample(at).proposals) == ((), (shown,))
    assert undo(project, at) == "Run unet"
    assert project.sample(at) == Sample(at)
    assert redo(project, at) == "Run unet"
    assert project.sample(at) == stored
    assert redo(project, at) == "Accept"
    assert project.sample(at) == after


def test_where_the_edit_does_nothing_the_draft_is_not_stored(project):
    at, size = frame(project), project.place.database.stat().st_size
    version = project.version
    draft = Edit("Live", partial(edits.set_proposals, proposals=[PROPOSAL]))
    nothing = Edit("Delete", partial(edits.delete, ids={"none"}))
    assert project.apply(at, nothing, first=draft) == Sample(at)
    with Project.open(project.root) as other:
        assert other.sample(at) == Sample(at)
    assert project.place.database.stat().st_size == size
    assert project.version == version
    assert project._store.query("SELECT count(*) FROM regions, steps") == [(0,)]


def test_touched_and_attributes_come_and_go_with_the_step(project):
    at = frame(project)
    flags = (("empty", "yes"), ("weather", "비"))

    def mark(sample):
        return Sample(sample.frame_id, (4, 5), state=SampleState.VERIFIED, attributes=flags)

    assert not project._store.load(at).is_touched
    after = project.apply(at, Edit("Mark as empty", mark))
    with Project.open(project.root, read_only=True) as other:
        assert other.sample(at) == after
        assert other._store.load(at).is_touched
    undo(project, at)
    assert project.sample(at) == Sample(at)
    assert not project._store.load(at).is_touched
    redo(project, at)
    assert project.sample(at).attributes == flags
    assert project._store.load(at).is_touched


def test_a_window_hears_of_the_others_edits(project):
    with Project.open(project.root) as other:
        before = project.version
        assert project.version == before
        draw(other)
        assert project.version != before
    assert project.history(frame(project)).undo.text == "Draw"


def test_undone_steps_of_many_pictures_come_back_after_a_restart(project):
    draw_everywhere(project)
    undo(project)
    project.close()
    with Project.open(project.root) as again:
        assert texts(again, frame(again, "b.jpg")) == (None, "Everywhere")
        redo(again, frame(again, "b.jpg"))
        assert counts(again) == [1, 1, 1]
        assert again.session == project.session


def test_labels_enter_with_the_edit_that_needs_them(project):
    at = frame(project)
    theirs = (Label(1, A.name, (1, 1, 1)), Label(7, "cow", (2, 2, 2)), Label(9, "dog", (3, 3, 3)))
    cow = Annotation(Box(0, 0, 3, 3), 7, id="cow")
    cell = Annotation(Box(0, 0, 4, 4), 1, id="cell")
    draw_both = Edit("Draw", partial(edits.add, annotations=(cow, cell)))
    after = project.apply(at, draw_both, labels=theirs)
    assert [(x.id, x.name) for x in project.labels[2:]] == [(2, "nucleus"), (3, "cow")]
    assert [a.label_id for a in after.annotations] == [3, 1]
    assert project.labels[1] == A
    undo(project, at)
    assert [x.name for x in project.labels[2:]] == ["nucleus"]
    redo(project, at)
    assert project.labels[3] == Label(3, "cow", (2, 2, 2))


def test_an_undone_label_stays_where_another_picture_has_it(project):
    cow = (Label(7, "cow", (2, 2, 2)),)
    project.apply(frame(project), add_box(label_id=7), labels=cow)
    draw_cow = add_box(label_id=3)
    project.apply(frame(project, "b.jpg"), draw_cow)
    undo(project, frame(project))
    assert project.labels[-1].name == "cow"
    undo(project, frame(project, "b.jpg"))
    redo(project, frame(project))
    undo(project, frame(project))
    assert project.labels[-1].name == "nucleus"
    draw(project, "a.jpg", "new")  # The step that brought the label is gone for good.
    redo(project, frame(project, "b.jpg"))
    assert project.labels[-1] == Label(3, "cow", (2, 2, 2))


def test_labels_of_rejected_proposals_do_not_stay(project):
    at, theirs = frame(project), (Label(8, "cow", (2, 2, 2)),)
    cow = Annotation(Box(0, 0, 3, 3), 8, "unet", 0.5, id="cow")
    draft = Edit("Live", partial(edits.set_proposals, proposals=[cow]))
    project.apply(at, Edit("Reject", edits.reject_all), first=draft, labels=theirs)
    assert project.labels[-1].name == "nucleus"
    undo(project, at)
    assert project.labels[-1].name == "nucleus"
    assert project.sample(at).proposals[0].label_id == 3
    assert project.lent_labels == (Label(3, "cow", (2, 2, 2)),)
    redo(project, at)
    assert project.labels[-1].name == "nucleus"


def test_a_label_enters_when_a_proposal_with_it_is_accepted(project):
    at, theirs = frame(project), (Label(7, "cow", (2, 2, 2)), Label(8, "pig", (8, 8, 8)))
    waiting = [Annotation(Box(0, 0, 3, 3), x.id, "unet", 0.5, id=x.name) for x in theirs]
    run = [(at, Edit("Run", partial(edits.set_proposals, proposals=waiting)))]
    project.apply_all(run, "Run", labels=theirs, lends=True)
    assert [x.name for x in project.labels] == ["background", "cell", "nucleus"]
    assert [x.name for x in project.lent_labels] == ["cow", "pig"]
    project.apply(at, Edit("Accept", partial(edits.accept, ids=["pig"])))
    assert [x.name for x in project.labels[3:]] == ["pig"]
    assert project.labels[3].id == project.sample(at).annotations[0].label_id
    undo(project, at)
    assert [x.name for x in project.lent_labels] == ["cow", "pig"]
    redo(project, at)
    assert [x.name for x in project.labels[3:]] == ["pig"]


def test_a_lent_label_stays_apart_from_one_in_other_capitals(project):
    at, cow = frame(project), Label(7, "cow", (2, 2, 2))
    waiting = [Annotation(Box(0, 0, 3, 3), 7, "unet", 0.5, id="cow")]
    run = [(at, Edit("Run", partial(edits.set_proposals, proposals=waiting)))]
    project.apply_all(run, "Run", labels=[cow], lends=True)
    project.add_label("Cow")  # Whoever looked for its name took the lent one, if it were the same.
    accepted = project.apply(at, Edit("Accept", partial(edits.accept, ids=["cow"])))
    assert [x.name for x in project.labels[3:]] == ["Cow", "cow"]
    assert project.labels[-1].id == accepted.annotations[0].label_id


def test_what_does_nothing_lends_no_label(project):
    at, cow = frame(project), Label(7, "cow", (2, 2, 2))
    draft = [Annotation(Box(0, 0, 3, 3), 7, "unet", 0.5, id="cow")]
    live = Edit("Live", partial(edits.set_proposals, proposals=draft))
    project.apply(
        at, Edit("Accept", partial(edits.accept, ids=["nobody"])), first=live, labels=[cow]
    )
    assert project.lent_labels == ()


def test_frames_of_a_video_have_their_own_history(project):
    project.add_video(project.root / "v.mp4", 250)
    ids = [FrameId(str(project.root / "v.mp4"), index) for index in (3, 4)]
    for number, frame_id in enumerate(ids):
        project.apply(frame_id, Edit(f"draw {number}", add_box().function))
    assert texts(project, ids[0]) == ("draw 0", None)
    assert undo(project, ids[0]) == "draw 0"
    assert texts(project, ids[1]) == ("draw 1", None)


def test_what_many_undone_pictures_keep_goes_little_by_little(project):
    ids = [frame(project, f"{number}.jpg") for number in range(130)]
    project.apply_all([(i, add_box()) for i in ids], "Everywhere")
    undo(project)
    swept = []
    for number in range(4):
        draw(project, "130.jpg" if number else "0.jpg", f"new {number}")
        swept.append(project._store.query("SELECT count(*) FROM regions")[0][0])
        assert project.step_count == number + 1
        assert texts(project, ids[7]) == (None, None)
    assert swept == [81, 32, 3, 4]
    assert project._store.query("SELECT count(*) FROM steps") == [(4,)]
