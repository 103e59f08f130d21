"""SVGs are drawn as a browser draws them, or refused with the element and the property named."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from compare_drawings import ROW, SIDE, on_white, seen
from PIL import Image
from playwright.sync_api import Browser, Page

from detector.errors import MarkError
from detector.pictures.drawings import DrawingWorker
from tests.pictures import svgs

ANTIALIASING = 1.5  # mean difference in grey levels


@pytest.fixture(scope="module")
def worker() -> Iterator[DrawingWorker]:
    with DrawingWorker() as worker:
        yield worker


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    rows = -(-len(svgs.DRAWN) // ROW)
    page = browser.new_page(viewport={"width": ROW * SIDE, "height": rows * SIDE})
    yield page
    page.close()


@pytest.fixture(scope="module")
def in_browser(page: Page) -> dict[str, np.ndarray]:
    return dict(zip(svgs.DRAWN, seen(page, list(svgs.DRAWN.values())), strict=True))


@pytest.mark.parametrize("name", svgs.DRAWN)
def test_it_is_drawn_as_in_a_browser(in_browser, worker, name):
    ours = on_white(worker.draw(svgs.DRAWN[name], "SVG", SIDE))
    assert np.abs(ours.astype(int) - in_browser[name]).mean() < ANTIALIASING


def test_a_stroke_in_pixels_is_as_wide_as_in_a_browser(page, worker):
    page.set_content("<!doctype html><body style='margin:0'>" + svgs.THIN.decode())
    shot = page.screenshot(clip={"x": 0, "y": 0, "width": 100, "height": 100})
    with Image.open(io.BytesIO(shot)) as image:
        theirs = np.asarray(image.convert("L")).astype(int)
    drawn = Image.fromarray(worker.draw(svgs.THIN, "SVG", 100))
    ground = Image.new("RGBA", drawn.size, "white")
    ground.alpha_composite(drawn)
    ours = np.asarray(ground.convert("L")).astype(int)
    assert np.abs(ours - theirs).mean() < 1
    assert (ours < 128).sum() == pytest.approx((theirs < 128).sum(), rel=0.2)


@pytest.mark.parametrize("name", svgs.REFUSED)
def test_it_is_refused_by_name(worker, name):
    document, words = svgs.REFUSED[name]
    with pytest.raises(MarkError, match=words) as told:
        worker.draw(document, "SVG", SIDE, "logo.svg")
    assert str(told.value).startswith("logo.svg: the SVG")
    assert told.value.remedy
