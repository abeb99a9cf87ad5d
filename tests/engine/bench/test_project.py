"""The project's measurement runs, here on a small project."""

from engine.bench import project


def test_a_small_project_is_measured(monkeypatch):
    monkeypatch.setattr(project, "COUNT", 60)
    rows = {row.id: row for row in project.measure()}
    assert rows.keys() == {"project.open_100k", "project.edit_100k"}
    assert all(row.value > 0 for row in rows.values())
