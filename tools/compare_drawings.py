"""Compares how SVGs are drawn with a browser: `python tools/compare_drawings.py SOURCE...`.

A SOURCE is a folder of SVGs, or an `icons.json` of the packages `@iconify-json/...`, unpacked:

    npm pack @iconify-json/logos && tar xf iconify-json-logos-*.tgz
    python tools/compare_drawings.py package/icons.json --most 200

Prints the median and the worst mean differences in grey levels (0 to 255) on white, and what was
refused. The exit status is 1 when a drawing differs by more than `--limit`.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import random
import shutil
import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from detector.errors import MarkError
from detector.pictures.drawings import DrawingWorker
from detector.records import Pixels

SIDE = 192  # pixels of a drawing
ROW, BATCH = 8, 48  # drawings in a row and on a page
LIMIT = 6.0  # grey levels: antialiasing alone stays below
SEED = 1


def drawings(source: Path) -> Iterator[tuple[str, bytes]]:
    """Yield names and bytes of the SVGs in a source."""
    if source.suffix != ".json":
        yield from ((str(path), path.read_bytes()) for path in sorted(source.rglob("*.svg")))
        return
    icons = json.loads(source.read_text())
    for name, icon in sorted(icons["icons"].items()):
        width, height = (icon.get(side) or icons.get(side, 16) for side in ("width", "height"))
        box = f"{icon.get('left', 0)} {icon.get('top', 0)} {width} {height}"
        head = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        yield name, f'<svg {head} viewBox="{box}">{icon["body"]}</svg>'.encode()


def seen(page: Page, batch: Sequence[bytes]) -> list[Pixels]:
    """How the browser draws SVGs, each (SIDE, SIDE, 3) on white; its window shows all of them."""
    style = f"width:{SIDE}px;height:{SIDE}px;object-fit:contain;display:block"
    addresses = (f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}" for svg in batch)
    images = "".join(f'<img decoding="sync" style="{style}" src="{one}">' for one in addresses)
    grid = f"display:grid;grid-template-columns:repeat({ROW},{SIDE}px)"
    page.set_content(f'<!doctype html><body style="margin:0;background:#fff;{grid}">{images}')
    with Image.open(io.BytesIO(page.screenshot())) as image:
        whole = np.asarray(image.convert("RGB"))
    corners = [(SIDE * (n // ROW), SIDE * (n % ROW)) for n in range(len(batch))]
    return [whole[y : y + SIDE, x : x + SIDE] for y, x in corners]


def on_white(pixels: Pixels) -> Pixels:
    """An RGBA drawing in the middle of a white square."""
    image = Image.fromarray(pixels)
    ground = Image.new("RGBA", (SIDE, SIDE), "white")
    ground.alpha_composite(image, ((SIDE - image.width) // 2, (SIDE - image.height) // 2))
    return np.asarray(ground.convert("RGB"))


def compared(
    page: Page, worker: DrawingWorker, chosen: Sequence[tuple[str, bytes]]
) -> tuple[dict[str, float], dict[str, str]]:
    """The mean difference of every drawing, and what was said of those that were refused."""
    differences, refused = dict[str, float](), dict[str, str]()
    for start in range(0, len(chosen), BATCH):
        batch = chosen[start : start + BATCH]
        for (name, svg), theirs in zip(batch, seen(page, [svg for _, svg in batch]), strict=True):
            try:
                ours = on_white(worker.draw(svg, "SVG", SIDE))
            except MarkError as error:
                refused[name] = error.message
            else:
                differences[name] = float(np.abs(ours.astype(int) - theirs).mean())
    return differences, refused


def main(arguments: Sequence[str]) -> int:
    """Compare and print; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=300, help="drawings of each source")
    parser.add_argument("--limit", type=float, default=LIMIT)
    options = parser.parse_args(arguments)
    worst = 0.0
    chromium = os.environ.get("DETECTOR_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright, DrawingWorker() as worker:
        flags = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(viewport={"width": ROW * SIDE, "height": BATCH // ROW * SIDE})
        for source in options.sources:
            found = list(drawings(source))
            chosen = random.Random(SEED).sample(found, min(options.most, len(found)))
            differences, refused = compared(page, worker, chosen)
            middle = statistics.median(differences.values() or [0.0])
            print(
                f"{source}: {len(differences)} drawn, median {middle:.2f}, {len(refused)} refused"
            )
            for name in sorted(differences, key=lambda one: -differences[one])[:8]:
                print(f"  {differences[name]:6.2f}  {name}")
            for name, words in refused.items():
                print(f"  refused {name}: {words}")
            worst = max([worst, *differences.values()])
        browser.close()
    return int(worst > options.limit)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
