"""Marks that alarm far more often than the others are named; those that a shop sells are not."""

from __future__ import annotations

import json

import numpy as np
import pytest

from detector.records import Explanation, Listing, MarkScore
from detector.serialise.alarms import FEWEST_PHOTOS
from detector.serialise.jsonl import summary_to_json
from detector.serialise.tally import Tally

REVIEW, BLOCK = 0.1, 0.9
DOUBTFUL, SURE = 0.4, 0.95


def photo(*scores, status="ok"):
    return Listing("a.jpg", status, "review", scores=scores)


def score(mark, value=DOUBTFUL, **fields):
    return MarkScore(mark, fields.pop("where", "photo"), value, **fields)


def named(listings):
    tally = Tally(review=REVIEW, block=BLOCK)
    for listing in listings:
        tally.add(listing)
    found = json.loads(summary_to_json(tally))["frequent_alarms"]
    return {alarm["mark"]: (alarm["photos"], alarm["share"]) for alarm in found}


def scanned(photos, alarms, value=DOUBTFUL, **fields):
    """So many photos, of which some show a mark: `alarms` are numbers of photos by mark."""
    listings = []
    for number in range(photos):
        shown = (mark for mark, count in alarms.items() if number < count)
        listings.append(photo(*(score(mark, value, **fields) for mark in shown)))
    return listings


def test_a_mark_that_alarms_far_more_often_than_the_others_is_named():
    assert named(scanned(200, {"letter": 12, "a": 1, "b": 2, "c": 1})) == {"letter": (12, 0.06)}
    assert named(scanned(200, {"letter": 12})) == {"letter": (12, 0.06)}


@pytest.mark.parametrize(
    ("photos", "alarms"),
    [
        (FEWEST_PHOTOS - 1, {"letter": 20}),  # too few photos
        (1000, {"letter": 30, "a": 1}),  # 3 %
        (60, {"letter": 3, "a": 1}),  # may be chance
        (200, {"a": 12, "b": 13, "c": 11}),  # all alarm alike
    ],
)
def test_what_may_be_chance_is_not_named(photos, alarms):
    assert named(scanned(photos, alarms)) == {}


def test_a_mark_that_is_really_sold_is_not_named():
    sold = scanned(200, {"sold": 40}, SURE)
    assert named(sold) == {}
    assert named([*sold, *scanned(50, {"sold": 30})]) == {}
    assert named([*scanned(50, {"sold": 50}), *scanned(200, {"sold": 30}, SURE)]) == {
        "sold": (50, 0.2)
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"excused": True},
        {"kind": "ignore"},
        {"explained_by": (Explanation("wash-30", 1.0, 0.9, 2.0),)},
        {"where": "title"},
        {"value": 0.09},
    ],
)
def test_what_is_no_alarm_in_a_photo_is_not_counted(fields):
    assert named(scanned(200, {"letter": 40}, **fields)) == {}


def test_several_places_in_a_photo_are_one_alarm_and_the_best_decides():
    twice = [photo(score("letter"), score("letter", 0.3)) for _ in range(12)]
    assert named([*twice, *scanned(188, {})]) == {"letter": (12, 0.06)}
    sure = [photo(score("letter", SURE), score("letter")) for _ in range(12)]
    assert named([*sure, *scanned(188, {})]) == {}


def test_photos_that_were_not_examined_say_nothing():
    broken = [photo(score("letter"), status="partial") for _ in range(50)]
    assert named([*broken, *scanned(200, {})]) == {}


def test_marks_that_alarm_alike_are_seldom_named():
    """At a rate of 4 % each, which is above the least share, fewer than 1 scan in 50 names any."""
    random, wrong = np.random.default_rng(7), 0
    for _ in range(100):
        counts = random.binomial(150, 0.04, 12)
        wrong += bool(named(scanned(150, {f"m{n}": int(c) for n, c in enumerate(counts)})))
    assert wrong <= 2
