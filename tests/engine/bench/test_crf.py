"""That both ways of the CRF measurement compute the same thing."""

from engine.bench import crf


def test_the_rival_does_the_same_work():
    case = crf._case((24, 32), 3)
    ours, plain = (work(*case) for work in (crf._refine, crf._refine_plainly))
    assert ours.shape == plain.shape == (3, 24, 32)
    assert (ours.exp() - plain.exp()).abs().mean() < 0.05
    assert (ours.argmax(0) == plain.argmax(0)).float().mean() > 0.9
