"""The scene every report test looks at, the page written from it, and a browser to read it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from detector.report.html import write_report

from .browsing import FLAGS, look
from .scenes import Scene, make_scene


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="session")
def page_path(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    view = scene.views.__getitem__
    return write_report(scene.listings, view, folder, title="Spring check", threshold=0.6)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("DETECTOR_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail(
            "the report is tested in chromium and none was found. Install the package chromium, "
            "run scripts/test, or name one in DETECTOR_CHROMIUM"
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, page_path: Path) -> Iterator[Page]:
    for watch in look(browser, page_path):
        yield watch.page
