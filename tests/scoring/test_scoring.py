"""Probability, policy and verdict."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import geometry
from detector.errors import PolicyError, UsageError
from detector.marks.views import derive_views, mirror
from detector.records import (
    Evidence,
    Explanation,
    Listing,
    MarkScore,
    Measures,
    Rights,
    Suppressor,
)
from detector.scoring.policy import Policy, decide
from detector.scoring.policy_file import load_policy
from detector.scoring.scorer import TERMS, default_scorer, probability, scorer_from, terms
from detector.scoring.verdict import COPY_INLIERS, REQUIRED_MEASURES, judge
from tests import scenes

NO_MATCHES = np.zeros((0, 4), np.float32)
HEIGHT, WIDTH = derive_views("a", "a.png", scenes.emblem())[0].pixels.shape[:2]
SQUARE = geometry.quad_of(np.eye(3), (WIDTH, HEIGHT))


def evidence(channel, **measures):
    return Evidence(channel, 0, Measures(**measures), np.eye(3), NO_MATCHES)


STRONG = (
    evidence("sift", inliers=18.0),
    evidence("orb", inliers=15.0),
    evidence("shape", likeness=8.0),
    evidence(
        "alignment",
        agreement=0.85,
        coverage=0.95,
        unexplained=0.1,
        colour=0.9,
        likeness=8.0,
        cosine=0.9,
    ),
    evidence("difference", agreement=0.93, weakest=0.8, chroma=0.9),
)
WEAK = (
    evidence("shape", likeness=0.5),
    evidence(
        "alignment",
        agreement=0.3,
        coverage=0.3,
        unexplained=0.7,
        colour=0.1,
        likeness=0.0,
        cosine=0.4,
    ),
    evidence("difference", agreement=0.4, weakest=-0.2, chroma=0.1),
)


def test_shipped_scorer_separates_strong_from_weak():
    scorer = default_scorer()
    assert scorer.names == tuple(TERMS)
    assert probability(scorer.log_odds(STRONG)) > 0.97
    assert (
        probability(scorer.log_odds(WEAK)) < scorer.threshold < probability(scorer.log_odds(STRONG))
    )


def test_without_the_learned_channel_strong_evidence_is_still_found():
    def unseen(one):
        return replace(one, measures=replace(one.measures, cosine=float("nan")))

    scorer = default_scorer()
    strong, weak = ([unseen(one) for one in all_] for all_ in (STRONG, WEAK))
    assert (
        probability(scorer.log_odds(weak))
        < scorer.threshold
        < 0.8
        < probability(scorer.log_odds(strong))
    )


def test_missing_measures_are_finite_and_weak():
    assert np.isfinite(terms(())).all()
    assert probability(default_scorer().log_odds(())) < 0.1


@given(st.floats(0, 40), st.floats(-1, 1), st.floats(-5, 15))
def test_probability_is_one(inliers, agreement, likeness):
    made = (
        evidence("sift", inliers=inliers),
        evidence("alignment", agreement=agreement, likeness=likeness),
    )
    assert 0 <= probability(default_scorer().log_odds(made)) <= 1


TODAY = date(2026, 11, 27)
RIGHTS = {
    "own": Rights(authorised_sellers=("me",)),
    "old": Rights(valid_until=date(2026, 11, 26)),
    "last day": Rights(valid_until=TODAY),
}


SIGN = Explanation("wash-30", 1.0, 0.9, 2.0)


def score(value, mark="m", *by, **fields):
    rivals = tuple(Suppressor(name, 0.9, 99) for name in by)
    return MarkScore(mark, "photo", value, suppressed_by=rivals, **fields)


@pytest.mark.parametrize(
    ("status", "scores", "decision"),
    [
        ("ok", (), "pass"),
        ("ok", (score(0.6),), "review"),
        ("ok", (score(0.95), score(0.6)), "block"),
        ("ok", (score(0.99, "own"),), "pass"),
        ("ok", (score(0.99, "old"),), "pass"),
        ("ok", (score(0.99, "last day"),), "block"),
        ("partial", (), "review"),
        ("error", (), "review"),
        ("partial", (score(0.95),), "block"),
        ("ok", (score(0.6), score(0.95, "n", "m")), "review"),
        ("ok", (score(0.99, "own"), score(0.95, "m", "own")), "block"),
        ("ok", (score(0.99, "old"), score(0.95, "m", "old")), "block"),
        ("ok", (score(0.99, "own"), score(0.6), score(0.95, "n", "own", "m")), "review"),
        ("ok", (score(0.99, "wash-30", kind="ignore"),), "pass"),
        ("ok", (score(0.95, explained_by=(SIGN,)),), "pass"),
        ("ok", (score(0.99, "wash-30", kind="ignore"), score(0.95)), "block"),
        ("ok", (score(0.95, explained_by=(SIGN,)), score(0.6)), "review"),
        ("partial", (score(0.95, explained_by=(SIGN,)),), "review"),
    ],
)
def test_decision(status, scores, decision):
    listing = Listing("a.jpg", status, "pass", seller="me", scores=scores)
    assert decide(listing, Policy(0.5, 0.9), RIGHTS, TODAY).decision == decision


def test_a_decision_is_made_again_with_other_rights_and_another_policy():
    listing = Listing("a.jpg", "ok", "block", seller="me", scores=(score(0.95), score(0.6, "own")))
    assert decide(listing, Policy(0.5, 0.97), RIGHTS, TODAY).decision == "review"
    granted = {"m": Rights(authorised_sellers=("me",)), "own": Rights()}
    assert decide(listing, Policy(0.5, 0.97), granted, TODAY).decision == "review"
    granted["own"] = Rights(authorised_sellers=("me",))
    assert decide(listing, Policy(0.5, 0.97), granted, TODAY).decision == "pass"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "seller", ["Café-Nord", " CAFÉ-NORD ", "cafe\N{COMBINING ACUTE ACCENT}-nord"]
)
def test_a_seller_is_the_same_in_any_spelling_of_the_id(form, seller):
    listing = Listing("a.jpg", "ok", "block", seller=seller, scores=(score(0.95),))
    rights = {"m": Rights(authorised_sellers=(unicodedata.normalize(form, "Café-Nord"),))}
    assert decide(listing, Policy(0.5, 0.9), rights, TODAY).decision == "pass"


@pytest.mark.parametrize("seller", ["", " ", "cafe-nord", "café-nord-2", "cafénord"])
def test_another_seller_is_another(seller):
    assert not Rights(authorised_sellers=("Café-Nord", "")).authorises(seller)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["own", "old", "m", "n"])), max_size=6),
    st.data(),
)
def test_what_may_be_shown_hides_nothing_that_may_not(marks, data):
    """Rights hide nobody else's: whatever suppresses, an actionable mark counts by the others."""
    names = [name for _, name in marks]
    scores = tuple(
        score(value, name, *data.draw(st.lists(st.sampled_from(["own", "old"]), max_size=2)))
        for value, name in marks
    )
    listing = Listing("a.jpg", "ok", "pass", seller="me", scores=scores)
    worst = max([value for value, name in marks if name in ("m", "n")], default=0.0)
    expected = "block" if worst >= 0.9 else "review" if worst >= 0.5 else "pass"
    assert decide(listing, Policy(0.5, 0.9), RIGHTS, TODAY).decision == expected, names


@pytest.mark.parametrize(
    ("line", "scores", "decision"),
    [
        ("pass", (score(0.95, compatible=True),), "pass"),
        ("review", (score(0.95, compatible=True),), "review"),
        ("block", (score(0.95, compatible=True),), "block"),
        ("block", (score(0.4, compatible=True),), "pass"),  # not found
        ("block", (score(0.95, "own", compatible=True),), "pass"),
        ("pass", (score(0.95, compatible=True), score(0.6)), "review"),
        ("review", (score(0.6, compatible=True), score(0.95)), "block"),
    ],
)
def test_a_name_of_what_goods_fit_has_its_own_line(line, scores, decision):
    listing = Listing("a.jpg", "ok", "pass", seller="me", scores=scores)
    assert decide(listing, Policy(0.5, 0.9, line), RIGHTS, TODAY).decision == decision


def test_policy_file(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("review = 0.4\nblock = 0.8\n")
    assert load_policy(path) == Policy(0.4, 0.8)
    path.write_text('compatible = "review"\nblock = 0.8\n')
    assert load_policy(path) == Policy(block=0.8, compatible="review")


def test_a_policy_knows_three_decisions():
    with pytest.raises(PolicyError, match="compatible is never"):
        Policy(compatible="never")


@pytest.mark.parametrize(
    "text",
    [
        "review = 2",
        "blok = 0.5",
        "review = 'x'",
        "review = 0.9\nblock = 0.1",
        "=",
        "review = true",
        "compatible = 1",
    ],
)
def test_wrong_policy_names_the_file(tmp_path, text):
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(PolicyError, match=r"policy\.toml"):
        load_policy(path)


def test_missing_policy(tmp_path):
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path / "none.toml")


def test_verdicts_and_alterations():
    view = derive_views("a", "a.png", scenes.emblem())[0]
    same = judge(view, SQUARE, STRONG)
    assert (same.verdict, same.alterations) == ("identical copy", ())
    assert judge(view, SQUARE, WEAK).verdict == "look-alike"
    flipped = judge(mirror(view), SQUARE, STRONG)
    assert (flipped.verdict, flipped.alterations) == ("altered copy", ("mirrored",))
    turned = judge(view, geometry.project(scenes.pose(0, 0, 1, 40), SQUARE), STRONG)
    assert (turned.verdict, turned.alterations) == ("identical copy", ("rotated",))
    dark = evidence("alignment", agreement=0.8, coverage=0.9, unexplained=0.1, colour=-0.8)
    assert judge(view, SQUARE, (dark,)).alterations == ("light and dark turned",)
    letter = evidence("difference", agreement=0.9, weakest=0.2, chroma=0.9)
    other = judge(view, SQUARE, (*STRONG[:-1], letter))
    assert (other.verdict, other.alterations) == ("altered copy", ("a part differs",))
    blue = evidence("difference", agreement=0.9, weakest=0.8, chroma=-0.2)
    assert judge(view, SQUARE, (*STRONG[:-1], blue)).alterations == ("recoloured",)


def without(measure, channel, among=STRONG):
    """The evidence with one measure of one channel not taken."""
    nothing = {measure: float("nan")}
    return tuple(
        replace(one, measures=replace(one.measures, **nothing)) if one.channel == channel else one
        for one in among
    )


@pytest.mark.parametrize(
    ("channel", "measure"),
    [(one.channel, name) for one in STRONG for name, _ in one.measures.items()],
)
def test_what_was_not_measured_never_proves_an_identical_copy(channel, measure):
    view = derive_views("a", "a.png", scenes.emblem())[0]
    found = judge(view, SQUARE, without(measure, channel))
    words = " ".join(found.reasons)
    needed = measure in REQUIRED_MEASURES.get(channel, ())
    assert found.verdict == ("altered copy" if needed else "identical copy")
    assert (f"not called identical: {measure} could not be measured" in words) == needed
    assert "nan" not in words


def test_without_the_fine_comparison_only_many_points_show_a_copy():
    view = derive_views("a", "a.png", scenes.emblem())[0]
    many, few = STRONG[:-1], (evidence("orb", inliers=COPY_INLIERS - 1), *STRONG[2:-1])
    read, misread = evidence("words", edits=0.0), evidence("words", edits=1.0)
    assert judge(view, SQUARE, many).verdict == "altered copy"
    assert judge(view, SQUARE, few).verdict == "look-alike"
    assert judge(view, SQUARE, (*few, read)).verdict == "same word"
    assert judge(view, SQUARE, (*many, misread)).verdict == "look-alike"
    assert judge(view, SQUARE, ()).verdict == "look-alike"
    lone = (evidence("sift", inliers=float("nan")), evidence("orb", inliers=20.0))
    assert judge(view, SQUARE, lone).verdict == "altered copy"


def test_reasons_name_every_channel():
    words = " ".join(judge(derive_views("a", "a", scenes.ring())[0], SQUARE, STRONG).reasons)
    assert all(part in words for part in ("18 SIFT", "15 ORB", "8.0 sigmas", "95%", "0.80 where"))


def test_a_term_that_was_not_fitted_weighs_nothing():
    shipped = default_scorer()
    fitted = {
        "weights": dict(zip(shipped.names, shipped.weights.tolist(), strict=True)),
        "intercept": shipped.intercept,
        "threshold": shipped.threshold,
    }
    known = {**TERMS, "new": lambda table: 9.0}
    assert scorer_from(fitted, known).log_odds(STRONG, known) == shipped.log_odds(STRONG)
    fitted["weights"]["gone"] = 1.0
    with pytest.raises(UsageError, match=r"no channel gives: gone.*fit_scorer"):
        scorer_from(fitted, known)
