"""The list of weights keeps what is loaded from elsewhere."""

from pathlib import Path
from types import SimpleNamespace

from gui.controllers.weights import Choice, WeightsController
from gui.jobs import Jobs


def test_weights_loaded_from_a_file_stay_in_the_list_when_it_is_read_again(qapp):
    jobs = Jobs()
    weights = WeightsController(jobs)
    mine, bundled = (Choice(key, key, "", True) for key in ("mine.safetensors", "bundled"))
    weights.choices = (mine,)
    weights.loaded = SimpleNamespace(key=str(Path("mine.safetensors")))
    weights._on_listed((bundled,))
    assert weights.choices == (bundled, mine)
    weights._on_listed((bundled, mine))
    assert weights.choices == (bundled, mine)
    jobs.close()
