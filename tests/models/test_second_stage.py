import torch

from models.second_stage import RegionFeatures, unsolved
from tests.tiny_fitted import TinyFitted

BOXES = torch.tensor([[0.0, 0, 10, 20], [5, 5, 25, 15], [3, 0, 9, 9]])
DESCRIBED = RegionFeatures(torch.ones(3, 2), torch.tensor([[1.0, 0], [0, 1], [0, 0]]))


def test_machines_score_and_regressions_move_each_label_by_itself():
    stage = unsolved(2, pooled=2, dense=2)._replace(
        svm_weights=torch.tensor([[4.0, 0], [0, 8]]),
        feature_scale=torch.tensor(0.5),
        box_weights=torch.tensor([[[0.25, 0.25], [0, 0], [0, 0], [0, 0]], [[0, 0]] * 4]),
    )
    scores, boxes = stage.judge(DESCRIBED, BOXES)
    margins = torch.tensor([[2.0, 0], [0, 4], [0, 0]])
    torch.testing.assert_close(scores, margins.sigmoid())
    half_a_width = torch.tensor([[5.0, 0, 5, 0], [10, 0, 10, 0], [3, 0, 3, 0]])
    torch.testing.assert_close(boxes[:, 0], BOXES + half_a_width)
    torch.testing.assert_close(boxes[:, 1], BOXES)


def test_what_is_solved_is_saved_under_its_own_names():
    model = TinyFitted(2)
    kept = model.state_dict()
    assert model.second_stage._fields == tuple(name for name in kept if "." not in name)[1:]
    assert next(name for name in kept if "." not in name) == "is_fitted"
