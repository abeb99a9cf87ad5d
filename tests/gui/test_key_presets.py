import pytest

from gui import keymap, side_panels
from gui.key_presets import PRESETS, preset
from gui.keyboard.keyboard import default_keys
from gui.tools import load_all

side_panels.load_all()


@pytest.fixture
def usual():
    load_all()
    return default_keys()


def test_the_tables_write_keys_as_they_are_compared(usual):
    for keys in usual.values():
        assert tuple(keymap.canonical(key) for key in keys) == keys


@pytest.mark.parametrize("each", PRESETS, ids=lambda each: each.name)
def test_a_preset_gives_what_it_says_to_what_is_there(each, usual):
    assert set(each.keys) <= set(usual)
    found = keymap.resolve(usual, each.keys)
    assert {id_: found[id_] for id_ in each.keys} == dict(each.keys)


@pytest.mark.parametrize("each", PRESETS, ids=lambda each: each.name)
def test_nothing_that_had_a_key_is_left_without_one(each, usual):
    found = keymap.resolve(usual, each.keys)
    assert [id_ for id_, keys in found.items() if usual[id_] and not keys] == []


def test_what_nobody_knows_is_ours():
    assert preset("Paint").name == "maskloop"
    assert not preset("maskloop").keys
