import pytest

from models import load_all, registry


def test_names_are_sorted_and_known():
    load_all()
    names = registry.names()
    assert names == sorted(names)
    assert {"unet32", "unet64", "unet128", "yolo_v3_tiny"} <= set(names)
    assert registry.get("unet32").text.endswith(".")


def test_an_unknown_name_lists_the_known_ones():
    load_all()
    with pytest.raises(KeyError, match="unet32"):
        registry.get("unet31")


def test_a_name_is_registered_once():
    load_all()
    with pytest.raises(ValueError, match="twice"):
        registry.register("unet32")(registry.get("unet32").build)
