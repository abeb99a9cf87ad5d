"""The measurement of the sliding window runs, here on a very small picture."""

from engine.bench import patches


def test_a_small_picture_is_measured(monkeypatch):
    monkeypatch.setattr(patches, "INPUT_HW", (8, 8))
    monkeypatch.setattr(patches, "SECONDS", 0)
    (row,) = patches.measure()
    assert row.id == "models.patch_cnn_convolutional"
    assert row.rival == "patch by patch"
    assert row.value > 0
    assert row.rival_value
