"""Every registered model keeps the contract."""

import pytest
import torch

import models
from models import registry
from models.contract import (
    ClassificationOutput,
    ClassificationTarget,
    ClickOutput,
    DetectionOutput,
    DetectionTarget,
    SemanticOutput,
    SemanticTarget,
    Task,
)
from models.shapes_only import shapes_only
from tests.families import LARGER, LARGER_DETECTORS
from tests.make import smallest

models.load_all()
# Stand-ins of other tests may be registered too.
NAMES = [
    name for name in registry.names() if registry.get(name).build.__module__.startswith("models.")
]
TRAINABLE = [name for name in NAMES if registry.get(name).trainable]
RUN = [name for name in TRAINABLE if name not in LARGER]
LARGE = 10_000_000
DETECTORS = (Task.DETECTION, Task.INSTANCE)
LABELS = 3


def learns_by_heart(name):
    """Whether test_detectors.py has it find all in two pictures: more than a loss that falls."""
    return registry.get(name).task in DETECTORS and name not in LARGER_DETECTORS


def build(name, **options):
    """The model, as small as its options allow."""
    torch.manual_seed(0)
    spec = registry.get(name)
    return spec.build(LABELS, **smallest(spec), **options)


def light(spec):
    """Options that put the model on a small encoder that normalises, where it can choose one."""
    choices = {option.name: option.choices for option in spec.options}
    if "resnet18" not in choices.get("backbone", ()):
        return {}
    return {"backbone": "resnet18"} | ({"batch_norm": True} if "batch_norm" in choices else {})


def parameters(model):
    return sum(p.numel() for p in model.parameters())


def make_batch(spec, count=2, size_hw=(64, 96)):
    torch.manual_seed(1)
    height, width = size_hw
    batch = torch.rand(count, 3, height, width) * 0.2
    batch[:, 0, 8:40, 16:56] += 1.5
    if spec.task is Task.SEMANTIC:
        ids = torch.zeros(height, width, dtype=torch.long)
        ids[8:40, 16:56] = 1
        ids[:, -8:] = 255
        return batch, [SemanticTarget(ids)] * count
    if spec.task is Task.CLASSIFICATION:
        batch[1:] = -batch[1:]
        return batch, [ClassificationTarget(torch.tensor(i)) for i in range(count)]
    box = torch.tensor([[16.0, 8.0, 56.0, 40.0]])
    mask = torch.zeros(1, height, width, dtype=torch.bool)
    mask[0, 8:40, 16:56] = True
    return batch, [DetectionTarget(box, torch.tensor([1]), mask)] * count


@pytest.mark.parametrize("name", NAMES)
def test_the_registry_entry_is_complete(name):
    spec = registry.get(name)
    assert spec.text
    assert spec.paper
    assert spec.backends
    assert all(side % spec.size_multiple == 0 for side in spec.input_hw)


@pytest.mark.parametrize("name", NAMES)
def test_the_card_is_written_in_both_languages(name):
    about = registry.get(name).about
    assert about is not None, "the Model dock has nothing to tell"
    parts = [about.idea, about.improves_on, about.look_for]
    if registry.get(name).trainable:
        parts.append(about.differs)
    for text in parts:
        assert len(text.en) > 20
        assert any("가" <= letter <= "힣" for letter in text.ko)


@pytest.mark.parametrize("name", TRAINABLE)
def test_every_look_gives_a_map(name):
    model = build(name).eval()
    seen = {}
    for look in registry.get(name).looks:
        module = model.get_submodule(look.path)
        module.register_forward_hook(
            lambda m, i, output, path=look.path: seen.update({path: output})
        )
    with torch.inference_mode():
        model(torch.randn(1, 3, 64, 96))
    for look in registry.get(name).looks:
        shown = seen[look.path] if look.kind != "positions" else seen[look.path][1]
        assert shown.ndim == 4, f"{look.path} gives no map"
        assert look.kind != "scores" or shown.shape[1] == LABELS


@pytest.mark.parametrize("name", [name for name in TRAINABLE if registry.get(name).options])
def test_live_options_keep_every_tensor(name):
    spec = registry.get(name)
    plain = shapes(spec)
    assert shapes(spec, **{option.name: option.default for option in spec.options}) == plain
    for option in spec.options:
        for choice in option.choices[1:] if option.live else ():
            assert shapes(spec, **{option.name: choice}) == plain


def shapes(spec, **options):
    with shapes_only():
        model = spec.build(LABELS, **options)
    return {name: tensor.shape for name, tensor in model.state_dict().items()}


@pytest.mark.parametrize("name", [name for name in RUN if registry.get(name).options])
def test_a_width_of_nearly_nothing_leaves_channels_or_is_refused(name):
    spec = registry.get(name)
    if "width" not in {option.name for option in spec.options}:
        pytest.skip("it has no width")
    try:
        found = shapes(spec, width=0.001)
    except ValueError:
        return
    assert all(0 not in shape for shape in found.values())


@pytest.mark.parametrize("name", RUN)
def test_any_input_size_gives_outputs_of_that_size(name):
    model = build(name).eval()
    for size_hw in ((64, 96), (61, 83), (33, 130)):
        with torch.inference_mode():
            (output,) = model.predict(torch.randn(1, 3, *size_hw))
        check_size(output, size_hw)


def check_size(output, size_hw):
    if isinstance(output, SemanticOutput):
        assert output.logits.shape == (LABELS, *size_hw)
        assert output.logits.dtype == torch.float32
    elif isinstance(output, ClassificationOutput):
        assert output.logits.shape == (LABELS,)
        assert output.logits.dtype == torch.float32
    elif isinstance(output, ClickOutput):
        half = output.features[0].shape[-2:]
        assert all(2 * a >= b for a, b in zip(half, size_hw, strict=True))
    else:
        assert isinstance(output, DetectionOutput)
        count = len(output.scores)
        assert output.boxes.shape == (count, 4)
        assert output.labels.shape == (count,)
        assert ((output.scores >= 0) & (output.scores <= 1)).all()
        assert ((output.labels >= 0) & (output.labels < LABELS)).all()


def boxes_of_all_sizes(size_hw=(64, 96), count=200):
    """Boxes anywhere, from tiny to far larger than the picture: what a single-shot detector's
    coarser maps are for, whose layers learn of no smaller object."""
    torch.manual_seed(2)
    centers = torch.rand(count, 2) * torch.tensor([size_hw[1], size_hw[0]])
    sides = 4 * 128 ** torch.rand(count, 1) * 2 ** torch.empty(count, 2).uniform_(-0.5, 0.5)
    boxes = torch.cat([centers - sides / 2, centers + sides / 2], dim=1)
    return DetectionTarget(boxes, torch.arange(count) % LABELS)


@pytest.mark.parametrize("name", RUN)
def test_losses_are_finite_and_reach_every_parameter(name):
    spec, model = registry.get(name), build(name).train()
    batch, targets = make_batch(spec)
    if spec.task is Task.DETECTION:
        targets = [boxes_of_all_sizes()] * 2
    losses = model.losses(batch, targets)
    assert all(torch.isfinite(value) and value.ndim == 0 for value in losses.values())
    sum(losses.values()).backward()
    lost = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert not lost


@pytest.mark.parametrize("name", RUN)
def test_a_batch_without_anything_to_learn_has_finite_losses(name):
    spec, model = registry.get(name), build(name).train()
    batch, _ = make_batch(spec)
    nothing = {
        Task.SEMANTIC: SemanticTarget(torch.full((64, 96), 255)),
        Task.CLASSIFICATION: ClassificationTarget(torch.tensor(255)),
    }.get(spec.task, DetectionTarget(torch.zeros(0, 4), torch.zeros(0, dtype=torch.long)))
    losses = model.losses(batch, [nothing] * 2)
    assert all(torch.isfinite(value) for value in losses.values())


@pytest.mark.parametrize("name", RUN)
def test_losses_can_be_told_in_evaluation_too(name):
    spec, model = registry.get(name), build(name).eval()
    batch, targets = make_batch(spec)
    with torch.inference_mode():
        losses = model.losses(batch, targets)
    assert all(torch.isfinite(value) and value.ndim == 0 for value in losses.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in RUN if not learns_by_heart(name)])
def test_the_loss_falls_on_two_samples(name):
    model = build(name, **light(registry.get(name))).train()
    if parameters(model) > LARGE:
        pytest.skip("the smaller one of its family is trained here")
    batch, targets = make_batch(registry.get(name))
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, fused=True)
    values = []
    for _ in range(12):
        loss = sum(model.losses(batch, targets).values())
        values.append(loss.item())
        if values[-1] < 0.6 * values[0]:
            return
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    pytest.fail(f"the loss goes {values}")


def test_registering_a_name_twice_is_an_error():
    with pytest.raises(ValueError, match="twice"):
        registry.register("unet32", task=Task.SEMANTIC, input_hw=(8, 8), paper="-")(build)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(KeyError, match="unet32"):
        registry.get("unet33")
