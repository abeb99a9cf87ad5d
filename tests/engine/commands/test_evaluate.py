"""What `maskloop evaluate` prints for people."""

from engine.commands.evaluate import _lines


def test_a_confusion_matrix_is_printed_row_by_row():
    text = _lines({"top1": 0.5, "confusion": {"sea": {"sea": 3, "brick": 1}}})
    assert text.splitlines() == [
        "top1                   0.500",
        "confusion:",
        "  sea                  sea 3  brick 1",
    ]
