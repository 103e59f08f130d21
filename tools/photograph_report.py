"""Takes the README's picture of the report: `python tools/photograph_report.py [PHOTO]`.

Run `bash scripts/demo` first. The card of PHOTO in demo-output/report.html (a file name; the first
card when left out) is photographed in chromium into docs/images/report.png.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "demo-output" / "report.html"
PICTURE = ROOT / "docs" / "images" / "report.png"
WIDTH, HEIGHT = 1100, 900  # of the window, in CSS pixels
COLOURS = 128  # a palette keeps the file small; the photos on the page stay good enough


def photograph(report: Path, photo: str, picture: Path) -> None:
    """Write `picture`: the first card that a reader finds who searches the report for `photo`."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    browser_path = os.environ.get("DETECTOR_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=browser_path, args=flags)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(report.as_uri())
        page.get_by_label("Search").fill(photo)
        page.locator("#found .item:visible").first.screenshot(path=picture)
        browser.close()
    with Image.open(picture) as image:
        image.convert("RGB").quantize(COLOURS).save(picture, optimize=True)


def main(arguments: Sequence[str]) -> int:
    """Take the picture; the exit status."""
    if not REPORT.exists():
        sys.stderr.write("There is no report yet. Run: bash scripts/demo\n")
        return 2
    photograph(REPORT, arguments[0] if arguments else "", PICTURE)
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1000} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
