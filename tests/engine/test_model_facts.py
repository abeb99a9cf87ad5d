"""What is told of a model, and how its parameters are counted."""

from dataclasses import replace

import pytest
import torch

import models
from engine.model_facts import ModelFacts, facts_from
from models import registry
from models.about import About, Option, Text
from models.task import Task
from tests.fakes import INPUT_HW

WORDS = Text("Words.", "말.")
ABOUT = About(2015, WORDS, WORDS, WORDS)


def test_the_parameters_are_those_of_a_network_with_twenty_labels():
    for name, labels in (("tiny_segmenter", 21), ("tiny_detector", 20)):
        spec = registry.get(name)
        wanted = sum(p.numel() for p in spec.build(labels).parameters())
        facts = facts_from(spec)
        assert (facts.parameters, facts.input_hw) == (wanted, INPUT_HW)


def test_counting_takes_no_random_numbers():
    before = torch.get_rng_state()
    facts_from(registry.get("tiny_segmenter"))
    assert torch.equal(torch.get_rng_state(), before)


def test_live_options_are_those_that_loaded_weights_take():
    live = Option("unpool", WORDS, ("max", "nearest"), live=True)
    facts = ModelFacts("net", Task.SEMANTIC, options=(Option("width", WORDS, (1, 2)), live))
    assert facts.live_options == (live,)


@pytest.mark.parametrize(
    ("name", "options", "encoder"),
    [
        ("fcn8s", {}, "vgg16_bn"),
        ("fcn8s", {"backbone": "efficientnet_lite0"}, "efficientnet_lite0"),
        ("fcn8s", {"width": 0.5}, "vgg16_bn"),
        ("fcn8s_resnet18", {}, "resnet18"),
        ("yolo_v3", {}, "darknet53"),
        ("yolo_v3", {"backbone": "efficientnet_lite1"}, "efficientnet_lite1"),
        ("mask_rcnn", {"backbone": "resnet18"}, "resnet18"),
        ("resnet18", {}, ""),
        ("unet32", {}, ""),
    ],
)
def test_the_encoder_is_the_networks_own_or_the_options(name, options, encoder):
    models.load_all()
    assert facts_from(registry.get(name)).encoder_with(options) == encoder


def test_the_year_is_added_to_a_paper_that_names_none():
    facts = ModelFacts("net", Task.SEMANTIC, "A net.", "Somebody: Net", ABOUT)
    assert facts.source == "Somebody: Net, 2015"
    assert facts.tip == "A net.\nSomebody: Net, 2015"
    assert replace(facts, paper="Somebody: Net, CVPR 2016").source.endswith("CVPR 2016")
    assert replace(facts, about=None).source == "Somebody: Net"
