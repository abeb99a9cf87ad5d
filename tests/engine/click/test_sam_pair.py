"""An encoder and a decoder in two ONNX files, laid out as Segment Anything's."""

import numpy as np
import pytest

from engine.click.contract import AnyAsker
from engine.click.question import Click, Question
from engine.click.sam_pair import DECODER_INPUTS, SamAsker, best_of, is_sam_pair, prompts_of
from engine.errors import WeightsError
from engine.regions.crops import bounds
from engine.values import Box
from tests.make_sam import (
    SHAPES,
    SIDE,
    write_decoder,
    write_encoder,
    write_plain_encoder,
    write_sam_pair,
)


@pytest.fixture
def pair(tmp_path):
    return write_sam_pair(tmp_path)


def picture(size_hw=(96, 128)):
    """A bright rectangle on black."""
    pixels = np.zeros((*size_hw, 3), np.uint8)
    pixels[24:64, 32:96] = 255
    return pixels


def test_a_pair_is_known_in_any_order(pair, tmp_path):
    assert set(SHAPES) == DECODER_INPUTS
    assert is_sam_pair(pair)
    assert is_sam_pair(pair[::-1])
    assert not is_sam_pair(pair[:1])
    assert not is_sam_pair([pair[0], pair[0]])
    assert not is_sam_pair([pair[0], tmp_path / "notes.txt"])


@pytest.mark.parametrize("order", [1, -1])
def test_the_object_is_outlined_in_pixels_of_the_frame(pair, order):
    asker: AnyAsker = SamAsker(pair[::order])
    pixels = picture()
    view = asker.see(pixels)
    answer = asker.ask(pixels, view, Question((Click(50, 40),)), None)
    assert all(abs(a - b) <= 4 for a, b in zip(bounds(answer.mask), (32, 24, 96, 64), strict=True))
    assert answer.score == 0  # The mean of a positive point and one that is none.
    assert asker.origin == "sam/tiny.encoder"
    assert asker.device_text


def test_an_encoder_may_take_the_picture_as_it_is(tmp_path):
    sides = ("rows", "columns")
    shapes = SHAPES | {"image_embeddings": (1, 3, *sides), "mask_input": (1, 1, *sides)}
    decoder = write_decoder(tmp_path / "decoder.onnx", shapes=shapes)
    asker = SamAsker([write_plain_encoder(tmp_path / "encoder.onnx"), decoder])
    pixels = picture((128, 128))
    view = asker.see(pixels)
    assert view.embedding.shape == (1, 3, 256, 256)
    answer = asker.ask(pixels, view, Question(box=Box(30, 20, 100, 70)))
    assert all(abs(a - b) <= 1 for a, b in zip(bounds(answer.mask), (32, 24, 96, 64), strict=True))


def test_beyond_the_frame_is_nothing(pair):
    pixels = np.full((40, 128, 3), 255, np.uint8)
    asker = SamAsker(pair)
    answer = asker.ask(pixels, asker.see(pixels), Question((Click(50, 30),)))
    assert bounds(answer.mask) == (0, 0, 128, 40)


def test_the_answer_before_is_told(pair):
    asker, pixels = SamAsker(pair), picture()
    view = asker.see(pixels)
    question = Question((Click(50, 40),))
    first = asker.ask(pixels, view, question)
    second = asker.ask(pixels, view, question.with_click(Click(3, 3, is_positive=False)), first)
    assert np.allclose(second.logits, 2 * first.logits, rtol=0.05, atol=0.05)


def test_where_there_is_nothing_there_is_no_score(pair):
    pixels = np.zeros((60, 60, 3), np.uint8)
    asker = SamAsker(pair)
    answer = asker.ask(pixels, asker.see(pixels), Question(box=Box(1, 1, 9, 9)))
    assert (answer.mask, answer.score) == (None, 0.0)


def test_a_question_becomes_points_with_their_kind():
    clicks = (Click(10, 20), Click(30, 40, is_positive=False))
    points, labels = prompts_of(Question(clicks), 0.5)
    assert points.tolist() == [[[5, 10], [15, 20], [0, 0]]]
    assert labels.tolist() == [[1, 0, -1]]
    points, labels = prompts_of(Question(clicks[:1], Box(2, 4, 6, 8)), 2)
    assert points.tolist() == [[[20, 40], [4, 8], [12, 16]]]
    assert labels.tolist() == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("scores", "is_alone", "best"),
    [([0.4], True, 0), ([0.4, 0.9, 0.2], False, 1), ([0.9, 0.1, 0.3, 0.2], True, 2),
     ([0.1, 0.9, 0.3, 0.2], False, 0)],
)  # fmt: skip
def test_one_click_may_mean_a_part_and_more_mean_one_thing(scores, is_alone, best):
    assert best_of(np.array(scores), is_alone=is_alone) == best


def test_what_is_wrong_with_files_is_said(pair, tmp_path):
    with pytest.raises(WeightsError, match="not two ONNX files"):
        SamAsker(pair[:1])
    with pytest.raises(WeightsError, match="no decoder"):
        SamAsker([pair[0], pair[0]])
    with pytest.raises(WeightsError, match="two decoders"):
        SamAsker([pair[1], write_decoder(tmp_path / "other.onnx")])
    with pytest.raises(WeightsError, match="does not exist"):
        SamAsker([pair[0], tmp_path / "gone.onnx"])
    flat = write_encoder(tmp_path / "flat.onnx", (SIDE, SIDE // 2))
    with pytest.raises(WeightsError, match="not square"):
        SamAsker([flat, pair[1]])
    (tmp_path / "odd.onnx").write_bytes(b"no network at all")
    with pytest.raises(WeightsError, match="cannot be read"):
        SamAsker([pair[0], tmp_path / "odd.onnx"])
    later = write_decoder(tmp_path / "later.onnx", leave_out=["orig_im_size"], more=["high_res"])
    with pytest.raises(WeightsError, match=r"other inputs.*high_res, orig_im_size"):
        SamAsker([pair[0], later])
