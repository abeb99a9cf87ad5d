import http.server
import re
import threading

import pytest
import torch
import torchvision

from engine.errors import WeightsError
from engine.weights import torchvision_zoo
from engine.weights.encoder_catalog import DOWNLOADS, EncoderWeights, file_of, find_encoder
from engine.weights.encoders import fetch_encoder, load_pretrained
from models.backbones import backbone
from models.encoder import encoder_of
from models.segmentation.fcn import fcn8s
from models.shapes_only import shapes_only


def test_numbers_of_the_package_are_those_of_a_trained_network():
    encoder = backbone.build("efficientnet_lite0")
    load_pretrained(encoder, find_encoder("efficientnet_lite0"))
    norms = [m for m in encoder.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert all(float(m.running_var.std()) > 0 for m in norms), "statistics of pictures"
    with torch.inference_mode():
        features = encoder.eval()(torch.zeros(1, 3, 64, 64))
    assert all(torch.isfinite(each).all() for each in features)


def test_a_narrower_encoder_cannot_take_them():
    with pytest.raises(WeightsError, match="do not fit this encoder"):
        load_pretrained(
            backbone.build("efficientnet_lite0", width=0.5), find_encoder("efficientnet_lite0")
        )


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "efficientnet-lite0-57934424.pth"
    path.write_bytes(b"damaged")
    weights = EncoderWeights("efficientnet_lite0", "", (0.5,) * 3, (0.5,) * 3, path)
    with pytest.raises(WeightsError, match="checksum"):
        load_pretrained(backbone.build("efficientnet_lite0"), weights)


@pytest.mark.parametrize("name", DOWNLOADS)
def test_torchvisions_names_are_ours(name):
    with shapes_only():
        theirs = getattr(torchvision.models, name)(weights=None).state_dict()
        own = backbone.build(name).state_dict()
    assert {n: t.shape for n, t in own.items()}.items() <= {
        n: t.shape for n, t in theirs.items()
    }.items()


def published(tensors):
    """As torchvision published them: no counters of batches, DenseNet's layers with a dot."""
    return {
        re.sub(r"(denselayer\d+\.[a-z]+)(\d)", r"\1.\2", name): tensor
        for name, tensor in tensors.items()
        if not name.endswith("num_batches_tracked")
    }


@pytest.mark.parametrize("name", ["densenet121", "mobilenet_v2", "resnet18"])
def test_a_download_fills_a_systems_encoder(name):
    theirs = getattr(torchvision.models, name)(weights=None)
    path = file_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(published(theirs.state_dict()), path)
    weights = find_encoder(name)
    assert "torchvision" in weights.text
    encoder = encoder_of(fcn8s(3, backbone=name))
    load_pretrained(encoder, weights)
    own, wanted = encoder.state_dict(), theirs.state_dict()
    assert all(torch.equal(own[n], wanted[n]) for n in own)


class Serving(http.server.BaseHTTPRequestHandler):
    content = b""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *args):
        pass


def test_a_file_with_another_checksum_is_not_kept(monkeypatch):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Serving)
    Serving.content = b"not what was asked for"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/resnet18-f37072fd.pth"
        weight = type("Weight", (), {"url": url})
        monkeypatch.setattr(torchvision_zoo, "get_weight", lambda enum: weight)
        with pytest.raises(WeightsError, match="checksum"):
            fetch_encoder("imagenet-resnet18")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert find_encoder("resnet18") is None


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(WeightsError, match="No encoder imagenet-resnet7") as raised:
        fetch_encoder("imagenet-resnet7")
    assert "imagenet-resnet18" in raised.value.hint
