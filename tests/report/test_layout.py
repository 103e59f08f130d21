"""How the report looks in a real browser: widths, light and dark, print, names for everything."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from PIL import Image
from playwright.sync_api import expect

from detector.records import ChannelName
from detector.report.html import write_report

from .browsing import look


def test_print_shows_every_proof_and_no_controls(page):
    second = page.locator(".finding:nth-child(2) .pictures")
    shown = "node => node.checkVisibility({contentVisibilityAuto: true})"
    assert not second.evaluate(shown)
    page.emulate_media(media="print")
    assert second.evaluate(shown)
    assert second.bounding_box()["height"] > 50
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator(".blend").first).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_sideways_scrolling(browser, page_path, width, scheme):
    size = {"width": width, "height": 780}
    for watch in look(browser, page_path, viewport=size, color_scheme=scheme):
        watch.page.get_by_role("button", name="Open all").click()
        wide = watch.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        expect(watch.page.locator(".card h3").first).to_be_visible()


@pytest.fixture(scope="module")
def tall_report(scene, tmp_path_factory):
    """The report of a tall and of a wide photo, with the evidence of as many channels as there are.

    The table of measures is wider than a phone then, and must scroll in itself.
    """
    folder, listings = tmp_path_factory.mktemp("tall"), []
    finding = scene.listings[0].findings[0]
    seen = tuple(replace(finding.evidence[0], channel=name) for name in get_args(ChannelName))
    found = (replace(finding, evidence=seen),)
    for name, size in (("tall.jpg", (600, 1200)), ("wide.jpg", (1600, 300))):
        Image.new("RGB", size, (200, 190, 170)).save(folder / name)
        path = str(folder / name)
        listings += [
            replace(scene.listings[0], path=path, digest="", findings=found),
            replace(scene.listings[-1], path=path, digest="", findings=(), scores=()),
        ]
    view = scene.views.__getitem__
    return write_report(listings, view, folder / "out", title="Tall", threshold=0.6)


@pytest.mark.parametrize("width", [320, 390, 768])
def test_tall_and_wide_photos_fit_a_phone(browser, tall_report, width):
    for watch in look(browser, tall_report, viewport={"width": width, "height": 780}):
        watch.page.get_by_role("button", name="Open all").click()
        assert watch.page.locator(".card").count() == 2
        assert watch.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(browser, page_path, scheme):
    """WCAG AA: 4.5 to 1 for the colours of words on the page and on cards."""
    for watch in look(browser, page_path, color_scheme=scheme):
        ratios = watch.page.evaluate(CONTRASTS)
        assert len(ratios) == 12
        assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


CONTRASTS = """() => {
  const style = getComputedStyle(document.documentElement);
  const ink = document.body.appendChild(document.createElement("i"));
  const light = (name) => {
    ink.style.color = style.getPropertyValue(name);
    const parts = getComputedStyle(ink).color.match(/\\d+/g).map((part) => part / 255);
    const [r, g, b] = parts.map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const result = {};
  for (const ground of ["--paper", "--card"])
    for (const words of ["--ink", "--soft", "--accent", "--block", "--review", "--pass"]) {
      const [low, high] = [light(words), light(ground)].sort((a, b) => a - b);
      result[words + ground] = (high + 0.05) / (low + 0.05);
    }
  ink.remove();
  return result;
}"""


def test_every_control_and_picture_has_a_name(page):
    nameless = page.evaluate("""() => [...document.querySelectorAll("button, input, select")]
        .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim()
            || node.labels?.length)).map((node) => node.outerHTML.slice(0, 80))""")
    assert nameless == []
    assert page.locator(".card img:not([alt]), .card img[alt='']").count() == 0
    for landmark in ("banner", "main", "search"):
        expect(page.get_by_role(landmark)).to_have_count(1)


def test_without_scripts_all_can_be_read(browser, page_path):
    for watch in look(browser, page_path, java_script_enabled=False):
        page = watch.page
        expect(page.locator("#filters")).to_be_hidden()
        assert page.locator(".card:visible").count() == 7
        page.locator(".finding:nth-child(2) summary").click()
        expect(page.locator(".finding:nth-child(2) .pictures")).to_be_visible()
