"""The stored table says what the registry says; what it lacks comes from there."""

import json
import sys

import pytest

import models
from engine import model_table
from engine.errors import WeightsError
from engine.model_facts import facts_from
from models import registry
from tests.fakes import INPUT_HW

models.load_all()
# Stand-ins of other tests may be registered too.
NAMES = [
    name for name in registry.names() if registry.get(name).build.__module__.startswith("models.")
]
ADVICE = "The table is out of date: python scripts/model_table.py"


def test_the_table_has_every_model_and_knows_every_module():
    assert list(model_table.stored()) == NAMES, ADVICE
    table = json.loads(model_table.path().read_text(encoding="utf-8"))
    assert table["modules"] == model_table.modules(), ADVICE


@pytest.mark.parametrize("name", NAMES)
def test_the_table_says_what_the_registry_says(name):
    assert model_table.stored()[name] == facts_from(registry.get(name)), ADVICE


def test_the_table_is_written_as_it_is_stored():
    written = model_table.as_text(model_table.stored().values())
    assert written == model_table.path().read_text(encoding="utf-8")


def test_a_model_that_the_table_lacks_comes_from_the_registry():
    facts = model_table.facts_of("tiny_detector")
    assert (facts.input_hw, facts.parameters > 0) == (INPUT_HW, True)
    every = model_table.all_facts()
    assert facts in every
    names = [each.name for each in every]
    assert names == sorted(names)
    assert set(NAMES) < set(names)


def test_an_unknown_model_tells_the_one_that_was_meant_or_lists_the_known_ones():
    with pytest.raises(WeightsError, match="No model is called unet33") as caught:
        model_table.facts_of("unet33")
    assert caught.value.hint == "Did you mean unet32?"
    with pytest.raises(WeightsError, match="No model is called horse") as caught:
        model_table.facts_of("horse")
    assert "unet32" in caught.value.hint


NEW_MODULE = """
from models.registry import register
from models.task import Task
from tests.fakes import TinySegmenter

register("new_net", task=Task.SEMANTIC, input_hw=(8, 8), paper="none")(TinySegmenter)
"""


def test_a_module_that_the_table_does_not_know_is_asked_for_its_models(tmp_path, monkeypatch):
    (tmp_path / "new_net.py").write_text(NEW_MODULE, encoding="utf-8")
    monkeypatch.setattr(models, "__path__", [str(tmp_path)])
    monkeypatch.setattr(registry, "_SPECS", dict(registry._SPECS))
    try:
        assert "new_net" in {facts.name for facts in model_table.all_facts()}
        assert model_table.facts_of("new_net").input_hw == (8, 8)
    finally:
        sys.modules.pop("models.new_net", None)
