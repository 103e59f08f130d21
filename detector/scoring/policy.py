"""The decision on a listing: pass, review or block."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import get_args

from detector.errors import PolicyError
from detector.records import Decision, Listing, MarkScore, Rights
from detector.scoring.rules import NO_HISTORY, FoundMark, History, Rule, first_match
from detector.scoring.scorer import default_scorer

NO_RIGHTS = Rights()

DECISIONS: tuple[Decision, ...] = get_args(Decision)
"""From the mildest to the strictest."""

COMPATIBLE_REMEDY = "Give pass, review or block."


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of one mark, 0..1; None for those of the policy."""

    review: float | None = None
    block: float | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds, 0..1, from which a photo is reviewed by a person or blocked, and rules.

    The default of `review` is the threshold of the shipped scorer. `compatible` is the decision on
    a text that names a mark only as what its goods fit; it is found from `review` on. `marks` are
    the thresholds of single marks, by id; `rules` are in the order in which they are tried.
    """

    review: float = field(default_factory=lambda: default_scorer().threshold)
    block: float = 0.9
    compatible: Decision = "pass"
    marks: Mapping[str, Thresholds] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.review <= 1 or not 0 <= self.block <= 1:  # so that NaN is refused too
            raise PolicyError(
                f"the thresholds are {self.review} and {self.block}",
                remedy="Give numbers from 0 to 1.",
            )
        if self.compatible not in DECISIONS:
            raise PolicyError(f"compatible is {self.compatible}", remedy=COMPATIBLE_REMEDY)

    def review_of(self, mark: str) -> float:
        """The score from which a mark is found."""
        own = self.marks[mark].review if mark in self.marks else None
        return self.review if own is None else own

    def block_of(self, mark: str) -> float:
        """The score from which a mark is blocked, unless a rule decides."""
        own = self.marks[mark].block if mark in self.marks else None
        return self.block if own is None else own

    @property
    def history_days(self) -> tuple[int, ...]:
        """How far back the history of a seller is asked for, in days."""
        return tuple(sorted({rule.days for rule in self.rules if rule.counts_history}))


@dataclass(frozen=True, slots=True)
class Level:
    """What one finding asks for, or the listing as a whole (`found` is None), and why."""

    decision: Decision
    reason: str
    found: FoundMark | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """The decision on a listing, and the `levels` that it follows from, the strictest first."""

    levels: tuple[Level, ...]

    @property
    def decision(self) -> Decision:
        """The strictest of all levels."""
        return self.levels[0].decision if self.levels else "pass"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in words, the strictest first and each once."""
        return tuple(dict.fromkeys(level.reason for level in self.levels if level.reason))


def decide(
    listing: Listing,
    policy: Policy,
    rights: Mapping[str, Rights],
    day: date,
    history: History = NO_HISTORY,
    *,
    at_most_review: Collection[str] = (),
) -> Ruling:
    """Decide on a listing by its scores, its status, its fields and the rights in the marks.

    A pure function of a record, so that a decision can be repeated when a policy or rights change.
    Each finding is decided by the first rule that matches it, else by the thresholds; the listing
    as a whole by the first rule without a condition on findings. The strictest of all holds. Scores
    count whether they are shown or not; findings only give their verdicts.

    Args:
        listing: as inspected, or as read back from its record.
        policy: thresholds, rules, and the decision on names of what goods fit.
        rights: rights by id of mark; a mark without an entry excuses no use.
        day: the day for which rights may have expired.
        history: what is known of the listing's seller, for the rules that ask for it.
        at_most_review: marks whose findings ask for a review at most, whatever decides them.

    Returns:
        The decision with its reasons; "pass" for a status other than "ok" only where a rule names
        that status.

    """
    levels = [
        _capped(_level_of(found, listing, policy, history), at_most_review)
        for found in found_marks(listing, policy, rights, day)
    ]
    levels += _levels_of_listing(listing, policy, history)
    return Ruling(tuple(sorted(levels, key=_strictness)))


def found_marks(
    listing: Listing, policy: Policy, rights: Mapping[str, Rights], day: date
) -> list[FoundMark]:
    """The scores of a listing that are findings by a policy, excused ones too.

    They reach the mark's `review` and stand. A mark that is excused suppresses none that counts.
    """
    counts = partial(is_actionable, seller=listing.seller, rights=rights, day=day)
    rivals = {rival.mark for score in listing.scores for rival in score.suppressed_by}
    marks = rivals | {score.mark for score in listing.scores}
    excused = {mark for mark in marks if not counts(mark)}
    photo = {(one.mark, one.score, repr(one.log_odds)): one.verdict for one in listing.findings}
    texts = {(one.mark, one.field, one.score) for one in listing.text}

    def found(score: MarkScore) -> FoundMark:
        right = rights.get(score.mark, NO_RIGHTS)
        key = score.mark, score.score, repr(score.log_odds)
        verdict = photo.get(key) if score.where == "photo" else None
        shown = verdict is not None or (score.mark, score.where, score.score) in texts
        return FoundMark(
            mark=score.mark,
            owner=right.owner,
            kind=score.kind,
            where=score.where,
            score=score.score,
            verdict=verdict,
            hidden=not shown,
            compatible=score.compatible,
            authorised=right.authorises(listing.seller),
            expired=right.has_expired(day),
        )

    return [
        found(score)
        for score in listing.scores
        if score.score >= policy.review_of(score.mark) and score.stands(excused)
    ]


def is_actionable(mark: str, *, seller: str, rights: Mapping[str, Rights], day: date) -> bool:
    """Whether the use of a mark counts against a listing: not authorised, and not expired."""
    right = rights.get(mark, NO_RIGHTS)
    return not right.authorises(seller) and not right.has_expired(day)


def _level_of(found: FoundMark, listing: Listing, policy: Policy, history: History) -> Level:
    """What one finding asks for."""
    matched = first_match(policy.rules, listing, history, found)
    if matched is not None:
        number, rule = matched
        return Level(rule.decision, f"{rule.reason} (rule {number}; {_words_of(found)})", found)
    if found.excused:
        return Level("pass", "", found)
    if found.compatible:
        why = f"{_words_of(found)}, named as what the goods fit"
        return Level(policy.compatible, why if policy.compatible != "pass" else "", found)
    block = policy.block_of(found.mark)
    blocks = found.score >= block
    line = f"block from {block:g}" if blocks else f"review from {policy.review_of(found.mark):g}"
    return Level("block" if blocks else "review", f"{_words_of(found)}; {line}", found)


def _levels_of_listing(listing: Listing, policy: Policy, history: History) -> Iterator[Level]:
    """What the listing as a whole asks for: by a rule, and by a status other than "ok"."""
    matched = first_match(policy.rules, listing, history)
    if matched is not None:
        number, rule = matched
        yield Level(rule.decision, f"{rule.reason} (rule {number})")
    if listing.status != "ok" and not (matched and matched[1].status):
        yield Level("review", f"the photo was not examined in full ({listing.status})")


def _capped(level: Level, at_most_review: Collection[str]) -> Level:
    found = level.found
    if found is None or found.mark not in at_most_review or level.decision != "block":
        return level
    return Level("review", f"{level.reason}; the mark is quarantined, so review at most", found)


def _strictness(level: Level) -> tuple[int, float]:
    """For sorting: the strictest first, then the highest score."""
    score = level.found.score if level.found else 0.0
    return -DECISIONS.index(level.decision), -score


def _words_of(found: FoundMark) -> str:
    verdict = f", {found.verdict}" if found.verdict else ""
    return f"{found.mark} in the {found.where}: score {found.score:.2f}{verdict}"
