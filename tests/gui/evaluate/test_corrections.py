from engine.project.project import Project
from engine.values import FrameId
from gui.evaluate.corrections import CorrectionBook
from tests.make import LABELS

A, B = FrameId("a.png"), FrameId("b.png")


def test_a_project_remembers_which_pictures_are_known(tmp_path):
    list_path = tmp_path / "list.txt"
    with Project.create(tmp_path, LABELS) as project:
        book = CorrectionBook()
        for frame_id in (A, B):
            book.set_known(project, list_path, frame_id, True)
        book.set_known(project, list_path, A, False)
        assert CorrectionBook().of(project, list_path).known == {B}
        assert CorrectionBook().of(project, tmp_path / "other.txt").known == set()


def test_what_changes_while_it_is_written_is_still_to_be_saved():
    book = CorrectionBook()
    corrections = book.of(None, None)
    corrections.changed = {A}
    corrections.begin_saving()
    corrections.changed.add(B)
    book.end_saving(is_written=True)
    assert corrections.changed == {B}
    corrections.begin_saving()
    book.end_saving(is_written=False)
    assert corrections.changed == {B}
