import pytest
import torch
from torch import Tensor

from models.layers.crf import CrfSettings, DenseCrf, bilateral_features
from tests.rounding import assert_rounding_only


def halves(height: int = 24, width: int = 32) -> Tensor:
    """Dark on the left, bright on the right, with a little noise: (3, H, W) in 0..255."""
    picture = torch.full((3, height, width), 60.0)
    picture[:, :, width // 2 :] = 190
    noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(0))
    return (picture + 5 * noise).clamp(0, 255)


def noisy_scores(num_labels: int = 3, size_hw: tuple[int, int] = (24, 32)) -> Tensor:
    return torch.randn(num_labels, *size_hw, generator=torch.Generator().manual_seed(1))


def exact(picture: Tensor, scores: Tensor, settings: CrfSettings) -> Tensor:
    """Mean field with every pair of pixels, as the paper writes it down."""
    far = 1e9  # A colour distance of nothing leaves the place alone.
    spatial = bilateral_features(picture, settings.spatial_sigma, far)
    bilateral = bilateral_features(picture, settings.bilateral_sigma, settings.color_sigma)
    kernel = torch.zeros(spatial.shape[0], spatial.shape[0])
    for weight, features in (
        (settings.spatial_weight, spatial),
        (settings.bilateral_weight, bilateral),
    ):
        pairs = torch.exp(-0.5 * torch.cdist(features, features) ** 2)
        norm = pairs.sum(1).rsqrt()
        kernel += weight * norm[:, None] * pairs * norm
    unary = scores.flatten(1).log_softmax(0)
    chances = unary.exp()
    for _ in range(settings.iterations):
        cost = (kernel @ (1 - chances).T).T  # Potts: what all others say for other labels.
        chances = (unary - cost).softmax(0)
    return chances.view_as(scores)


@pytest.mark.parametrize("iterations", [1, 5])
def test_it_is_close_to_the_exact_kernel(iterations: int) -> None:
    settings = CrfSettings(bilateral_sigma=8, iterations=iterations)
    scores = noisy_scores()
    scores[1, :, 16:] += 1  # Without any sense in the scores mean field is chaotic.
    ours = DenseCrf(halves(), settings).refine(scores).exp()
    theirs = exact(halves(), scores, settings)
    # The lattice is within a few per cent of the exact sums, and so are the probabilities.
    assert (ours - theirs).abs().mean() < 0.03
    assert (ours.argmax(0) == theirs.argmax(0)).float().mean() > 0.97


def test_without_bilateral_kernel_it_is_exact() -> None:
    settings = CrfSettings(bilateral_weight=0)
    ours = DenseCrf(halves(), settings).refine(noisy_scores()).exp()
    torch.testing.assert_close(ours, exact(halves(), noisy_scores(), settings), rtol=0, atol=1e-4)


def test_probabilities_sum_to_one_for_any_size_and_labels() -> None:
    for num_labels, size_hw in ((2, (17, 5)), (11, (8, 31)), (21, (1, 1))):
        scores = 10 * noisy_scores(num_labels, size_hw)
        refined = DenseCrf(halves(*size_hw)).refine(scores)
        assert refined.shape == scores.shape
        torch.testing.assert_close(refined.exp().sum(0), torch.ones(size_hw))


def test_weights_of_nothing_change_nothing() -> None:
    crf = DenseCrf(halves(), CrfSettings(spatial_weight=0, bilateral_weight=0))
    scores = noisy_scores()
    torch.testing.assert_close(crf.refine(scores), scores.log_softmax(0))


def test_no_label_is_preferred() -> None:
    crf, scores = DenseCrf(halves()), noisy_scores()
    swapped = crf.refine(scores.flip(0)).flip(0)
    assert_rounding_only(crf.refine(scores), swapped)
    even = crf.refine(torch.zeros(4, 24, 32)).exp()
    torch.testing.assert_close(even, torch.full((4, 24, 32), 0.25))


def test_a_wrong_border_snaps_to_the_edge_of_the_colours() -> None:
    scores = torch.zeros(2, 24, 32)
    scores[1, :, 12:] = 2.0  # The colours change at 16.
    scores[0, :, :12] = 2.0
    # The reach must exceed the mistake, or the wrong pixels hear mostly each other.
    ids = DenseCrf(halves(), CrfSettings(spatial_sigma=1)).refine(scores).argmax(0)
    wanted = (torch.arange(32) >= 16).long().expand(24, 32)
    assert (scores.argmax(0) == wanted).float().mean() < 0.9
    assert (ids == wanted).float().mean() > 0.99


def test_single_wrong_pixels_go() -> None:
    truth = (torch.arange(32) >= 16).long().expand(24, 32)
    wrong = torch.rand(24, 32, generator=torch.Generator().manual_seed(2)) < 0.1
    said = torch.where(wrong, 1 - truth, truth)
    scores = 2 * torch.nn.functional.one_hot(said, 2).permute(2, 0, 1).float()
    refined = DenseCrf(halves(), CrfSettings().scaled_to((24, 32))).refine(scores)
    assert (refined.argmax(0) != truth).float().mean() < 0.01


def test_settings_scale_with_the_picture_and_refuse_nonsense() -> None:
    scaled = CrfSettings().scaled_to((125, 250))
    assert (scaled.spatial_sigma, scaled.bilateral_sigma) == (1.5, 40)
    assert scaled.color_sigma == 13
    for wrong in ({"spatial_weight": -1}, {"color_sigma": 0}, {"iterations": 0}):
        with pytest.raises(ValueError, match="CRF"):
            CrfSettings(**wrong)
