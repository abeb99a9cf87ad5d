import numpy as np

from engine.checks.content import fit_of
from engine.checks.shift import check_pairing
from engine.checks.traits import layout_of_map, traits_of
from engine.formats.problem import Severity
from engine.formats.txt_list import ListEntry


def entries(labels):
    return [
        ListEntry(i + 1, f"p/{i:03}.jpg", f"l/{name}.png", True) for i, name in enumerate(labels)
    ]


def fit(count, moved):
    """Of pictures that show their labels clearly, the labels moved by some lines."""
    rng = np.random.default_rng(1)
    maps = [np.zeros((40, 40), np.uint8) for _ in range(count + moved)]
    for ids in maps:
        top, left = rng.integers(0, 25, 2)
        ids[top : top + 12, left : left + 12] = 1
    traits = [
        traits_of(np.repeat(ids[..., None] * 99, 3, axis=2), layout_of_map(label))
        for ids, label in zip(maps, maps[moved:], strict=False)
    ]
    return fit_of(traits, range(len(traits)))


def found(labels, moved):
    problems = check_pairing("list.txt", entries(labels), fit(len(labels), moved))
    return [(p.line, p.code, p.severity) for p in problems]


def test_names_that_say_nothing_leave_it_to_the_content():
    letters = [chr(97 + i) * 3 for i in range(24)]
    assert found(letters, 0) == []
    ((_, code, severity),) = found(letters, 1)
    assert (code, severity) == ("shifted", Severity.ERROR)


def test_names_that_count_differently_are_no_error_where_the_content_fits():
    names = [f"{i + 1:03}" for i in range(40)]
    assert {code for _, code, _ in found(names, 1)} == {"shifted"}
    problems = found(names, 0)
    assert {(code, severity) for _, code, severity in problems} == {("names-differ", Severity.INFO)}


def test_names_that_agree_are_believed_until_the_content_is_clear():
    names = [f"{i:03}" for i in range(60)]
    assert found(names, 0) == []
    assert [code for _, code, _ in found(names, 1)] == ["shifted"]
