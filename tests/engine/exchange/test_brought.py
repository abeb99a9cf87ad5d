"""Files of other programs: what they take is told, and what cannot be used says why."""

from contextlib import suppress

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from engine.errors import WeightsError
from engine.exchange.brought import bring, names_in
from engine.exchange.probe import probe
from engine.exchange.runner import Runner
from engine.exchange.trial import trial
from engine.foreign.head import Feed
from engine.values import Frame, FrameId
from engine.weights.trust import trust
from tests.make_foreign import BrightCells, picture, write_bright_onnx, write_script


def graph(path, nodes, inputs, outputs, constants=None, **options):
    """A small ONNX file; inputs and outputs by name: (kind, shape)."""

    def values(named):
        return [helper.make_tensor_value_info(n, kind, shape) for n, (kind, shape) in named.items()]

    kept = [numpy_helper.from_array(np.asarray(a), name) for name, a in (constants or {}).items()]
    made = helper.make_graph(nodes, "net", values(inputs), values(outputs), kept)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path, **options)
    return path


def pooled(path, shape, kind=TensorProto.FLOAT, out=TensorProto.FLOAT):
    """A network that means over an axis: (1, C, H, W) -> scores (1, C)."""
    cast = helper.make_node("Cast", ["image"], ["numbers"], to=TensorProto.FLOAT)
    axes = [1, 2] if shape[-1] == 3 else [2, 3]
    mean = helper.make_node("ReduceMean", ["numbers"], ["scores"], axes=axes, keepdims=0)
    return graph(path, [cast, mean], {"image": (kind, shape)}, {"scores": (out, [1, 3])})


def scores_of(path, feed=None):
    brought = bring(path)
    found = probe(Runner(brought), picture())
    return found, brought


def test_channels_last_and_bytes_are_told_from_the_file(tmp_path):
    path = pooled(tmp_path / "tf.onnx", [1, 64, 64, 3], TensorProto.UINT8)
    found, brought = scores_of(path)
    assert brought.feed == Feed(is_last=True, kind="uint8")
    assert brought.size_hw == (64, 64)
    assert found.best.head.layout == "classification"
    mean = picture().reshape(-1, 3).mean(axis=0)
    assert found.outputs[0].array[0] == pytest.approx(mean, abs=0.6)


def test_half_precision_and_open_sizes(tmp_path):
    path = pooled(tmp_path / "half.onnx", ["N", 3, "H", "W"], TensorProto.FLOAT16)
    found, brought = scores_of(path)
    assert brought.feed == Feed(kind="float16")
    assert brought.size_hw is None
    assert found.draft.preprocessing.size_hw == (224, 224)
    assert probe(Runner(brought), picture(), 96).draft.preprocessing.size_hw == (96, 96)


def test_grey_pictures(tmp_path):
    clip = helper.make_node("Sigmoid", ["image"], ["mask"])
    inputs, outputs = {"image": (1, [1, 1, 64, 64])}, {"mask": (1, [1, 1, 64, 64])}
    found, brought = scores_of(graph(tmp_path / "grey.onnx", [clip], inputs, outputs))
    assert brought.feed.channels == 1
    assert found.best.head.layout == "saliency"


def test_numbers_in_a_file_beside_it_come_along(tmp_path):
    folder = tmp_path / "there"
    folder.mkdir()
    path = write_bright_onnx(folder / "net.onnx")
    model = onnx.load(path)
    onnx.save(model, path, save_as_external_data=True, location="net.data", size_threshold=0)
    assert (folder / "net.data").is_file()
    found, brought = scores_of(path)
    (folder / "net.data").unlink()
    pipeline = trial(Runner(brought), found.draft)
    assert len(pipeline.predict(Frame(FrameId(""), picture())).detections) == 2


def test_two_pictures_are_one_too_many(tmp_path):
    add = helper.make_node("Add", ["left", "right"], ["sum"])
    shape = (1, [1, 3, 64, 64])
    path = graph(tmp_path / "two.onnx", [add], {"left": shape, "right": shape}, {"sum": shape})
    with pytest.raises(WeightsError, match=r"2 inputs: left \(1, 3, 64, 64\), right") as caught:
        bring(path)
    assert "one picture" in caught.value.message
    assert "Export" in caught.value.hint


def test_what_takes_no_picture_says_what_it_takes(tmp_path):
    twice = helper.make_node("Add", ["tokens", "tokens"], ["sum"])
    path = graph(tmp_path / "text.onnx", [twice], {"tokens": (1, [1, 77])}, {"sum": (1, [1, 77])})
    with pytest.raises(WeightsError, match=r"takes no picture, but tokens \(1, 77\)"):
        bring(path)


def test_outputs_that_nobody_knows_are_told(tmp_path):
    mean = helper.make_node("ReduceMean", ["image"], ["number"], axes=[0, 1, 2, 3], keepdims=0)
    inputs, outputs = {"image": (1, [1, 3, 64, 64])}, {"number": (1, [])}
    path = graph(tmp_path / "odd.onnx", [mean], inputs, outputs)
    with pytest.raises(WeightsError, match=r"no answer that Maskloop knows: number \(\)"):
        scores_of(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_damaged_onnx(tmp_path, share):
    path = write_bright_onnx(tmp_path / "net.onnx")
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(WeightsError):
        scores_of(path)


def test_changed_bytes_are_an_error_or_a_network_but_never_a_crash(tmp_path):
    path, rng = write_bright_onnx(tmp_path / "net.onnx"), np.random.default_rng(0)
    data = np.frombuffer(path.read_bytes(), np.uint8)
    for _ in range(20):
        changed = data.copy()
        changed[rng.integers(0, len(data), 4)] = rng.integers(0, 256, 4)
        path.write_bytes(changed.tobytes())
        with suppress(WeightsError):
            scores_of(path)


@pytest.mark.parametrize("ending", [".torchscript", ".onnx", ".xml", ".pt"])
def test_something_else_under_such_an_ending(tmp_path, ending):
    path = tmp_path / f"net{ending}"
    path.write_bytes(b"PK\x03\x04 no network at all")
    trust(path.read_bytes())
    with pytest.raises(WeightsError):
        bring(path)
    with pytest.raises(WeightsError, match="does not exist"):
        bring(tmp_path / f"gone{ending}")


class Two(nn.Module):
    def forward(self, image: Tensor, size: Tensor) -> Tensor:
        return image * size


class Picky(nn.Module):
    def forward(self, image: Tensor) -> Tensor:
        if image.shape[2] != 128:
            raise ValueError("I want 128")
        return image.mean([2, 3])


def test_programs_of_two_inputs_or_of_one_size(tmp_path):
    path = write_script(tmp_path / "two.pt", Two())
    trust(path.read_bytes())
    with pytest.raises(WeightsError, match="takes image"):
        bring(path)
    path = write_script(tmp_path / "picky.pt", Picky())
    trust(path.read_bytes())
    found, brought = scores_of(path)
    assert found.draft.preprocessing.size_hw == (128, 128)
    with pytest.raises(WeightsError, match="does not run on this picture of 96 x 96"):
        probe(Runner(brought), picture(), 96)


def test_tensors_alone_are_no_program(tmp_path):
    torch.save({"weight": torch.zeros(3)}, tmp_path / "tensors.pth")
    with pytest.raises(WeightsError, match="warm start"):
        bring(tmp_path / "tensors.pth")


def test_names_beside_a_program(tmp_path):
    texts = {"config.txt": '{"stride": 32, "names": {"0": "cat", "1": "dog"}}'}
    path = write_script(tmp_path / "net.torchscript", BrightCells(), **texts)
    trust(path.read_bytes())
    assert bring(path).names == ("cat", "dog")


def test_names_as_exporters_write_them():
    assert names_in({"names": "{1: 'dog', 0: 'cat'}"}) == ("cat", "dog")
    assert names_in({"labels": '["cat", "dog"]'}) == ("cat", "dog")
    assert names_in({"classes": "cat, dog"}) == ("cat", "dog")
    assert names_in({"names": "{'a': 1}"}) == ()
    assert names_in({"names": "["}) == ("[",) or names_in({"names": "["}) == ()
    assert names_in({"names": "__import__('os')"}) != ("cat",)
    assert names_in({}) == ()


def test_more_labels_than_there_are_ids_are_refused_with_their_number(tmp_path):
    names = str({number: f"kind {number}" for number in range(300)})
    path = write_bright_onnx(tmp_path / "net.onnx", names=names)
    with pytest.raises(WeightsError, match=r"tells 300 labels apart, Maskloop 254"):
        bring(path)
