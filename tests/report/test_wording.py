"""Every word of the closed vocabularies has words for people, and sentences say what data says."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args

import numpy as np
import pytest

from detector.records import (
    Alteration,
    Explanation,
    Finding,
    Listing,
    MarkScore,
    Measures,
    Place,
    Suppressor,
    TextField,
    TextFinding,
    Verdict,
)
from detector.report import wording
from detector.report.measure_words import MEASURE_WORDS

COPY = Finding(
    mark="norrvik",
    name="Norrvik",
    score=0.93,
    verdict="identical copy",
    box=(0.0, 0.0, 100.0, 100.0),
    quad=np.zeros((4, 2), np.float32),
    evidence=(),
    fingerprint="f",
)
NAMED = TextFinding("norrvik", "Norrvik", 0.9, "title", 0, 7, "Norrvik", "Norrvik", ("same word",))


def test_every_measure_is_explained():
    assert list(MEASURE_WORDS) == [field.name for field in fields(Measures)]


def test_every_word_of_a_vocabulary_has_words():
    assert list(wording.ALTERATION_WORDS) == list(Alteration)
    assert tuple(wording.VERDICT_WORDS) == get_args(Verdict)
    assert tuple(wording.FIELD_WORDS) == get_args(TextField)


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_every_verdict_has_a_sentence(verdict):
    listing = Listing("a.jpg", "ok", "block", width=300, height=300)
    altered = replace(COPY, verdict=verdict, alterations=tuple(Alteration))
    text = wording.finding_words(altered, listing)
    assert " It looks like " in text
    assert "light and dark turned, recoloured" in text


@pytest.mark.parametrize(
    "words", ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]
)
def test_ordinal(words):
    assert wording.ordinal(int(words[:-2])) == words


def test_a_second_place_of_a_mark_is_named():
    assert wording.finding_name(COPY) == "Norrvik"
    assert wording.finding_name(replace(COPY, instance=2)) == "Norrvik, 2nd place"
    assert wording.finding_name(NAMED) == "Norrvik"


def test_a_verdict_says_why_it_may_not_count():
    assert wording.verdict_words(COPY) == "identical copy"
    assert wording.verdict_words(replace(COPY, authorised=True)) == "identical copy, authorised"
    assert wording.verdict_words(replace(COPY, expired=True)) == "identical copy, expired"
    assert wording.verdict_words(NAMED) == "title"
    both = replace(NAMED, authorised=True, expired=True)
    assert wording.verdict_words(both) == "title, authorised, expired"


def test_an_expired_mark_needs_nothing():
    for finding in (COPY, NAMED):
        text = wording.remedy(replace(finding, expired=True))
        assert text == "The registration of this mark has ended. Nothing needs to be done."


def test_whether_a_word_is_the_same_is_data():
    listing = Listing("a.jpg", "ok", "block", title="Norrvik")
    assert "Its word stands there: “" in wording.text_finding_words(
        replace(NAMED, exact=True), listing
    )
    assert "is like its word “Norrvik” (same word)" in wording.text_finding_words(NAMED, listing)


@pytest.mark.parametrize(
    ("findings", "scores", "words"),
    [
        ((), (), ""),
        ((COPY,), (0.93,), ""),
        ((COPY,), (0.93, 0.7), "1 more finding is not shown"),
        ((COPY,), (0.93, 0.7, 0.6, 0.59), "2 more findings are not shown"),
        ((), (0.7,), "1 finding is not shown"),
    ],
)
def test_what_is_not_shown_is_counted(findings, scores, words):
    listed = tuple(MarkScore("norrvik", "photo", score) for score in scores)
    listing = Listing("a.jpg", "ok", "block", findings=findings, scores=listed)
    assert wording.unshown_words(listing, 0.6) == words


def test_photo_and_texts_are_counted_apart():
    scores = tuple(MarkScore("norrvik", where, 0.9) for where in get_args(Place))
    listing = Listing("a.jpg", "ok", "block", findings=(COPY,), text=(NAMED,), scores=scores)
    assert [hidden.where for hidden in listing.unshown(0.6)] == ["description", "brand"]


def test_a_mark_that_does_not_count_suppresses_no_other():
    rival = Suppressor("norrvik", 0.9, 80.0)
    behind = MarkScore("ovalo", "photo", 0.7, suppressed_by=(rival,))
    again = MarkScore("norrvik", "photo", 0.6, suppressed_by=(rival,))
    listing = Listing("a.jpg", "ok", "block", findings=(COPY,), scores=(behind, again))
    assert (listing.suppressed, listing.unshown(0.6)) == ((behind, again), ())
    allowed = replace(again, excused=True)
    excused = replace(listing, findings=(), scores=(behind, allowed))
    assert (excused.suppressed, excused.unshown(0.6)) == ((allowed,), (behind,))


def test_what_an_ignored_sign_explains_is_told_and_not_counted():
    sign = Explanation("wash-30", 1.0, 0.9, 2.0)
    washed = MarkScore("ovalo", "photo", 0.7, explained_by=(sign,))
    scores = (MarkScore("wash-30", "photo", 0.9, kind="ignore"), washed)
    listing = Listing("a.jpg", "ok", "pass", scores=scores)
    assert (listing.explained, listing.suppressed, listing.unshown(0.1)) == ((washed,), (), ())
    assert wording.signs_words(listing, 0.6) == "explained by: wash-30"
    assert wording.signs_words(listing, 0.8) == ""


def test_further_places_of_a_mark_that_may_be_shown_are_not_counted():
    scores = (MarkScore("norrvik", "photo", 0.93), MarkScore("norrvik", "photo", 0.8))
    listing = Listing("a.jpg", "ok", "pass", findings=(COPY,), scores=scores)
    assert listing.unshown(0.6) == scores[1:]
    allowed = replace(listing, scores=tuple(replace(score, excused=True) for score in scores))
    assert allowed.unshown(0.6) == ()


@pytest.mark.parametrize(
    ("score", "words"), [(0.93, "about 93"), (0.005, "about 0"), (0.999, "more than 99")]
)
def test_meaning(score, words):
    assert words in wording.meaning(score)
