from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.project.importing import import_dataset
from engine.project.project import Project
from engine.values import (
    IGNORE,
    Annotation,
    Box,
    Dataset,
    FrameId,
    Label,
    Sample,
    SampleState,
)

BACKGROUND, CELL = Label(0, "background", (0, 0, 0)), Label(4, "cell", (9, 9, 9))


def dataset(folder, *boxes):
    annotations = tuple(Annotation(box, 4, origin="import") for box in boxes)
    samples = tuple(
        Sample(FrameId(str(folder / name)), (40, 40), annotations) for name in ("a.jpg", "b.jpg")
    )
    return Dataset(samples, (BACKGROUND, CELL))


def test_labels_are_matched_by_name_and_one_undo_takes_all_back(tmp_path):
    with Project.create(tmp_path) as project:
        report = import_dataset(project, dataset(tmp_path, Box(0, 0, 9, 9)))
        assert (report.samples, report.as_proposals) == (2, 0)
        assert [(x.id, x.name) for x in report.new_labels] == [(1, "cell")]
        sample = project.sample(FrameId(str(tmp_path / "b.jpg")))
        assert sample.annotations[0].label_id == 1
        assert (sample.state, sample.size_hw) == (SampleState.CORRECTED, (40, 40))
        assert project.undo()[2] == "Import 2 samples"
        assert not project.sample(sample.frame_id).annotations


def test_what_a_person_drew_is_never_overwritten(tmp_path):
    with Project.create(tmp_path, (Label(1, "cell", (9, 9, 9)),)) as project:
        at = FrameId(str(tmp_path / "a.jpg"))
        drawn = Annotation(Box(0, 0, 10, 9), 1)
        project.apply(at, Edit("Draw", partial(edits.add, annotations=drawn)))
        found = dataset(tmp_path, Box(0, 0, 9, 9), Box(20, 20, 30, 30))
        report = import_dataset(project, found)
        sample = project.sample(at)
        assert sample.annotations == (drawn,)
        assert [a.region for a in sample.proposals] == [Box(20, 20, 30, 30)]
        assert (report.samples, report.as_proposals) == (2, 1)


def test_the_background_of_a_dataset_becomes_the_projects_or_is_ignored(tmp_path):
    region = Annotation(Box(0, 0, 9, 9), 0, origin="import")
    sample = Sample(FrameId(str(tmp_path / "a.jpg")), (40, 40), (region,))
    found = Dataset((sample,), (Label(0, "bg", (0, 0, 0)), CELL))
    sky = (Label(0, "Sky", (9, 9, 9)),)
    for name, labels, wanted in (("own", (), 0), ("none", sky, IGNORE)):
        (tmp_path / name).mkdir()
        with Project.create(tmp_path / name, labels) as project:
            report = import_dataset(project, found)
            assert [x.name for x in report.new_labels] == ["cell"]
            assert project.sample(sample.frame_id).annotations[0].label_id == wanted


def test_a_datasets_sky_at_id_0_is_a_label_of_its_own(tmp_path):
    region = Annotation(Box(0, 0, 9, 9), 0, origin="import")
    sample = Sample(FrameId(str(tmp_path / "a.jpg")), (40, 40), (region,))
    with Project.create(tmp_path) as project:
        import_dataset(project, Dataset((sample,), (Label(0, "Sky", (9, 9, 9)), CELL)))
        assert [x.name for x in project.labels] == ["background", "Sky", "cell"]
        assert project.sample(sample.frame_id).annotations[0].label_id == 1
