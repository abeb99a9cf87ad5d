import numpy as np
import pytest
import torch

from engine.pipeline.superpixels import SuperpixelSettings, mean_per_region, superpixels
from engine.pipeline.tree_cut import SegmentTree, TreeSettings, best_cut, cut, segment_tree
from tests.make import make_pixels

SETTINGS = TreeSettings(count=30)


def test_superpixels_are_numbered_without_gaps_and_about_as_many_as_asked() -> None:
    ids = superpixels(make_pixels(), SETTINGS.leaves)
    assert ids.shape == (48, 64)
    assert sorted(np.unique(ids)) == list(range(ids.max() + 1))
    assert 15 <= ids.max() + 1 <= 45


def test_superpixels_of_the_smallest_pictures() -> None:
    for size_hw in ((1, 1), (1, 9), (3, 2)):
        tree = segment_tree(make_pixels(size_hw))
        assert tree.leaves.shape == size_hw
        assert tree.sizes[-1] == size_hw[0] * size_hw[1]


def test_superpixel_settings_refuse_nonsense() -> None:
    for wrong in ({"count": 0}, {"compactness": 0}):
        with pytest.raises(ValueError, match="Superpixels"):
            SuperpixelSettings(**wrong)
        with pytest.raises(ValueError, match="Superpixels"):
            TreeSettings(**wrong)
    with pytest.raises(ValueError, match="share"):
        TreeSettings(largest=2)


def test_the_mean_per_region_is_the_mean() -> None:
    maps, ids = torch.rand(3, 4, 5), np.random.default_rng(0).integers(0, 4, (4, 5))
    mean = mean_per_region(maps, ids)
    for region in range(4):
        torch.testing.assert_close(mean[region], maps[:, torch.from_numpy(ids == region)].mean(1))


def test_a_tree_has_one_root_that_is_the_picture() -> None:
    tree = segment_tree(make_pixels(), SETTINGS)
    leaves = tree.leaves.max() + 1
    assert len(tree.parents) == 2 * leaves - 1
    assert (tree.parents[:-1] > np.arange(len(tree.parents) - 1)).all()
    assert tree.parents[-1] == len(tree.parents) - 1
    children = np.bincount(tree.parents[:-1], minlength=len(tree.parents))
    assert (children[leaves:] == 2).all()
    for region in range(leaves, len(tree.parents)):
        assert tree.sizes[region] == tree.sizes[:-1][tree.parents[:-1] == region].sum()
    assert tree.sizes[-1] == 48 * 64


def test_like_colors_merge_before_unlike_ones() -> None:
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:, 20:] = 200
    tree = segment_tree(pixels, SETTINGS)
    left, right = (tree.parents[:-1] == len(tree.parents) - 1).nonzero()[0]
    assert tree.sizes[left] == tree.sizes[right] == 800


def three_leaves() -> SegmentTree:
    """Leaves 0 and 1 merge into 3, 3 and leaf 2 into the root 4."""
    return SegmentTree(
        np.array([[0, 0, 1, 2, 2, 2]]), np.array([3, 3, 4, 4, 4]), np.array([2, 1, 3, 3, 6])
    )


def test_each_leaf_takes_the_purest_region_above_it() -> None:
    sure, unsure, other = [0.99, 0.01], [0.4, 0.6], [0.01, 0.99]
    chances = torch.tensor([[sure, sure, unsure, other, other, other]]).permute(2, 0, 1)
    chosen, mean = best_cut(three_leaves(), chances, largest=1)
    # Leaf 1 hears its neighbour of like colour; the pure leaves stay by themselves.
    assert chosen.tolist() == [0, 3, 2]
    torch.testing.assert_close(mean[3], torch.tensor([(0.99 * 2 + 0.4) / 3, (0.01 * 2 + 0.6) / 3]))


def test_a_region_too_large_is_never_chosen() -> None:
    unsure, surround = [0.4, 0.6], [0.99, 0.01]
    tree = SegmentTree(np.array([[0] * 9 + [1]]), np.array([2, 2, 2]), np.array([9, 1, 10]))
    chances = torch.tensor([[surround] * 9 + [unsure]]).permute(2, 0, 1)
    assert best_cut(tree, chances, largest=1)[0].tolist() == [0, 2]
    assert best_cut(tree, chances, largest=0.9)[0].tolist() == [0, 1]


def test_of_equally_pure_regions_the_largest_is_chosen() -> None:
    chances = torch.tensor([[[1.0, 0.0]] * 3 + [[0.999, 0.001]] * 3]).permute(2, 0, 1)
    chosen, mean = best_cut(three_leaves(), chances, largest=1)
    assert chosen.tolist() == [4, 4, 4]
    assert mean.shape == (5, 2)
    assert best_cut(three_leaves(), chances, largest=0.5)[0].tolist() == [3, 3, 2]


def test_an_unsure_part_takes_the_label_of_its_object() -> None:
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:, 20:] = 200
    scores = torch.zeros(2, 40, 40)
    scores[0, :, :20], scores[1, :, 20:] = 8, 8
    scores[:, 10:20, 5:15] = torch.tensor([0.0, 0.3])[:, None, None]
    settings = TreeSettings(count=30, largest=0.5)
    ids = cut(scores, pixels, settings).argmax(0).numpy()
    assert (scores.argmax(0).numpy()[10:20, 5:15] == 1).all()
    assert (ids[:, :20] == 0).mean() > 0.97
    assert (ids[:, 20:] == 1).all()
