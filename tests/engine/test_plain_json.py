import json
import math
from pathlib import Path

from engine import plain_json


def refuse(text):
    raise ValueError(text)


def test_numbers_that_are_not_finite_become_null_at_any_depth():
    text = plain_json.dumps({"a": [math.nan, 1.5, (math.inf,)], "b": {"c": -math.inf}})
    read = json.loads(text, parse_constant=refuse)
    assert read == {"a": [None, 1.5, [None]], "b": {"c": None}}


def test_other_objects_are_written_as_text():
    assert json.loads(plain_json.dumps({"path": Path("a") / "b"})) == {"path": str(Path("a/b"))}


def test_names_may_be_kept_or_escaped():
    assert plain_json.dumps("한") == '"한"'
    assert plain_json.dumps("한", ascii_only=True) == '"\\ud55c"'


def test_a_measured_number_is_rounded_or_none():
    assert plain_json.number(1 / 3) == 0.333333
    assert plain_json.number(math.nan) is None
