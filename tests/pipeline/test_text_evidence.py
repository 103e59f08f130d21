"""What else a listing says about a word: place, spelling, language, goods, brand, use, rivals."""

from __future__ import annotations

from datetime import date

import pytest

from detector.pipeline.listing_text import ListingText
from detector.records import Mark, Rights, Submission
from detector.scoring.policy import Policy
from tests.words.test_matcher import HOSTILE

DAY = date(2026, 11, 27)
REVIEW = Policy().review


def mark(name, *classes):
    return Mark(name.lower(), name, "word", rights=Rights(nice_classes=classes))


MARKS = [mark("Vornak"), mark("Crown", 9), mark("Apple", 9), mark("Weisz"), mark("波司登")]
WITHOUT_CLASSES = [mark("Crown"), mark("Monster"), mark("JVC"), mark("Post-it"), mark("D-Link")]


def finding_in(marks, title="", name="crown", **beside):
    found = ListingText(marks).find(Submission("", title, **beside), DAY)
    return next((one.finding for one in found if one.finding.mark == name), None)


def is_found(marks, title="", name="crown", **beside):
    finding = finding_in(marks, title, name, **beside)
    return finding is not None and finding.score >= REVIEW


@pytest.mark.parametrize(
    ("title", "hint"),
    [
        ("Crown XLS-1502 amplifier", "first word of the title"),
        ("New Crown XLS-1502", "before a model number: XLS-1502"),
        ("power amplifier by Crown", "after “by”"),
        ("Verstärker Marke Crown", "after “Marke”"),
        ("power amplifier CROWN black", "in capitals"),
        ("power amplifier for the stage, Crown black", "with a capital"),
        ("Crown® amplifier", "marked as registered"),
        ("Crown Verstärker mit Netzteil für Bühne", "the text is German"),
        ("Crown 8GB memory", "before a size: 8GB"),
    ],
)
def test_an_ordinary_word_is_a_mark_where_the_listing_says_so(title, hint):
    finding = finding_in(MARKS, title)
    assert hint in finding.hints
    assert finding.score >= REVIEW


@pytest.mark.parametrize(
    "title",
    [
        "princess crown for a party",
        "Crown of thorns",
        "Crown moulding 8 ft, white",
        "laptop sleeve with crown pattern",
        "crown-shaped lamp",
        "A Crown",
    ],
)
def test_else_it_is_a_word(title):
    assert not is_found(MARKS, title)


def test_goods_are_those_of_the_category_or_of_the_title():
    assert is_found(MARKS, "Crown power amplifier")
    assert not is_found(MARKS, "Crown wall lamp")
    lamp = finding_in(MARKS, "Apple lamp", "apple", category="Electronics > Monitors")
    assert "category of class 9: monitor" in lamp.hints
    assert finding_in(MARKS, "Apple wall lamp", "apple").hints[-1] == "goods of other classes"


def test_technical_goods_begin_with_their_maker():
    assert is_found(WITHOUT_CLASSES, "monster hdmi cable 8 ft", "monster")
    assert not is_found(WITHOUT_CLASSES, "monster costume for kids", "monster")
    assert not is_found(WITHOUT_CLASSES, "hdmi cable monster", "monster")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("jvc gumy headphones", "jvc"),
        ("post-it notes yellow", "post-it"),
        ("wireless router d-link 8 port", "d-link"),
    ],
)
def test_short_and_hyphenated_names_are_found(title, name):
    assert is_found(WITHOUT_CLASSES, title, name)


def test_a_brand_field_counts_in_full():
    found = finding_in(MARKS, "amplifier with crown logo", brand="CROWN")
    assert (found.field, found.reading, found.hints) == ("brand", "CROWN", ("the brand field",))
    assert is_found(MARKS, "wall lamp crown", brand="Crown")
    assert is_found(MARKS, brand="Vornak", name="vornak")
    assert not is_found(MARKS, brand="Crown Jewels")


def test_another_brand_speaks_against_a_word():
    title = "Crown printer cable"
    assert is_found(MARKS, title)
    assert is_found(MARKS, title, brand="Unbranded")
    assert not is_found(MARKS, title, brand="Zephyrix")


def test_an_ordinary_word_in_disguise_is_the_mark():
    assert is_found(MARKS, "black Cr0wn power amplifier")
    assert not is_found(MARKS, "black crown power strip holder")


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("Zelmo", "black shoes zelxo", False),
        ("Zelmo", "Zelxo XT-500 keyboard", True),
        ("Zykq", "Zyqk keyboard", True),
        ("Antek", "Vantek XT-500 hard drive", False),  # another first letter
        ("Gogear", "Iogear XT-500 keyboard", False),
        ("Optoma", "Optima XT-500 projector", False),  # a word of the dictionary
    ],
)
def test_a_short_name_with_a_visible_edit_asks_for_hints(name, title, expected):
    assert is_found([mark(name, 9)], title, name.lower()) == expected


# --- compatibility -------------------------------------------------------------------------------


def test_a_name_of_what_goods_fit_is_told_apart():
    fits = finding_in(MARKS, "Toner compatible with Vornak XT-500", "vornak")
    assert fits.compatible
    assert not fits.actionable
    assert fits.score >= REVIEW
    own = finding_in(MARKS, "Vornak toner for laser printers", "vornak")
    assert (own.compatible, own.actionable) == (False, True)
    assert finding_in(MARKS, "replacement for Crown 1502", "crown").compatible


def test_both_uses_in_one_title_are_told():
    found = ListingText(MARKS).find(Submission("", "Vornak toner, for Vornak XT-500"), DAY)
    assert [one.finding.compatible for one in found] == [False, True]


# --- rivals --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rivals():
    return ListingText([mark("Aluratek"), mark("Aleratec"), mark("Vornakel"), mark("Creative")])


def test_a_word_that_is_another_mark_is_that_mark(rivals):
    found = rivals.find(Submission("", "aleratec duplicator"), DAY)
    stands = {one.finding.mark: [by.mark for by in one.suppressed_by] for one in found}
    assert stands == {"aleratec": [], "aluratek": ["aleratec"]}
    assert all(by.overlap == 1 and by.odds > 1 for one in found for by in one.suppressed_by)


def test_another_spelling_is_no_rival(rivals):
    found = rivals.find(Submission("", "aleratek duplicator"), DAY)
    assert {one.finding.mark for one in found if not one.suppressed_by} == {"aleratec", "aluratek"}


# --- hostile text --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_answered(name):
    ListingText(MARKS).find(Submission("", HOSTILE[name], f"crown {HOSTILE[name]}"), DAY)


@pytest.mark.parametrize("word", ["crown ", "for crown ", "王冠", "波司登"])
def test_a_word_said_ten_thousand_times_is_answered(word):
    found = ListingText(MARKS).find(Submission("", word * 10_000, word * 10_000), DAY)
    assert len(found) <= 6


# --- HTML ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shown",
    [
        *("Vor&shy;nak", "Vor<wbr>nak", "V&#111;rnak", "Vor<b>nak</b>", "\U0001f165ornak"),
        "Vor&amp;shy;nak",  # escaped twice
    ],
)
def test_markup_and_drawn_letters_hide_no_name(shown):
    text = f"<p>An old {shown} mug</p>"
    found = finding_in(MARKS, description=text, name="vornak")
    assert text[found.start : found.end] == found.reading == shown.removesuffix("</b>")
    assert found.score >= REVIEW
