"""Findings in the texts beside a photo, in every form of the answer."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from detector.records import Listing, TextFinding
from detector.report.html import write_report
from detector.report.quote import AROUND, quote
from detector.report.tables import ranked, ranked_table
from detector.serialise.tally import Tally

from .browsing import look
from .scenes import VIEWS

TITLE = "Old N0rrvik mug"
NAMED = TextFinding(
    "norrvik", "Norrvik", 0.99, "title", 4, 11, "Norrvik", "N0rrvik", ("digit for letter: 0 for o",)
)


@pytest.fixture
def clean(scene) -> Listing:
    """A photo that shows nothing, with a title that names a mark."""
    photo = next(
        listing for listing in scene.listings if listing.status == "ok" and not listing.findings
    )
    return replace(photo, title=TITLE, text=(NAMED,), decision="block")


def written(listings, folder):
    path = write_report(listings, VIEWS.__getitem__, folder, title="A", threshold=0.6)
    return path.read_text("utf-8")


def test_a_text_that_names_a_mark_is_ranked_and_counted_with_the_photos(scene, clean):
    order = ranked([*scene.listings, clean])
    assert order.index(clean) <= 1
    tally = Tally()
    tally.add(clean)
    assert (tally.found, tally.findings, tally.marks["norrvik"]) == (1, 1, 1)
    assert tally.names == {"norrvik": "Norrvik"}


def test_a_text_has_a_line_in_the_table(clean):
    console = Console(file=io.StringIO(), width=200, color_system=None)
    sly = replace(NAMED, reading="N\u202e0r", field="description", authorised=True)
    console.print(ranked_table([replace(clean, text=(NAMED, sly))], 0.6))
    text = console.file.getvalue()
    row = r"Norrvik\W+0\.99\W+title\W+“N0rrvik”; digit for letter: 0 for o"
    assert re.search(row, text)
    assert "description, authorised" in text
    assert "\u202e" not in text


@given(st.text(min_size=1), st.data())
def test_a_quotation_is_short_and_one_line(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = replace(NAMED, field="description", start=start, end=end)
    before, span, after = quote(found, Listing("a", "ok", "pass", description=text))
    assert len(span) <= end - start
    assert max(len(before), len(after)) <= AROUND + 1
    assert "\n" not in before + span + after
    assert before.startswith("…") == (start > AROUND) or text[0] == "…"
    assert after.endswith("…") == (end + AROUND < len(text)) or text[-1] == "…"


def test_the_page_marks_the_span_under_the_photo(clean, tmp_path):
    page = written([clean], tmp_path)
    assert "<q>Old <mark>N0rrvik</mark> mug</q>" in page
    assert "digit for letter: 0 for o" in page
    assert "in <strong>1</strong> of 1 photo or in the text beside them." in page
    assert "data:image/webp" in page


def test_a_photo_that_is_gone_keeps_its_text(clean, tmp_path):
    gone = replace(clean, path="gone.jpg", status="error", message="There is no such file.")
    page = written([gone], tmp_path)
    assert "<mark>N0rrvik</mark>" in page
    assert "<strong>No picture</strong>" in page
    assert page.count("There is no such file.") >= 2


EVIL = "<script>alert(1)</script><img src=x>{{ 7 * 7 }}\u202e"


def test_texts_are_only_text(clean, tmp_path):
    sly = replace(NAMED, name=EVIL, mark=EVIL, start=0, end=len(EVIL), changes=(EVIL,))
    page = written([replace(clean, title=EVIL, text=(sly,))], tmp_path)
    assert page.count("<script") == 1
    assert "<img src=x" not in page
    assert "{{ 7 * 7 }}\ufffd" in page
    assert "\u202e" not in page


def test_texts_are_filtered_with_the_findings(scene, clean, browser, tmp_path):
    written([clean, scene.listings[3]], tmp_path)
    for watch in look(browser, tmp_path / "report.html"):
        cards = watch.page.locator(".card:visible")
        assert cards.count() == 2
        watch.page.get_by_label("Verdict").select_option("identical copy")
        assert watch.page.locator(".text:visible").count() == 0
        watch.page.get_by_label("Verdict").select_option("")
        watch.page.get_by_label("Mark", exact=True).select_option("norrvik")
        assert watch.page.locator(".text mark:visible").count() == 1
