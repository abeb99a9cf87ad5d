from engine.bench import export


def test_each_format_has_a_rate(monkeypatch):
    monkeypatch.setattr(export, "COUNT", 2)
    monkeypatch.setattr(export, "TRIES", 1)
    rows = export.measure()
    assert [row.id.split("_pictures")[0] for row in rows] == [f"export.{f}" for f in export.FORMATS]
    assert all(row.value > 0 and row.budget for row in rows)
