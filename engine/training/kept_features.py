"""What a frozen encoder says of each picture, computed once and kept (`keep_features`).

An encoder that learns nothing says the same of the same pixels in every epoch. Each picture is
augmented in a few versions only, one an epoch in turn, and of each version the encoder's feature
maps are kept from the first time on. Pictures are still loaded: their targets, and what a system
does with the pixels beside its encoder, need them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import overload

import torch
from torch import Tensor, nn

from engine.datasets.dataset import ListDataset
from engine.errors import TrainingError
from models.encoder import Encoder, Features, count_maps, encoder_of, features_of, maps_of
from models.region_fitting import FeatureStore

_MAP = "map"


class FeatureMemory:
    """Tensors of each picture in RAM: a `models.region_fitting.FeatureStore`."""

    def __init__(self) -> None:
        self._kept: dict[int, dict[str, Tensor]] = {}

    @property
    def nbytes(self) -> int:
        """How much there is."""
        return sum(t.nbytes for tensors in self._kept.values() for t in tensors.values())

    def __contains__(self, picture: int) -> bool:
        """Whether this picture's tensors are kept already."""
        return picture in self._kept

    def put(self, picture: int, tensors: Mapping[str, Tensor]) -> None:
        """Keep a picture's tensors, and nothing of the batch that they are part of."""
        self._kept[picture] = {name: tensor.cpu().clone() for name, tensor in tensors.items()}

    def get(self, picture: int, name: str) -> Tensor:
        """One of a picture's tensors."""
        return self._kept[picture][name]


class KeptFeatures:
    """The feature maps of the samples of a list, each in every version that it is augmented in.

    `text` says where they are, and how much that is.
    """

    def __init__(self, dataset: ListDataset, store: FeatureStore, text: str = "") -> None:
        self._dataset = dataset
        self.store = store
        self.text = text

    def number(self, place: int, sample: int) -> int:
        """What the map of a sample, as it is now, is kept under that comes so late in a step."""
        turn = place * max(1, self._dataset.versions) + self._dataset.version
        return turn * len(self._dataset) + sample

    @contextmanager
    def in_place_of_encoder(self, model: nn.Module, samples: Sequence[int]) -> Iterator[None]:
        """While this block runs, the model is given what is kept of these samples, the pictures of
        one batch in their order, where it asks its encoder. What is not kept yet is computed."""
        encoder = encoder_of(model)
        assert encoder is not None  # it could not have been frozen
        name = next(name for name, module in model.named_modules() if module is encoder)
        model.set_submodule(name, _StandIn(encoder, self, samples))
        try:
            yield
        finally:
            model.set_submodule(name, encoder)


class _StandIn(nn.Module):
    """Answers for an encoder in one step, of one batch."""

    def __init__(self, encoder: Encoder, kept: KeptFeatures, samples: Sequence[int]) -> None:
        super().__init__()
        self._encoder = encoder
        self._kept = kept
        self._samples = samples
        self._asked = 0  # maps so far: a system may show its encoder the pictures at several scales

    def forward(self, batch: Tensor) -> Features:
        """As the encoder's own."""
        if len(batch) != len(self._samples):
            raise TrainingError(
                "keep_features is for systems whose encoder sees whole pictures; here it sees "
                "regions of them.",
                hint="Leave keep_features out.",
            )
        encoder, number = self._encoder, self._kept.number
        count = count_maps(encoder)
        places = range(self._asked, self._asked + count)
        self._asked += count
        numbers = [[number(place, sample) for sample in self._samples] for place in places]
        return features_of(encoder, _Maps(encoder, batch, self._kept.store, numbers))


class _Maps(Sequence[Tensor]):
    """The feature maps of a batch, of which only those are fetched, and kept, that are asked for:
    the finest are the largest, and few systems want them."""

    def __init__(
        self, encoder: Encoder, batch: Tensor, store: FeatureStore, numbers: list[list[int]]
    ) -> None:
        self._encoder = encoder
        self._batch = batch
        self._store = store
        self._numbers = numbers
        self._computed: dict[tuple[int, ...], Sequence[Tensor]] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Tensor: ...
    @overload
    def __getitem__(self, index: slice) -> list[Tensor]: ...
    def __getitem__(self, index: int | slice) -> Tensor | list[Tensor]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        numbers = self._numbers[index]
        missing = {n: row for row, n in enumerate(numbers) if n not in self._store}
        if missing:
            found = self._compute(tuple(missing.values()))[index]
            for number, tensor in zip(missing, found, strict=True):
                self._store.put(number, {_MAP: tensor})
        kept = torch.stack([self._store.get(number, _MAP) for number in numbers])
        # Channels last, as the encoder gives them.
        return kept.to(self._batch.device, memory_format=torch.channels_last)

    def _compute(self, rows: tuple[int, ...]) -> Sequence[Tensor]:
        """All maps of these rows of the batch."""
        if rows not in self._computed:
            with torch.no_grad():
                self._computed[rows] = maps_of(self._encoder(self._batch[list(rows)]))
        return self._computed[rows]
