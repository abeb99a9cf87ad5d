"""What is seen is what the module gave; nothing stays behind in the network."""

import threading

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.inside.stages import watched
from engine.preprocess import prepare
from tests.make import make_pixels
from tests.rounding import assert_rounding_only


def place_of(inside, path):
    return next(stage for stage in inside.stages if stage.path == path)


def input_of(inside, pixels):
    return torch.from_numpy(prepare(pixels, inside.weights.card.preprocessing)[0])[None]


def test_the_maps_are_the_modules_output(inside):
    pixels = make_pixels((32, 32))
    seen = inside.look(pixels, place_of(inside, "enter"))
    expected = inside.weights.module.enter(input_of(inside, pixels))[0].detach().numpy()
    assert_rounding_only(seen.maps[0], expected)
    assert seen.maps[0].dtype == np.float32


def test_each_run_of_a_module_is_seen_by_itself(inside):
    seen = inside.look(make_pixels((32, 32)), place_of(inside, "score"))
    assert [maps.shape for maps in seen.maps] == [(3, 16, 16)] * 2


def test_positions_mark_one_maximum_in_each_window(inside):
    pixels = make_pixels((32, 32))
    marks = inside.look(pixels, place_of(inside, "pool")).maps[0]
    assert marks.shape == (8, 32, 32)
    windows = marks.reshape(8, 16, 2, 16, 2).sum(axis=(2, 4))
    assert (windows == 1).all()
    entered = inside.weights.module.enter(input_of(inside, pixels))
    pooled = functional.max_pool2d(entered, 2)[0].detach().numpy()
    entered = entered[0].detach().numpy()
    found = (entered * marks).reshape(8, 16, 2, 16, 2).sum(axis=(2, 4))
    assert_rounding_only(found, pooled)


def test_the_network_is_not_run_past_the_place(inside):
    def fail(*_):
        raise AssertionError("the rest of the network is not needed")

    inside.weights.module.mix.register_forward_hook(fail)
    inside.look(make_pixels((32, 32)), place_of(inside, "enter"))


def test_no_hook_is_left_behind_not_even_after_an_error(inside):
    stage = place_of(inside, "score")
    inside.look(make_pixels((32, 32)), stage)
    inside.weights.module.mix = torch.nn.Conv2d(5, 3, 1)  # Does not fit: the pass fails.
    with pytest.raises(RuntimeError):
        inside.look(make_pixels((32, 32)), stage)
    assert not any(module._forward_hooks for module in inside.weights.module.modules())


def test_passes_of_other_threads_are_not_seen(weights):
    seen = []
    batch = torch.zeros(1, 3, 32, 32)
    with watched({"enter": weights.module.enter}, lambda path, *_: seen.append(path)):
        thread = threading.Thread(target=lambda: weights.module(batch))
        thread.start()
        thread.join()
        assert not seen
        weights.module(batch)
    assert seen == ["enter"]
