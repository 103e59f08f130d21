"""Policies read from TOML: every mistake is told with its place and what to do."""

import json
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import PolicyError
from detector.jobs.scan_config import ScanConfig
from detector.scoring.policy import Policy, Thresholds
from detector.scoring.policy_file import load_policy, policy_from_text
from detector.scoring.rules import Rule
from tests.jobs.shop import CONFIG

WHOLE = """
review = 0.4
block = 0.8
compatible = "review"

[marks."Vornak 7"]
review = 0.6
block = 0.95

[[rule]]
decision = "pass"
reason = "  the shop of the
  owner " # on one line
seller = ["octavine-shop", "octavine-outlet"]
owner = "Octavine SA"

[[rule]]
decision = "block"
reason = "three confirmed findings in half a year"
score = 0.6
confirmed_findings = 3
days = 180
""".replace("the\n  owner", "the owner")


def test_a_whole_policy():
    assert policy_from_text(WHOLE) == Policy(
        0.4,
        0.8,
        "review",
        marks={"Vornak 7": Thresholds(0.6, 0.95)},
        rules=(
            Rule(
                "pass",
                "the shop of the owner",
                seller=("octavine-shop", "octavine-outlet"),
                owner=("Octavine SA",),
            ),
            Rule(
                "block",
                "three confirmed findings in half a year",
                score=0.6,
                confirmed_findings=3,
                days=180,
            ),
        ),
    )
    assert policy_from_text(WHOLE).history_days == (180,)


def test_a_policy_with_rules_reaches_the_processes_of_a_scan():
    config = replace(CONFIG, policy=policy_from_text(WHOLE))
    assert ScanConfig.from_text(config.to_text()).policy == config.policy


def rule(*lines, decision="block"):
    return "\n".join(["[[rule]]", f'decision = "{decision}"', 'reason = "why"', *lines])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[rule]]\nreason = 'why'", "p.toml:1: rule 1: the rule has no decision"),
        ("[[rule]]\ndecision = 'pass'", "p.toml:1: rule 1: the rule has no reason"),
        (rule("marks = 'm'"), "p.toml:1: rule 1: unknown key marks. Keys are decision, reason,"),
        (rule("score = '0.5'"), "score is 0.5. Give a number from 0 to 1"),
        (rule("score = true"), "score is True"),
        (rule("score = nan"), "score is nan"),
        (rule("verdict = 'copy'"), "verdict is 'copy'. Give one of: identical copy, altered"),
        (rule("mark = []"), "mark is an empty list"),
        (rule("mark = ['m', 3]"), "mark is 3. Give a text"),
        (rule("kind = 'ignore'"), "kind is 'ignore'. Give one of: logo, word"),
        (rule("where = 'photos'"), "where is 'photos'. Give one of: photo, text, title"),
        (rule("hidden = 1"), "hidden is 1. Give true or false"),
        (rule("classes = [25, 46]"), "classes is 46. Give a whole number from 1 to 45"),
        (rule("classes = 1.0"), "classes is 1.0"),
        (rule("status = 'broken'"), "status is 'broken'. Give one of: ok"),
        (rule("confirmed_findings = 0"), "confirmed_findings is 0. Give a whole number from 1"),
        (rule("days = 30"), "days is given, and nothing is counted. Give confirmed_findings"),
        (rule("days = 0", "pre_checks = 1"), "days is 0"),
        (rule(decision="deny"), "decision is deny. Give pass, review or block"),
        ("[rule]\ndecision = 'pass'", "p.toml: rule is no list of tables. Write [[rule]]"),
        ("rule = [1]", "rule is no list of tables"),
        ("marks = 3", "marks is no table"),
        ("[marks]\nm = 0.5", 'p.toml: marks."m": is 0.5. Write [marks."ID"]'),
        ("[marks.m]\nrewiev = 0.5", 'marks."m": unknown key rewiev. Keys are review, block'),
        ("[marks.m]\nreview = 2", 'marks."m": review is 2. Give a number from 0 to 1'),
        ("[marks.m]\nreview = 0.95", "block of m is below its review"),
        (rule("score = 0.3"), "score is 0.3, and nothing is found below review, 0.5"),
        (rule("score = 0.6", "score_below = 0.6"), "no score is from 0.6 and below 0.6"),
        (rule("score_below = 0.4"), "no score is from 0.5 and below 0.4"),
        (rule("verdict = 'same word'", "where = 'text'"), "never holds: a mark in a text has"),
        (rule("verdict = 'same word'", "hidden = true"), "never holds: a hidden score"),
        (rule("verdict = 'same word'", "compatible = true"), "never holds: a mark named"),
        (rule("compatible = true", "where = 'photo'"), "never holds: marks are named"),
        (rule() + "\n" + rule(), "p.toml:4: rule 2: rule 2 is never reached: rule 1 matches"),
        (rule("score = 0.6") + "\n" + rule("score = 0.7"), "never reached"),
        (rule("seller = 'A'") + "\n" + rule("mark = 'm'", "seller = 'a'"), "never reached"),
        (rule("where = 'text'") + "\n" + rule("where = 'title'"), "never reached"),
        (
            rule("pre_checks = 2", "days = 90") + "\n" + rule("pre_checks = 5", "days = 30"),
            "never reached",
        ),
        ("x = " + "[" * 4000 + "]" * 4000, "is not TOML"),
        ("rule = [" + "{}," * 1001 + "]", "there are 1001 rules, and 1000 are the most"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_remedy(tmp_path, text, message):
    path = tmp_path / "p.toml"
    path.write_text(text)
    with pytest.raises(PolicyError) as error:
        load_policy(path)
    assert message in str(error.value)
    assert str(path) in error.value.place


@pytest.mark.parametrize(
    "text",
    [
        rule("score = 0.7") + "\n" + rule("score = 0.6"),
        rule("mark = 'm'") + "\n" + rule("seller = 'a'"),
        rule("score = 0.5") + "\n" + rule(),  # the second decides listings without a finding
        rule("where = 'photo'") + "\n" + rule("where = ['photo', 'title']"),
        rule() + "\n" + rule("authorised = true"),
        rule("pre_checks = 2", "days = 30") + "\n" + rule("pre_checks = 5", "days = 90"),
        rule("status = 'ok'") + "\n" + rule(),
        "[marks.m]\nreview = 0.2\n" + rule("mark = 'm'", "score = 0.3"),
        "rule = [{decision = 'pass', reason = 'why', mark = 'm'}]",
    ],
)
def test_a_policy_in_which_every_rule_can_hold(text):
    assert policy_from_text(text).rules


@given(st.text(max_size=60) | st.text("[]rule\n='\"0.5score mark", max_size=80))
def test_no_text_raises_anything_but_a_policy_error(text):
    try:
        policy_from_text(text)
    except PolicyError:
        pass
    else:
        tomllib.loads(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(
    st.sampled_from(
        [key for key in Rule.__dataclass_fields__ if key not in ("decision", "reason")]
    ),
    json_values.filter(lambda value: value is not None),
)
def test_no_value_of_a_rule_raises_anything_but_a_policy_error(key, value):
    text = f"{key} = {json.dumps(value)}".replace("NaN", "nan").replace("Infinity", "inf")
    try:
        chosen = policy_from_text(rule(text))
    except PolicyError:
        return
    assert getattr(chosen.rules[0], key) != ()
