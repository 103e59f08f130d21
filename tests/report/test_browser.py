"""The report in a real browser: Debian's chromium, driven by playwright."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from detector.records import Listing
from detector.report import html
from detector.report.html import write_report

from .browsing import look


def seen(page: Page, selector: str) -> list[str]:
    """The file names of the visible photos of a list, in their order."""
    return page.locator(f"{selector} .item:visible .file").all_inner_texts()


ALL = [
    "mug-00.jpg",
    "mug.jpg",
    "gift-box.jpg",
    "box-01.jpg",
    "bag-02.jpg",
    "mug-03.jpg",
    "bag-04.jpg",
]


def test_all_is_shown_at_first(page):
    assert seen(page, "#found") == ALL
    assert seen(page, "#unexamined") == ["cut-short.jpg", "huge.png"]
    assert len(seen(page, "#clean")) == 4
    expect(page.locator("#count")).to_have_text("13 of 13 photos")


def test_filters(page):
    page.get_by_label("Decision").select_option("block")
    assert seen(page, "#found") == ["mug-00.jpg", "gift-box.jpg", "box-01.jpg"]
    expect(page.locator("#clean, #unexamined").first).to_be_hidden()
    page.get_by_label("Mark").select_option("fenn-tea")
    assert seen(page, "#found") == ["gift-box.jpg"]
    assert page.locator("#found .finding:visible .name").all_inner_texts() == ["2Fenn Tea"]
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("#count")).to_have_text("13 of 13 photos")
    page.get_by_label("Verdict").select_option("look-alike")
    assert seen(page, "#found") == ["mug-03.jpg"]
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_label("Status").select_option("refused")
    assert seen(page, "main") == ["huge.png"]


def test_least_score(page):
    page.get_by_label("Score at least").fill("0.9")
    expect(page.locator("#score-shown")).to_have_text("0.90")
    assert seen(page, "main") == ["mug-00.jpg", "mug.jpg", "gift-box.jpg", "box-01.jpg"]
    assert page.locator("#found .finding:visible").count() == 4


def test_search(page):
    search = page.get_by_label("Search")
    search.fill("SHOP-2")
    assert seen(page, "main") == ["gift-box.jpg", "box-01.jpg", "bag-04.jpg"]
    search.fill("fenn")
    assert seen(page, "main") == ["gift-box.jpg", "bag-02.jpg"]
    search.fill("over the limit")
    assert seen(page, "main") == ["huge.png"]
    search.fill("no such thing")
    expect(page.get_by_text("No photo matches these filters.")).to_be_visible()
    expect(page.locator("#count")).to_have_text("0 of 13 photos")


def test_sort(page):
    sort = page.get_by_label("Sort by")
    sort.select_option("path")
    paths = page.eval_on_selector_all(".card", "nodes => nodes.map(n => n.dataset.path)")
    assert paths == sorted(paths)
    assert seen(page, "#found") != ALL
    sort.select_option("mark")
    marks = page.locator("#found .card .finding:first-child .name").all_inner_texts()
    assert [mark.lstrip("1") for mark in marks] == ["Fenn Tea"] + ["Norrvik"] * 3 + ["Ovalo"] * 3
    sort.select_option("score")
    assert seen(page, "#found") == ALL


def test_zoom_with_the_mouse(page):
    zoom = page.get_by_role("dialog", name="Enlarged picture")
    page.get_by_role("button", name="Enlarge: the whole photo").first.click()
    expect(zoom).to_be_visible()
    picture, outline = zoom.locator("img"), zoom.locator("polygon.line")
    assert picture.bounding_box()["width"] > 700
    assert outline.count() == 1
    inner, outer = outline.bounding_box(), picture.bounding_box()
    assert outer["x"] < inner["x"] < inner["x"] + inner["width"] < outer["x"] + outer["width"]
    zoom.get_by_role("button", name="Close").click()
    expect(zoom).to_be_hidden()


def test_outline_lies_on_the_photo(page):
    """The outline is drawn where the finding is, in the scale of the shown picture."""
    frame = page.locator(".photo .frame").first
    photo, outline = frame.locator("img").bounding_box(), frame.locator(".line").bounding_box()
    scale = photo["width"] / 900
    assert outline["x"] - photo["x"] == pytest.approx(280 * scale, abs=3)
    assert outline["width"] == pytest.approx(315 * scale, abs=4)


def test_keys_walk_the_findings_and_enlarge(page):
    focus = "document.activeElement.getAttribute('aria-label')"
    page.keyboard.press("j")
    assert page.evaluate(focus) == "Norrvik, identical copy, score 0.99"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focus).startswith("Ovalo, identical copy, authorised")
    for _ in range(2):
        page.keyboard.press("j")
    assert page.evaluate(focus) == "Fenn Tea, altered copy, score 0.81"
    expect(page.locator(".finding:focus details")).to_have_attribute("open", "")
    expect(page.locator(".finding:focus")).to_be_in_viewport()
    page.keyboard.press("k")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focus).startswith("Ovalo")
    zoom, caption = page.locator("#zoom"), page.locator("#zoom-caption")
    page.keyboard.press("Enter")
    expect(zoom).to_be_visible()
    expect(caption).to_have_text("In the photo")
    page.keyboard.press("ArrowRight")
    expect(caption).to_have_text("Photo laid over the reference")
    page.keyboard.press("Escape")
    expect(zoom).to_be_hidden()
    assert page.evaluate(focus).startswith("Ovalo")


def test_keys_for_search_and_help(page):
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("jk?/")
    expect(page.get_by_label("Search")).to_have_value("jk?/")
    page.get_by_label("Search").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("next finding")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_keys_keep_to_filtered_findings(page):
    page.get_by_label("Mark").select_option("fenn-tea")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label == "Fenn Tea, altered copy, score 0.86"


def test_blend_moves_the_divider(page):
    figure = page.locator("figure.compare").first
    clip = "node => getComputedStyle(node).clipPath"
    before = figure.locator(".over").evaluate(clip)
    figure.get_by_role("slider").fill("80")
    after = figure.locator(".over").evaluate(clip)
    assert before != after
    assert "20%" in after
    expect(figure.locator(".edges")).to_be_visible()
    figure.get_by_label("edges").uncheck()
    expect(figure.locator(".edges")).to_be_hidden()


def test_enlarged_comparison_can_be_blended(page):
    page.get_by_role("button", name="Enlarge: comparison").first.click()
    stage = page.locator("#zoom-stage")
    page.locator("#zoom-blend").fill("10")
    clip = stage.locator(".over").evaluate("node => getComputedStyle(node).clipPath")
    assert "90%" in clip
    assert stage.evaluate("node => getComputedStyle(node, '::after').left") != "auto"


def test_open_all(page):
    second = page.locator(".finding:nth-child(2) .pictures")
    expect(second).to_be_hidden()
    page.get_by_role("button", name="Open all").click()
    expect(second).to_be_visible()
    page.get_by_role("button", name="Close all").click()
    expect(second).to_be_hidden()


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_strange_names_are_inert(browser, scene, tmp_path):
    first = scene.listings[0]
    sly = replace(first.findings[0], name=EVIL, mark=EVIL, reasons=(EVIL,), source=EVIL)
    listings = [replace(first, findings=(sly,)), Listing(EVIL, "error", "review", EVIL)]
    path = write_report(listings, scene.views.__getitem__, tmp_path, title=EVIL, threshold=0.6)
    for watch in look(browser, path):
        page = watch.page
        assert page.title() == EVIL
        expect(page.locator(".name").first).to_have_text(EVIL)
        page.get_by_label("Mark").select_option(EVIL)
        assert seen(page, "main") == ["mug-00.jpg"]
        page.locator(".seen").first.click()
        expect(page.locator("#zoom")).to_be_visible()
        assert page.locator("script").count() == 1
        assert page.locator("img[src=x]").count() == 0


def test_injected_script_would_not_run(browser, page_path, tmp_path):
    """Should an escape ever be forgotten, the content security policy still stops the script."""
    text = page_path.read_text("utf-8")
    hurt = tmp_path / "hurt.html"
    hurt.write_text(text.replace("<main>", "<main><script>document.title = 'owned'</script>", 1))
    context = browser.new_context()
    page = context.new_page()
    page.goto(hurt.as_uri())
    assert page.title() == "Spring check"
    expect(page.locator("#count")).to_have_text("13 of 13 photos")
    context.close()


def state_of(page: Page) -> str:
    return page.evaluate("location.hash")


def test_the_state_of_the_filters_is_in_the_address(browser, page, page_path):
    page.get_by_label("Decision").select_option("block")
    page.get_by_label("Search").fill("mug & co")
    page.get_by_label("Search").fill("shop-2")
    assert state_of(page) == "#search=shop-2&decision=block"
    for watch in look(browser, page_path):
        other = watch.page
        other.goto(f"{page_path.as_uri()}{state_of(page)}&mark=none&sort=path")
        other.reload()
        assert seen(other, "main") == ["box-01.jpg", "gift-box.jpg"]
        expect(other.get_by_label("Mark")).to_have_value("")
        other.get_by_role("button", name="Clear filters").click()
        expect(other.locator("#count")).to_have_text("13 of 13 photos")
        assert state_of(other) == ""


def test_a_colleague_is_sent_to_a_finding(browser, page, page_path):
    for _ in range(4):
        page.keyboard.press("j")
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert state_of(page).startswith("#at=photo-")
    for watch in look(browser, page_path, viewport={"width": 390, "height": 700}):
        watch.page.goto(page_path.as_uri() + state_of(page))
        watch.page.reload()
        assert watch.page.evaluate("document.activeElement.getAttribute('aria-label')") == name
        expect(watch.page.locator(".finding:focus")).to_be_in_viewport()


def test_a_report_of_several_pages(browser, scene, tmp_path, monkeypatch):
    monkeypatch.setattr(html, "MAX_ON_ONE_PAGE", 5)
    monkeypatch.setattr(html, "FINDINGS_A_PAGE", 3)
    view = scene.views.__getitem__
    path = write_report(scene.listings, view, tmp_path, title="Many", threshold=0.6)
    for watch in look(browser, path):
        page = watch.page
        assert seen(page, "#found") == ALL
        page.get_by_label("Mark").select_option("fenn-tea")
        assert seen(page, "#found") == ["gift-box.jpg", "bag-02.jpg"]
        assert page.locator("#found .finding:visible").count() == 2
        page.get_by_role("link", name="bag-02.jpg").click()
        expect(page).to_have_url(re.compile(r"report-pages/page-\d\.html#at=photo-\d$"))
        card = page.locator(".card", has_text="bag-02.jpg")
        expect(card).to_be_in_viewport()
        loaded = "nodes => nodes.every((node) => node.complete && node.naturalWidth > 0)"
        assert page.eval_on_selector_all("img", loaded)
        page.get_by_role("link", name="Previous").first.click()
        expect(page.get_by_text("Page 2 of 3").first).to_be_visible()
        page.get_by_role("link", name="Summary").first.click()
        assert len(seen(page, "#found")) == 7
