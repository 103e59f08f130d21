"""How the report looks in a real browser: widths, light and dark, print, names for everything."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

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
@pytest.mark.parametrize("width", [320, 360, 700, 1280])
def test_no_sideways_scrolling(browser, page_path, width, scheme):
    size = {"width": width, "height": 780}
    for watch in look(browser, page_path, viewport=size, color_scheme=scheme):
        watch.page.get_by_role("button", name="Open all").click()
        wide = watch.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        expect(watch.page.locator(".card h3").first).to_be_visible()


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
