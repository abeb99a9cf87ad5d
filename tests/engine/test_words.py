from engine.words import counted


def test_one_is_not_many():
    assert counted(1, "picture") == "1 picture"
    assert counted(0, "picture") == "0 pictures"
    assert counted(1200, "category", "categories") == "1,200 categories"
