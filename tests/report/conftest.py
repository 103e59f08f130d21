"""The scene every report test looks at, made once, and the page written from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.report.html import write_report

from .scenes import Scene, make_scene


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="session")
def page_path(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    view = scene.views.__getitem__
    return write_report(scene.listings, view, folder, title="Spring check", threshold=0.6)
