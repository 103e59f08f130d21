"""The listings that the tests of the report look at, written as text here."""

from __future__ import annotations

import pytest

from tests.report.scenes import Scene, make_scene


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("photos"))
