import pytest

from engine.words import counted, meant, time_left


def test_one_is_not_many():
    assert counted(1, "picture") == "1 picture"
    assert counted(0, "picture") == "0 pictures"
    assert counted(1200, "category", "categories") == "1,200 categories"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (59, "less than a minute left"),
        (60, "about 1 min left"),
        (719, "about 12 min left"),
        (3599, "about 1 h left"),
        (7700, "about 2 h 10 min left"),
        (123_456, "about 34 h left"),
    ],
)
def test_time_is_said_no_more_exactly_than_it_is_known(seconds, text):
    assert time_left(seconds) == text


def test_a_word_that_was_meant_is_found():
    assert meant("UNet33", ("fcn8s", "unet32")) == "Did you mean unet32?"
    assert meant("horse", ("fcn8s", "unet32")) == ""
