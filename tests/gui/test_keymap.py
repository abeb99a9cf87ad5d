import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QKeySequence

from engine.errors import ConfigError
from gui import keymap

IDS = ("open", "next", "tool_box", "tool_polygon", "verify")
KEYS = ("A", "B", "Ctrl+A", "Ctrl+Shift+Z", "Space", "Del", "F5", "Ctrl++")
key_lists = st.lists(st.sampled_from(KEYS), max_size=3, unique=True).map(tuple)
layers = st.dictionaries(st.sampled_from(IDS), key_lists)
defaults = st.tuples(*(key_lists for _ in IDS)).map(lambda rows: dict(zip(IDS, rows, strict=True)))


def has_no_key_twice(keys):
    given_out = [key for each in keys.values() for key in each]
    return len(given_out) == len(set(given_out))


@given(defaults, layers, layers)
def test_no_key_ever_means_two_things(usual, preset, own):
    found = keymap.resolve(usual, preset, own)
    assert tuple(found) == IDS
    assert has_no_key_twice(found)


@given(defaults, layers, layers)
def test_resolving_twice_is_resolving_once(usual, preset, own):
    found = keymap.resolve(usual, preset, own)
    assert keymap.resolve(found) == found
    assert keymap.resolve(usual, found) == found


@given(defaults, layers, layers, st.sampled_from(IDS), key_lists)
def test_what_is_given_is_had_and_nobody_else_loses_anything_but_that(
    usual, preset, own, id_, keys
):
    before = keymap.resolve(usual, preset, own)
    after = keymap.resolve(usual, preset, keymap.with_keys(usual, preset, own, id_, keys))
    assert after[id_] == keys
    for other in set(IDS) - {id_}:
        assert set(before[other]) - set(keys) <= set(after[other])


@given(defaults, layers, layers, st.sampled_from(IDS))
def test_giving_what_is_there_changes_nothing(usual, preset, own, id_):
    now = keymap.resolve(usual, preset, own)
    kept = keymap.with_keys(usual, preset, own, id_, now[id_])
    assert keymap.resolve(usual, preset, kept) == now


@given(layers)
def test_what_is_stored_is_read_again(own):
    assert keymap.from_rows(keymap.to_rows(own)) == own


@given(layers, st.sampled_from(("maskloop", "CVAT")))
def test_a_file_of_keys_is_read_again(own, preset):
    content = keymap.to_file(preset, own)
    assert keymap.from_file(content, ("maskloop", "CVAT"), IDS) == (preset, own, ())


def test_a_file_tells_what_is_not_known_here():
    content = {"kind": keymap.FILE_KIND, "preset": "CVAT", "keys": {"fly": ["A"], "open": ["?!"]}}
    assert keymap.from_file(content, ("CVAT",), IDS) == ("CVAT", {}, ("fly", "open"))


@pytest.mark.parametrize(
    "content",
    [[], None, {}, {"kind": "coco"}, {"kind": keymap.FILE_KIND, "preset": "Paint", "keys": {}}],
)
def test_another_file_is_refused(content):
    with pytest.raises(ConfigError):
        keymap.from_file(content, ("maskloop",), IDS)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("shift+ctrl+z", "Ctrl+Shift+Z"),
        ("Ctrl++", "Ctrl++"),
        ("+", "+"),
        ("delete", "Del"),
        ("ESC", "Esc"),
        (" d ", "D"),
        ("Ctrl+,", "Ctrl+,"),
    ],
)
def test_keys_are_written_in_one_way(text, key):
    assert keymap.canonical(text) == key
    portable = QKeySequence.SequenceFormat.PortableText
    assert QKeySequence(text).toString(portable) == key


@pytest.mark.parametrize("text", ["", "Ctrl", "Ctrl+", "Ctrl+Boo", "A, B", "\n"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError, match="no key"):
        keymap.canonical(text)


@given(st.text())
def test_any_text_is_a_key_or_refused(text):
    try:
        key = keymap.canonical(text)
    except ValueError:
        return
    assert keymap.canonical(key) == key
