"""The project that its tests begin with: two labels, three pictures."""

import pytest

from engine.project.project import Project
from tests.make_project import A, B


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path, (A, B)) as opened:
        opened.add_frames(tmp_path / name for name in ("a.jpg", "b.jpg", "sub/c.jpg"))
        yield opened
