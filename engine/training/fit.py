"""The second stage of detectors that solve for a part of themselves once descent is over.

The proposals' features of every picture are kept on disk meanwhile: of two thousand regions each
they are too many for memory, and a Run that was stopped goes on from them.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import overload

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from engine.datasets.batch import to_device
from engine.datasets.dataset import ListDataset
from engine.jobs import Progress
from engine.training.validate import watched
from engine.weights.weights import write_tensors
from models.contract import DetectionTarget
from models.fitted import FitPair, FittedDetector


class FeatureFolder:
    """Tensors of each picture, a file each: a `models.region_fitting.FeatureStore`."""

    def __init__(self, path: Path, device: torch.device) -> None:
        self._path = path
        self._device = device

    def __contains__(self, picture: int) -> bool:
        """Whether this picture's tensors are kept already."""
        return self._file(picture).exists()

    def put(self, picture: int, tensors: Mapping[str, Tensor]) -> None:
        """Write a picture's tensors, whole. WeightsError if there is no space."""
        self._path.mkdir(parents=True, exist_ok=True)
        kept = {name: tensor.cpu().contiguous().clone() for name, tensor in tensors.items()}
        write_tensors(self._file(picture), kept, {})

    def get(self, picture: int, name: str) -> Tensor:
        """One of a picture's tensors, on the device it is worked on."""
        with safe_open(self._file(picture), framework="pt") as file:
            tensor: Tensor = file.get_tensor(name)
        return tensor.to(self._device)

    def _file(self, picture: int) -> Path:
        return self._path / f"{picture}.safetensors"


class _Samples(Sequence[FitPair]):
    """The pictures of a list and their targets, read when they are asked for."""

    def __init__(self, dataset: ListDataset, device: torch.device) -> None:
        self._dataset = dataset
        self._device = device

    def __len__(self) -> int:
        return len(self._dataset)

    @overload
    def __getitem__(self, index: int) -> FitPair: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FitPair]: ...
    def __getitem__(self, index: int | slice) -> FitPair | Sequence[FitPair]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        sample = self._dataset[index]
        target = to_device(sample.target, self._device)
        assert isinstance(target, DetectionTarget)
        return sample.input.to(self._device), target


def fitted(
    model: FittedDetector,
    weights: Path,
    dataset: ListDataset,
    features: Path,
    *,
    progress: Progress,
    check: Callable[[], None],
) -> FittedDetector:
    """A copy of the model with these Weights, fitted on the samples without augmentation.

    Without such a file, with the model's own. Features that the folder holds already are not made
    again. `check` is called within pictures as well and may raise, to stop.
    """
    result = copy.deepcopy(model).eval()
    if weights.exists():
        result.load_state_dict(load_file(weights))
    device = next(result.parameters()).device

    def tell(done: int, total: int, text: str) -> None:
        check()
        progress(done, total, text)

    samples = _Samples(dataset.unchanged(), device)
    with watched(result, check):
        result.fit(samples, features=FeatureFolder(features, device), progress=tell)
    return result
