"""Rules of a policy: what they match, which of them holds, and what never changes a decision."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.records import Finding, Listing, MarkScore, Rights, TextFinding
from detector.scoring.policy import DECISIONS, Policy, Thresholds, decide
from detector.scoring.rules import History, Rule, SellerCounts

DAY = date(2026, 12, 1)
RIGHTS = {
    "own": Rights("Octavine SA", authorised_sellers=("me",)),
    "old": Rights("Octavine SA", valid_until=date(2020, 1, 1)),
    "m": Rights("Vornak Ltd"),
}
REPEATED = History({90: SellerCounts(confirmed_findings=3, blocked_listings=1, pre_checks=9)})


def score(value, mark="m", where="photo", **fields):
    return MarkScore(mark, where, value, log_odds=value * 10, **fields)


def shown(mark_score, verdict="identical copy"):
    return Finding(
        mark_score.mark,
        mark_score.mark,
        mark_score.score,
        verdict,
        (0, 0, 1, 1),
        np.zeros((4, 2), np.float32),
        (),
        "0" * 16,
        log_odds=mark_score.log_odds,
    )


def listing(*scores, findings=(), **fields):
    values = {"status": "ok", "seller": "me", "category": "Shoes", "brand": "Fenlow"}
    values |= {"classes": (25,), "scores": scores, "findings": findings}
    return Listing("a.jpg", decision="pass", **(values | fields))


def policy(*rules, **fields):
    return Policy(0.5, 0.9, rules=rules, **fields)


def decision(given, rules, history=None):
    return decide(given, rules, RIGHTS, DAY, *([history] if history else [])).decision


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ({}, True),
        ({"score": 0.7}, True),
        ({"score": 0.71}, False),
        ({"score_below": 0.7}, False),
        ({"score_below": 0.71}, True),
        ({"verdict": ("look-alike", "identical copy")}, True),
        ({"verdict": ("look-alike",)}, False),
        ({"mark": ("m",)}, True),
        ({"mark": ("M",)}, False),
        ({"owner": ("VORNAK  ltd",)}, True),
        ({"owner": ("Octavine SA",)}, False),
        ({"kind": ("word", "logo")}, True),
        ({"kind": ("pattern",)}, False),
        ({"where": ("photo",)}, True),
        ({"where": ("text",)}, False),
        ({"hidden": False}, True),
        ({"hidden": True}, False),
        ({"compatible": True}, False),
        ({"authorised": True}, False),
        ({"expired": True}, False),
        ({"category": ("shoes",)}, True),
        ({"category": ("Bags",)}, False),
        ({"seller": ("you", "ME")}, True),
        ({"seller": ("you",)}, False),
        ({"brand": ("fenlow",)}, True),
        ({"brand": ("other",)}, False),
        ({"classes": (18, 25)}, True),
        ({"classes": (18,)}, False),
        ({"status": ("ok",)}, True),
        ({"status": ("partial",)}, False),
        ({"confirmed_findings": 3}, True),
        ({"confirmed_findings": 4}, False),
        ({"confirmed_findings": 3, "days": 7}, False),
        ({"blocked_listings": 1, "pre_checks": 9}, True),
        ({"blocked_listings": 1, "pre_checks": 10}, False),
    ],
)
def test_a_rule_matches_where_all_its_conditions_hold(conditions, matches):
    found = score(0.7)
    given = listing(found, findings=(shown(found),))
    exempt = policy(Rule("pass", "an exemption", **conditions))
    assert decision(given, exempt, REPEATED) == ("pass" if matches else "review")


def test_the_first_rule_that_matches_a_finding_holds_for_it():
    general, narrow = Rule("block", "all", score=0.5), Rule("pass", "the own shop", mark=("m",))
    assert decision(listing(score(0.7)), policy(narrow, general)) == "pass"
    assert decision(listing(score(0.7)), policy(general, narrow)) == "block"


def test_the_strictest_finding_holds_for_the_listing():
    exempt = Rule("pass", "known print", mark=("m",))
    given = listing(score(0.99), score(0.6, "n"))
    ruling = decide(given, policy(exempt), RIGHTS, DAY)
    assert ruling.decision == "review"
    assert ruling.reasons == (
        "n in the photo: score 0.60; review from 0.5",
        "known print (rule 1; m in the photo: score 0.99)",
    )


def test_a_rule_without_a_condition_on_findings_decides_the_listing_too():
    repeat = Rule("review", "three confirmed findings", confirmed_findings=3)
    assert decision(listing(), policy(repeat), REPEATED) == "review"
    assert decision(listing(), policy(repeat)) == "pass"
    with_a_finding = replace(repeat, score=0.5, decision="block")
    assert decision(listing(), policy(with_a_finding), REPEATED) == "pass"
    assert decision(listing(score(0.6)), policy(with_a_finding), REPEATED) == "block"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("compatible", score(0.95, where="title", compatible=True)),
        ("authorised", score(0.95, "own")),
        ("expired", score(0.95, "old")),
    ],
)
def test_what_does_not_count_is_matched_by_rules_that_say_so_alone(name, found):
    assert decision(listing(found), policy(Rule("block", "any mark", where=("text", "photo")))) == (
        "pass"
    )
    assert decision(listing(found), policy(Rule("review", "even so", **{name: True}))) == "review"


def test_a_hidden_score_counts_and_has_no_verdict():
    given = listing(score(0.7), score(0.6), findings=(shown(score(0.7)),))
    assert decision(given, policy(Rule("block", "not shown", hidden=True))) == "block"
    passed = policy(Rule("pass", "a copy", verdict=("identical copy",)))
    assert decision(given, passed) == "review"
    title = TextFinding("m", "m", 0.7, "title", 0, 1, "m", "m")
    in_text = listing(score(0.7, where="title"), text=(title,))
    assert decision(in_text, policy(Rule("block", "not shown", hidden=True))) == "review"


def test_a_photo_not_examined_passes_only_by_a_rule_that_names_its_status():
    broken = listing(status="partial")
    assert decision(replace(broken, seller="me"), policy(Rule("pass", "ours", seller=("me",)))) == (
        "review"
    )
    named = Rule("pass", "animations of ours", seller=("me",), status=("partial",))
    assert decision(broken, policy(named)) == "pass"
    assert decide(broken, policy(), RIGHTS, DAY).reasons == (
        "the photo was not examined in full (partial)",
    )


def test_a_mark_has_thresholds_of_its_own():
    own = policy(marks={"m": Thresholds(0.3, 0.6), "n": Thresholds(block=0.99)})
    assert decision(listing(score(0.4)), own) == "review"
    assert decision(listing(score(0.65)), own) == "block"
    assert decision(listing(score(0.95, "n")), own) == "review"
    assert decision(listing(score(0.4, "n")), own) == "pass"


def test_a_capped_mark_goes_to_review_at_most():
    given = listing(score(0.99))
    for rules in (policy(), policy(Rule("block", "always", mark=("m",)))):
        ruling = decide(given, rules, RIGHTS, DAY, at_most_review=("m",))
        assert ruling.decision == "review"
        assert "quarantined" in ruling.reasons[0]
    exempt = policy(Rule("pass", "known print", mark=("m",)))
    assert decide(given, exempt, RIGHTS, DAY, at_most_review=("m",)).decision == "pass"
    other = decide(given, policy(), RIGHTS, DAY, at_most_review=("n",))
    assert other.decision == "block"


numbers = st.integers(0, 20).map(lambda n: n / 20)
marks = st.sampled_from(["m", "n", "own", "old"])
rules = st.builds(
    Rule,
    decision=st.sampled_from(DECISIONS),
    reason=st.just("why"),
    score=st.none() | numbers,
    mark=st.just(()) | st.tuples(marks),
    where=st.sampled_from([(), ("photo",), ("text",)]),
    authorised=st.sampled_from([None, True, False]),
    seller=st.sampled_from([(), ("me",), ("you",)]),
    confirmed_findings=st.sampled_from([None, 3, 4]),
)
scores = st.builds(score, numbers, marks, st.sampled_from(["photo", "title"]))
listings = st.builds(
    lambda scores, status: listing(*scores, status=status),
    st.lists(scores, max_size=5),
    st.sampled_from(["ok", "partial"]),
)
policies = st.builds(
    lambda review, block, rules, own: Policy(
        review, block, rules=tuple(rules), marks={"n": Thresholds(*own)} if own else {}
    ),
    numbers,
    numbers,
    st.lists(rules, max_size=4),
    st.none() | st.tuples(numbers, numbers),
)


def strictness(ruling):
    return DECISIONS.index(ruling.decision)


@given(listings, policies, numbers, numbers)
def test_lower_thresholds_never_give_a_milder_decision(given_listing, chosen, review, block):
    lower = replace(chosen, review=min(review, chosen.review), block=min(block, chosen.block))
    if "n" in chosen.marks:
        own = chosen.marks["n"]
        least = Thresholds(min(review, own.review), min(block, own.block))
        lower = replace(lower, marks={"n": least})
    before = decide(given_listing, chosen, RIGHTS, DAY, REPEATED)
    assert strictness(decide(given_listing, lower, RIGHTS, DAY, REPEATED)) >= strictness(before)


@given(listings, policies, rules, st.integers(0, 4))
def test_a_rule_about_a_mark_that_is_not_there_changes_nothing(listed, chosen, rule, place):
    strange = replace(rule, mark=("strange",))
    changed = (*chosen.rules[:place], strange, *chosen.rules[place:])
    before = decide(listed, chosen, RIGHTS, DAY, REPEATED)
    assert decide(listed, replace(chosen, rules=changed), RIGHTS, DAY, REPEATED).decision == (
        before.decision
    )


@given(listings, policies, scores)
def test_a_further_finding_never_makes_a_decision_milder(listed, chosen, further):
    more = replace(listed, scores=(*listed.scores, further))
    before = decide(listed, chosen, RIGHTS, DAY, REPEATED)
    assert strictness(decide(more, chosen, RIGHTS, DAY, REPEATED)) >= strictness(before)


@given(listings, policies, st.permutations(range(5)))
def test_the_order_of_scores_does_not_matter(listed, chosen, order):
    shuffled = [listed.scores[n] for n in order if n < len(listed.scores)]
    ruling = decide(replace(listed, scores=tuple(shuffled)), chosen, RIGHTS, DAY, REPEATED)
    assert ruling.decision == decide(listed, chosen, RIGHTS, DAY, REPEATED).decision


@given(listings, policies)
def test_every_decision_that_is_no_pass_has_a_reason(listed, chosen):
    ruling = decide(listed, chosen, RIGHTS, DAY, REPEATED)
    assert ruling.decision == "pass" or ruling.reasons


@given(listings, policies, st.sets(marks))
def test_a_cap_never_makes_a_decision_stricter(listed, chosen, capped):
    free = decide(listed, chosen, RIGHTS, DAY, REPEATED)
    held = decide(listed, chosen, RIGHTS, DAY, REPEATED, at_most_review=capped)
    assert strictness(held) <= strictness(free)
    assert free.decision == "pass" or held.decision != "pass"
