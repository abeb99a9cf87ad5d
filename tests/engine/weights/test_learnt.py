from engine.weights.learnt import learnt_text


def test_most_come_first_and_what_lacks_last():
    assert learnt_text({"a": 1, "b": 5, "c": 0}, ("c",)) == "b 5, a 1. Not learnt: c"
    assert learnt_text({"a": 0}, ("a",)) == "Not learnt: a"


def test_a_card_that_does_not_count_says_nothing():
    assert learnt_text({}, ()) == ""
