from hypothesis import given
from hypothesis import strategies as st

from engine.formats.json_texts import by_key, text_of, value_of

ODD = ["5", '"5"', "1e3", '""', '"a"', '"\\"5\\""', '["a"]', "[ ]", "true", "NaN", "-"]
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False, width=32)
plain = st.none() | st.booleans() | numbers | st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(plain, lambda v: st.lists(v) | st.dictionaries(st.sampled_from("ab"), v))


@given(values)
def test_every_value_comes_back_from_its_text(value):
    text = text_of(value)
    again = value_of(text)
    assert (type(again), again) == (type(value), value) or "\\u0000" in text


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(ODD))
def test_every_text_comes_back_from_its_value(text):
    assert text_of(value_of(text)) == text


def test_plain_words_stay_as_they_are():
    assert text_of("rain & <snow>") == "rain & <snow>"
    assert (text_of("5"), text_of(5), value_of("5"), value_of("1e3")) == ('"5"', "5", 5, "1e3")


def test_a_key_with_several_values_has_their_list():
    found = by_key([("tag", "dark"), ("at", "sea"), ("tag", "wet")])
    assert found == {"tag": '["dark", "wet"]', "at": "sea"}
