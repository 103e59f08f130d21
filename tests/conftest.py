"""One hypothesis profile for all tests: the same examples each time, and no stopwatch.

The command line reads no words unless a test asks for it: every process would load the models.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

os.environ["DETECTOR_WORDS"] = "no"

settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")

CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("DETECTOR_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail(
            "reports and drawings are tested in chromium and none was found. Install the package "
            "chromium, run scripts/test, or name one in DETECTOR_CHROMIUM"
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()
