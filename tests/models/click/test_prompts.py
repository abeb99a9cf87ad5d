"""Clicks and boxes as maps."""

import torch

from models.click.prompts import Prompts, likeness, no_prompts, prompt_maps

HERE = torch.device("cpu")


def prompts(*clicks, box=(0.0, 0.0, 0.0, 0.0)):
    nothing = no_prompts(1, (64, 96), HERE)
    places = torch.tensor(clicks, dtype=torch.float32).reshape(1, -1, 3)
    return Prompts(places, torch.tensor([box]), nothing.before)


def test_nothing_said_is_empty_maps():
    maps = prompt_maps(no_prompts(3, (64, 96), HERE))
    assert maps.shape == (3, 4, 16, 24)
    assert not maps.any()


def test_clicks_are_disks_at_their_places_apart_by_their_kind():
    maps = prompt_maps(prompts((42, 22, 1), (82, 50, -1), (0, 0, 0)))[0]
    positive, negative = maps[0], maps[1]
    assert positive[5, 10] == 1
    assert negative[12, 20] == 1
    assert positive[12, 20] == 0
    assert negative[5, 10] == 0
    rows, columns = positive.nonzero().unbind(1)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (3, 7, 8, 12)
    assert maps[0, 0, 0] == 0, "a click of sign 0 is none"


def test_a_box_is_filled_by_the_share_of_each_cell():
    maps = prompt_maps(prompts(box=(6.0, 8.0, 20.0, 16.0)))[0]
    assert maps[2, 2].tolist()[:7] == [0, 0.5, 1, 1, 1, 0, 0]
    assert maps[2].sum() == 2 * 3.5
    assert prompts(box=(6.0, 8.0, 20.0, 16.0)).has_box.all()
    assert not prompts().has_box.any()


def test_likeness_is_that_to_the_nearest_click_of_its_kind():
    features = torch.zeros(1, 2, 8, 12)
    features[:, 0, :, :6], features[:, 1, :, 6:] = 3.0, 2.0  # Two halves, at right angles.
    found = likeness(features, prompts((10, 30, 1), (90, 30, -1)), 8)[0]
    assert torch.allclose(found[0, :, :5], torch.ones(8, 5))
    assert torch.allclose(found[0, :, 7:], torch.zeros(8, 5), atol=1e-6)
    assert torch.allclose(found[1, :, 7:], torch.ones(8, 5))


def test_without_a_click_of_a_kind_nothing_is_like_it():
    features = torch.rand(1, 2, 8, 12)
    assert (likeness(features, prompts(), 8) == -1).all()
    assert (likeness(features, prompts((10, 30, 1)), 8)[0, 1] == -1).all()
