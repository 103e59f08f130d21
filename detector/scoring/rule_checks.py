"""Checks of a policy as a whole: rules that can never hold, and thresholds the wrong way round."""

from __future__ import annotations

from collections.abc import Sequence

from detector.errors import PolicyError
from detector.scoring.policy import Policy
from detector.scoring.rules import HISTORY_KEYS, LISTING_KEYS, SPOKEN_OF, Rule, is_given, plain

_CHOICES = ("verdict", "mark", "owner", "kind", "where", *LISTING_KEYS)


def check_policy(policy: Policy, places: Sequence[str], place: str) -> None:
    """Raise `PolicyError` for a policy part of which can never take effect.

    `places` are where the rules stand, `place` is where the policy does.
    """
    if policy.block < policy.review:
        raise PolicyError("block is below review", place=place, remedy="Raise block.")
    for mark in policy.marks:
        if policy.block_of(mark) < policy.review_of(mark):
            remedy = "Give both thresholds of the mark, block not below review."
            raise PolicyError(f"block of {mark} is below its review", place=place, remedy=remedy)
    for number, (rule, where) in enumerate(zip(policy.rules, places, strict=True)):
        _check_bounds(rule, policy, where)
        _check_places(rule, where)
        for earlier, other in enumerate(policy.rules[:number], 1):
            if _covers(other, rule):
                raise PolicyError(
                    f"rule {number + 1} is never reached: rule {earlier} matches all that it does",
                    place=where,
                    remedy="Put the narrower rule first, or delete it.",
                )


def _check_bounds(rule: Rule, policy: Policy, place: str) -> None:
    lowest = min([policy.review, *map(policy.review_of, policy.marks)])
    if rule.mark:
        lowest = min(map(policy.review_of, rule.mark))
    if rule.score is not None and rule.score < lowest:
        raise PolicyError(
            f"score is {rule.score:g}, and nothing is found below review, {lowest:g}",
            place=place,
            remedy="Lower review, of the policy or of the mark, or raise score.",
        )
    least = lowest if rule.score is None else rule.score
    if rule.score_below is not None and rule.score_below <= least:
        raise PolicyError(
            f"no score is from {least:g} and below {rule.score_below:g}",
            place=place,
            remedy="Raise score_below.",
        )


def _check_places(rule: Rule, place: str) -> None:
    """Raise `PolicyError` for conditions that no finding meets together."""
    photo_only = rule.verdict or None
    wrong = ""
    if photo_only and rule.where and "photo" not in rule.where:
        wrong = "a mark in a text has no verdict"
    elif photo_only and rule.hidden:
        wrong = "a hidden score has no verdict"
    elif photo_only and rule.compatible:
        wrong = "a mark named as compatible stands in a text, which has no verdict"
    elif rule.compatible and rule.where == ("photo",):
        wrong = "marks are named as compatible in texts alone"
    if wrong:
        message = f"the rule never holds: {wrong}"
        raise PolicyError(message, place=place, remedy="Delete one of these conditions.")


def _covers(earlier: Rule, later: Rule) -> bool:
    """Whether a rule matches all that a later one does."""
    if earlier.is_about_findings and not later.is_about_findings:
        return False
    return (
        all(_has_all(name, earlier, later) for name in _CHOICES)
        and (earlier.score or 0) <= (later.score or 0)
        and (1.1 if earlier.score_below is None else earlier.score_below)
        >= (1.1 if later.score_below is None else later.score_below)
        and (earlier.hidden is None or earlier.hidden == later.hidden)
        and all(bool(getattr(earlier, name)) == bool(getattr(later, name)) for name in SPOKEN_OF)
        and all(_asks_less(name, earlier, later) for name in HISTORY_KEYS)
    )


def _has_all(name: str, earlier: Rule, later: Rule) -> bool:
    wide, narrow = getattr(earlier, name), getattr(later, name)
    if not wide:
        return True
    if name == "where" and "text" in wide:
        wide = (*wide, "title", "description", "brand")
    if name == "mark":
        return bool(narrow) and set(narrow) <= set(wide)
    return bool(narrow) and {plain(str(one)) for one in narrow} <= {plain(str(one)) for one in wide}


def _asks_less(name: str, earlier: Rule, later: Rule) -> bool:
    less, more = getattr(earlier, name), getattr(later, name)
    if not is_given(less):
        return True
    return is_given(more) and less <= more and earlier.days >= later.days
