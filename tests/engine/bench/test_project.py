"""The project's measurement runs, here on a small project."""

from engine.bench import project
from engine.bench.many_regions import make
from engine.project.project import Project


def test_a_small_project_is_measured(monkeypatch):
    monkeypatch.setattr(project, "COUNT", 60)
    rows = {row.id: row for row in project.measure()}
    assert rows.keys() == {"project.open_100k", "project.edit_100k"}
    assert all(row.value > 0 for row in rows.values())


def test_questions_are_measured(monkeypatch):
    monkeypatch.setattr(project, "COUNT", 300)
    rows = {row.id: row for row in project.measure_search()}
    assert {f"search.{key}" for key in project.QUESTIONS} < rows.keys()
    assert all(row.value > 0 for row in rows.values())


def test_each_question_finds_something_but_not_all(tmp_path):
    make(tmp_path, 1200, 10)
    with Project.open(tmp_path) as opened:
        assert opened.sample(opened.frame_ids()[7]).annotations
        for key, question in project.QUESTIONS.items():
            found = len(opened.search(question))
            assert found < 1200 or key in ("count", "label"), key
            assert found or key in ("name", "label"), key
