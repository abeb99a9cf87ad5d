"""A classifier for each place in a box, reading the features of several depths there.

Hariharan, Arbelaez, Girshick, Malik: "Hypercolumns for Object Segmentation and Fine-grained
Localization", CVPR 2015, section 3. What a feature says of a pixel depends on where in the box the
pixel is: an ear belongs to a dog at the top, a paw at the bottom. So there are grid x grid
classifiers, and in between them what the nearest four say is blended by distance. As everything
is linear, the classifiers themselves are blended here, once for all boxes, and each depth is read
at its own size before its scores are brought to the size of all.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

CHUNK = 32
DEVIATION = 0.01


class LocalClassifier(nn.Module):
    """Whether each of side x side places in a box belongs to the object, label by label.

    `channels` are those of the feature maps, `dense` that of one vector that describes the whole
    box. `said` are places to look at: what each depth says, the vector's last.
    """

    def __init__(
        self, channels: Sequence[int], dense: int, num_labels: int, *, grid: int, side: int
    ) -> None:
        super().__init__()
        self.side = side
        self.maps = nn.ParameterList(
            nn.Parameter(torch.randn(num_labels, count, grid, grid) * DEVIATION)
            for count in channels
        )
        self.vector = nn.Parameter(torch.randn(num_labels, dense, grid, grid) * DEVIATION)
        self.bias = nn.Parameter(torch.zeros(num_labels, grid, grid))
        self.said = nn.ModuleList(nn.Identity() for _ in range(len(channels) + 1))

    def forward(self, crops: Sequence[Tensor], described: Tensor, labels: Tensor) -> Tensor:
        """Crops of every depth (R, C_i, s_i, s_i), vectors (R, D), label indices (R,) int64 ->
        logits (R, side, side)."""
        shape = len(labels), 1, self.side, self.side
        parts = [described.new_zeros(shape, dtype=torch.float32) for _ in self.said]
        for label in sorted(set(labels.tolist())):
            for rows in (labels == label).nonzero()[:, 0].split(CHUNK):
                for part, crop, weight in zip(parts, crops, self.maps, strict=False):
                    part[rows] = self._read(crop[rows], weight[label])
                told = torch.einsum("rd,dij->rij", described[rows], self.vector[label])
                parts[-1][rows] = _resized((told + self.bias[label])[:, None], self.side).float()
        seen = [look(part) for look, part in zip(self.said, parts, strict=True)]
        return torch.stack(seen).sum(dim=0)[:, 0]

    def _read(self, crops: Tensor, weight: Tensor) -> Tensor:
        """Crops (r, C, s, s) and classifiers (C, grid, grid) -> scores (r, 1, side, side)."""
        blended = _resized(weight[None], crops.shape[-1])[0]  # (C, s, s)
        scores = torch.einsum("rcij,cij->rij", crops, blended)  # (r, s, s)
        return _resized(scores[:, None], self.side).float()


def _resized(maps: Tensor, side: int) -> Tensor:
    """Maps (N, C, h, w) -> (N, C, side, side), bilinear."""
    return functional.interpolate(maps, size=(side, side), mode="bilinear", align_corners=False)
