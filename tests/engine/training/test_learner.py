"""What a step cannot do is said with what to change."""

import pytest

from engine.errors import TrainingError
from tests.make_run import run


def test_batch_norm_of_a_single_number_is_explained(config):
    changes = ("model=fcn8s_resnet18", "options={width: 0.25}", "batch_size=1", "precision=float32")
    with pytest.raises(TrainingError, match="one sample at a time") as caught:
        run(config, *changes, "size_hw=[32, 32]")
    assert "size_hw" in caught.value.hint
