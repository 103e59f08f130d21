"""The scene every report test looks at, the page written from it, for a browser to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from detector.report.html import write_report

from .browsing import look
from .scenes import Scene, make_scene


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="session")
def page_path(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    view = scene.views.__getitem__
    return write_report(scene.listings, view, folder, title="Spring check", threshold=0.6)


@pytest.fixture
def page(browser: Browser, page_path: Path) -> Iterator[Page]:
    for watch in look(browser, page_path):
        yield watch.page
