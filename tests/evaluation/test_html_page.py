"""The page of a benchmark: every section, every null, hostile names, and a strict policy."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from detector.evaluation.html_page import UNKNOWN, write_page
from detector.evaluation.mistakes import Mistake
from detector.report.cards import FindingCard
from detector.report.finding_images import embed_image, make_proof
from tests.report.browsing import look
from tests.report.scenes import CREAM, NAMES, VIEWS, finding_at, lay, pose, product

from .results import result, undrawn

SECTIONS = {
    "methods": "Methods compared",
    "cuts": "Where it misses",
    "open-set": "Marks apart",
    "calibration": "Calibration",
    "distractors": "Beside distractors",
    "ladder": "Robustness",
    "advice": "Thresholds to choose",
    "misses": "Misses",
    "alarms": "False alarms",
    "unused": "Left out",
    "notes": "How to read this page",
}
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}\u202e\x00"


def shown(path="shop/a.jpg", mark="norrvik", fault="miss", name=NAMES[0]) -> Mistake:
    spot = pose([(280, 280), (590, 270), (595, 410), (285, 420)], VIEWS[0])
    photo = lay(product("mug", CREAM, (226, 224, 220)), VIEWS[0], spot, (22, 62, 98))
    found = [finding_at(VIEWS[row], row, name, 0.31, spot) for row in (0, 1)]
    exhibits = tuple(
        FindingCard(number, finding, make_proof(photo, finding, VIEWS.__getitem__))
        for number, finding in enumerate(found, 1)
    )
    return Mistake(fault, path, mark, 0.31, embed_image(photo, 900), 900, 700, exhibits)


GALLERY = (
    shown(),
    Mistake("miss", "shop/gone.jpg", "norrvik", None, words="No such file."),
    shown("shop/b.jpg", "norrvik", "alarm"),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write_page(result(), GALLERY, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def text(path):
    return path.read_text("utf-8")


def written(tmp_path, made, gallery=()) -> str:
    return write_page(made, gallery, tmp_path).read_text("utf-8")


def section(page: str, name: str) -> str:
    return re.search(f'<section id="{name}".*?(?=<section id=|</main>)', page, re.DOTALL)[0]


def test_every_section_is_there_and_can_be_reached(text):
    for name, head in SECTIONS.items():
        assert f'<h2 id="{name}-head">{head}' in section(text, name)
        assert f'<a href="#{name}">' in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("methods", ["60.0 %", "53.0–66.0 %", "textbook ORB", "without sift", "91.3 %", "0.042"]),
        ("cuts", ["By kind", "By size", "16-32 px", "By source", "60.0–80.0 %", "100.0 %"]),
        ("open-set", ["62.5 %", "norrvik", "50.0 %"]),
        ("calibration", ["error 0.031, Brier score 0.112;", "0.90", "95.0 %"]),
        (
            "distractors",
            [
                "at least 0.345 (review) or 0.900 (block)",
                "102clean10012.5 %8.0–19.0 %",
                "2.0 %0.7–5.7 %3 of 150",
                "1.0 %: 72.0 %60.0–80.0 %",
                "too few photos: no alarm at all",
                "84.0 %80.0–90.0 %0.0440.15: 12.0 % (40)",
                "1020.5291.5 %87.0–94.6 %171835",
                "Marks lost or outscored in the index of 102: 1",
                "not checked (budget)",
                "suppressed by z",
                "icon-7, score 0.77",
            ],
        ),
        (
            "ladder",
            [
                "an index of 12",
                "mirrored",
                "never",
                "256: 97.0 %; 64: 60.0 %",
                "1: 100.0 %; 2.5: 90.0 %",
            ],
        ),
        ("advice", ["0.4321", "0.9100", "1.2 to 54.0", "1000"]),
        ("misses", ["missed, at its best place", "found instead", "No such file.", "gone.jpg"]),
        ("alarms", ["the false alarm", "agreement 0.81", "colour −0.44"]),
        ("unused", ["labels.csv:7", "no such file", "shop/cut.jpg", "partial"]),
        ("notes", ["one clean photo in 100"]),
    ],
)
def test_a_section_says_what_was_measured(text, name, words):
    plain = " ".join(re.sub(r"<[^>]*>", "", section(text, name)).split())
    assert [word for word in words if word not in plain] == []


def test_the_head_says_how_it_was_measured(text):
    head = text[: text.index('<section id="methods"')]
    for word in ("spring photos", "2026-11-25", "abc123", "numpy 2.3", "a machine, 2 cores"):
        assert word in head
    assert "baselines True" in head
    assert "0.414" in head
    assert "<strong>1</strong> line of the dataset could not be used" in head


def test_the_page_is_complete_in_one_file(path, text):
    assert [one.name for one in path.parent.iterdir()] == ["benchmark.html"]
    assert text.startswith("<!doctype html>")
    sources = re.findall(r'\b(?:src|href)="([^"#]*)[^"]*"', text)
    assert {source.split(",")[0] for source in sources} == {"", "data:", "data:image/webp;base64"}
    assert "http" not in re.sub(r"http-equiv", "", re.sub(r"base64,[^\"]*", "", text))
    assert text.count("<svg") > 4


def test_the_policy_lets_only_this_style_in(text):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    assert "script" not in policy
    (style,) = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert " style=" not in text
    assert "<script" not in text


def test_same_result_same_bytes(tmp_path, text):
    assert written(tmp_path, result(), GALLERY) == text


def nulled(value):
    """The same with every number taken away."""
    match value:
        case dict():
            return {key: nulled(one) for key, one in value.items()}
        case list():
            return [nulled(one) for one in value]
        case str():
            return value
        case _:
            return None


def test_nulls_are_said_to_be_such_in_every_section(tmp_path):
    page = written(tmp_path, nulled(result()), GALLERY[1:2])
    for name in set(SECTIONS) - {"alarms", "unused", "notes"}:
        assert UNKNOWN in section(page, name)
    assert ">None<" not in page
    assert "nan" not in re.findall(r"\w+", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))


@pytest.mark.parametrize("empty", [None, ()])
def test_a_result_without_anything_still_makes_a_page(tmp_path, empty):
    keys = ("methods", "calibration", "advice", "ladder", "cuts", "open_set", "misses", "curve")
    page = written(tmp_path, {"schema": 1, "dataset": {"name": "x"}, **dict.fromkeys(keys, empty)})
    assert all(f'<h2 id="{name}-head">' in page for name in SECTIONS)
    assert "Robustness was not measured in this run." in page
    assert "no clean photos to learn from" in page
    assert page.count(UNKNOWN) > 10


def test_a_ladder_alone_says_nothing_of_photos(tmp_path):
    page = written(tmp_path, {"schema": 1, "ladder": result()["ladder"]})
    heads = [name for name in SECTIONS if f'<h2 id="{name}-head">' in page]
    assert heads == ["ladder", "notes"]
    assert re.findall(r'<li><a href="#([a-z]+)"', page) == heads
    assert "<h1>Robustness of 12 marks</h1>" in page
    assert UNKNOWN not in page.split("<main>")[0]


def hostile(value):
    match value:
        case dict():
            return {key: hostile(one) for key, one in value.items()}
        case list():
            return [hostile(one) for one in value]
        case str():
            return EVIL
        case _:
            return value


def test_names_from_strangers_are_only_text(tmp_path):
    made = hostile(copy.deepcopy(result()))
    made["methods"][EVIL] = made["methods"]["textbook ORB"]
    made["versions"][EVIL] = EVIL
    made["options"][EVIL] = [EVIL]
    gallery = [
        shown(EVIL, EVIL, name=EVIL),
        Mistake("alarm", EVIL, EVIL, 0.5, words=EVIL),
    ]
    made["misses"] *= 3
    page = written(tmp_path, made, gallery)
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "{{ 7 * 7 }}" in page
    assert "\u202e" not in page
    assert "\x00" not in page
    assert page.count("&lt;script&gt;alert(1)") > 30


def test_a_rate_that_the_clean_photos_cannot_resolve_is_named(tmp_path, text):
    made = undrawn(methods={"detector": {"resolved": {"0.01": True, "0.001": False}}})
    page = section(written(tmp_path, made), "methods")
    assert "too few clean photos to measure at 0.1 %" in page
    assert "measure at 1 %" not in page
    assert "too few clean photos" not in text


def test_more_mistakes_than_are_shown_are_named(tmp_path):
    misses = [{"path": f"{n}.jpg", "mark": "ovalo", "score": 0.1, "first": "x"} for n in range(9)]
    page = section(written(tmp_path, undrawn(misses=misses), GALLERY[:2]), "misses")
    assert "7 more in words" in page
    assert ">8.jpg<" in page
    assert ">1.jpg<" not in page


def test_a_failure_leaves_the_old_page(tmp_path):
    old = written(tmp_path, undrawn())
    finding = replace(finding_at(VIEWS[0], 0, "Norrvik", 0.3, np.eye(3)), quad=np.array("x"))
    sly = replace(shown(), exhibits=(FindingCard(1, finding, None),))
    with pytest.raises(ValueError, match="could not convert"):
        write_page(undrawn(), [sly], tmp_path)
    assert (tmp_path / "benchmark.html").read_text("utf-8") == old
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_complaint_and_no_sideways_scrolling(browser, path, width, scheme):
    size = {"width": width, "height": 800}
    for watch in look(browser, path, viewport=size, color_scheme=scheme):
        assert watch.page.evaluate("document.documentElement.scrollWidth") <= width
        for name in ("recall", "det", "reliability", "distractors", "ladder"):
            box = watch.page.locator(f"svg.{name}").bounding_box()
            assert min(box["width"], box["height"]) > 60
        colour = "getComputedStyle(document.querySelector('svg.det text')).fill"
        ink = "getComputedStyle(document.body).color"
        assert watch.page.evaluate(colour) == watch.page.evaluate(ink)


def test_the_page_prints(browser, path):
    for watch in look(browser, path):
        watch.page.emulate_media(media="print")
        assert watch.page.pdf().startswith(b"%PDF")


def test_headings_tables_and_pictures_have_names(browser, path):
    for watch in look(browser, path):
        page = watch.page
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(node => +node.tagName[1])"
        )
        assert levels.count(1) == 1
        steps = [after - before for before, after in pairwise(levels)]
        assert max(steps) == 1
        tables = page.locator("table").count()
        assert tables == page.locator("table > caption").count() > 6
        assert page.locator("th:not([scope])").count() == 0
        assert page.locator("img:not([alt]), img[alt='']").count() == 0
        assert page.locator("svg:not([aria-label]):not([aria-hidden])").count() == 0
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
        assert len(ids) == len(set(ids))
