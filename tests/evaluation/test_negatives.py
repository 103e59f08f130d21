"""Alarms, wrong blocks and gates, counted on outcomes that are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detector.evaluation.distractor_curve import point_of, unlabelled_findings
from detector.evaluation.lost_marks import lost_marks
from detector.evaluation.negatives import OTHERS, figures_of_kind, share, shown_table
from detector.evaluation.run_searches import Searched
from detector.scoring.policy import Policy
from detector.scoring.scorer import log_odds_of

from .outcomes import outcome

POLICY = Policy(review=0.5, block=0.9)
NAMES = {Path("photo.png"): "photo"}


def scored(shown=(), **scores):
    """An outcome with the probabilities of marks as log-odds."""
    return outcome(shown, [(mark, log_odds_of(score)) for mark, score in scores.items()])


def figures(labelled, negatives, kind="clean"):
    return figures_of_kind(kind, labelled, negatives, policy=POLICY, names=NAMES, seed=1)


LABELLED = [scored(["a"], a=0.95, x=0.3), scored(["a"], a=0.6, y=0.97), scored(["b"], a=0.2)]


def test_alarms_are_photos_at_or_above_a_threshold():
    negatives = [scored(), scored(a=0.5), scored(a=0.95, x=0.92), scored(y=0.4)]
    told = figures(LABELLED, negatives)
    assert told["photos"] == 4
    assert told["review"][0] == 0.5
    assert told["block"][0] == 0.25
    assert told["review"][1:] == pytest.approx([0.15, 0.85], abs=1e-4)  # Wilson's
    assert [(one["mark"], one["score"]) for one in told["alarms"]] == [("a", 0.95), ("a", 0.5)]


def test_wrong_blocks_are_marks_named_that_are_not_there():
    told = figures(LABELLED, [scored(a=0.95, x=0.92), scored()])
    assert (told["wrong_blocks"]["wrong"], told["wrong_blocks"]["blocks"]) == (3, 4)
    assert told["wrong_blocks"]["share"][0] == 0.75


def test_recall_at_the_rates_of_a_kind():
    negatives = [scored(x=0.7), *(scored(x=0.1) for _ in range(19))]
    told = figures(LABELLED, negatives, "branded")
    assert list(told["recall"]) == ["0.05"]
    assert told["recall"]["0.05"][0] == pytest.approx(2 / 3, abs=1e-5)
    assert told["threshold"]["0.05"] == pytest.approx(0.1)
    assert told["resolved"]["0.05"] is True
    few = figures(LABELLED, negatives)
    assert few["recall"]["0.01"][0] == pytest.approx(1 / 3, abs=1e-5)
    assert few["resolved"]["0.01"] is False


def test_what_cannot_be_measured_is_null():
    told = figures(LABELLED, [])
    assert told["review"] == told["recall"]["0.01"] == [None, None, None]
    assert told["threshold"]["0.01"] is None
    assert share([]) == [None, None, None]


def test_all_marks_that_no_photo_shows_share_a_column():
    table = shown_table(LABELLED)
    assert table.marks == ("a", "b", OTHERS)
    assert table.scores[1, 2] == pytest.approx(log_odds_of(0.97))
    assert not table.truth[:, 2].any()


def gate(mark, name, **rest):
    return {"mark": mark, "gate": name, **rest}


def test_lost_marks_are_counted_by_gate_and_listed():
    searches = [
        Searched(LABELLED[0], None, (gate("a", "found"),)),
        Searched(LABELLED[1], None, (gate("a", "found"),)),
        Searched(LABELLED[2], None, (gate("b", "not proposed"),)),
        Searched(scored(["a", "b"]), None, (gate("a", "below the threshold"),)),
    ]
    told = lost_marks(searches, NAMES)
    assert told["marks"] == 5
    assert told["checked"][0] == 0.6
    assert {name: count for name, count in told["counts"].items() if count} == {
        "found": 2, "not proposed": 1, "below the threshold": 1, "not examined": 1,
    }  # fmt: skip
    assert told["outscored"] == 1
    assert [(one["mark"], one["gate"], one["outscored"]) for one in told["lost"]] == [
        ("a", "found", True),
        ("b", "not proposed", True),
        ("a", "below the threshold", False),
        ("b", "not examined", False),
    ]


def test_calibration_is_of_labelled_branded_and_clean_photos():
    unlabelled = replace(LABELLED[0].photo, truths=())
    searches = [
        Searched(scored(["a"], a=0.95), replace(scored(x=0.35), photo=unlabelled)),
        Searched(scored(x=0.35)),
    ]
    point = point_of(searches, [Searched(scored(x=0.99))], POLICY, NAMES, 1)
    counts = [count for _, _, count in point["calibration"]["bins"]]
    assert sum(counts) == 3
    assert (counts[3], counts[9]) == (2, 1)
    assert point["calibration"]["ece"] == pytest.approx((0.05 + 2 * 0.35) / 3, abs=1e-4)
    one = pytest.approx([1, 0.20654, 1], abs=1e-4)  # a single mark says little
    assert point["labelled"]["recall"] == {"review": one, "block": one}


def test_photos_that_were_not_read_are_no_negatives():
    torn = replace(scored(), status="error")
    searches = [Searched(LABELLED[0], torn), Searched(torn), Searched(scored(x=0.1))]
    point = point_of(searches, [Searched(torn)], POLICY, NAMES, 1)
    photos = {kind: row["photos"] for kind, row in point["kinds"].items()}
    assert photos == {"clean": 1, "branded": 0, "graphics": 0}
    assert point["kinds"]["graphics"]["review"] == [None, None, None]
    assert point["kinds"]["branded"]["recall"]["0.05"] == [None, None, None]


def test_sure_findings_that_no_label_explains_are_listed():
    labelled = [scored(["a"], a=0.95, x=0.91, y=0.8), scored(["b"], c=0.99)]
    assert unlabelled_findings(labelled, 0.9, NAMES) == [
        {"path": "photo", "mark": "c", "score": pytest.approx(0.99)},
        {"path": "photo", "mark": "x", "score": pytest.approx(0.91)},
    ]


def test_a_mark_that_alarms_in_many_photos_is_named():
    """As in a scan: in doubt in far more photos than the others, and seldom sure."""
    doubtful = (POLICY.review + POLICY.block) / 2
    searches = [
        Searched(scored(letter=doubtful) if number % 5 == 0 else scored(other=0.01))
        for number in range(60)
    ]
    (alarm,) = point_of(searches, [], POLICY, NAMES, 1)["frequent_alarms"]
    assert (alarm["mark"], alarm["photos"]) == ("letter", 12)
    assert point_of(searches[:40], [], POLICY, NAMES, 1)["frequent_alarms"] == []
