"""The end of most image classifiers since 2014: each feature map's mean, then one dense layer."""

from torch import Tensor, nn

from models.layers.initialise import initialise_scores


class PooledHead(nn.Module):
    """Mean of each feature map, dropout, label scores. Lin et al., Network In Network, 2014."""

    def __init__(self, channels: int, num_labels: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(channels, num_labels)
        initialise_scores(self.fc, deviation=0.01)

    def forward(self, features: Tensor) -> Tensor:
        """(N, C, h, w) -> (N, K)."""
        scores: Tensor = self.fc(self.dropout(features.mean(dim=(2, 3))))
        return scores
