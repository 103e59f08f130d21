"""Rules of a policy: conditions on a finding, its listing and its seller's history."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

from detector.records import Decision, Kind, Listing, Place, Status, Verdict

ProtectedKind = Literal["logo", "word", "design", "pattern"]
RulePlace = Literal["photo", "text", "title", "description", "brand"]


@dataclass(frozen=True, slots=True)
class SellerCounts:
    """What is known of a seller in some days.

    `confirmed_findings` were confirmed by a person, `blocked_listings` decided "block", and
    `pre_checks` are inspections that the seller asked for.
    """

    confirmed_findings: int = 0
    blocked_listings: int = 0
    pre_checks: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """The counts of a listing's seller before it, by the number of days that they reach back."""

    counts: Mapping[int, SellerCounts] = field(default_factory=dict)

    def within(self, days: int) -> SellerCounts:
        """The counts of the last `days`; all 0 where nothing is known."""
        return self.counts.get(days, SellerCounts())


NO_HISTORY = History()


@dataclass(frozen=True, slots=True)
class FoundMark:
    """A score from the policy's `review` on that stands, as rules see it.

    `verdict` is that of the finding that shows it; None in a text, and for a `hidden` score, which
    counts although a limit on what is shown left it out. `owner`, `authorised` and `expired` are
    by the rights on the day of the decision.
    """

    mark: str
    owner: str
    kind: Kind
    where: Place
    score: float
    verdict: Verdict | None = None
    hidden: bool = False
    compatible: bool = False
    authorised: bool = False
    expired: bool = False

    @property
    def excused(self) -> bool:
        """Whether it does not count against the listing, unless a rule says so."""
        return self.authorised or self.expired


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision where all conditions hold; a condition that is left out always holds.

    A rule with a condition on findings decides those findings, one without also the listing as a
    whole. Of several values any may hold. Texts are compared without regard to case.

    Attributes:
        decision: what a match asks for.
        reason: why, in plain words.
        score, score_below: bounds of the score, the first included.
        verdict, mark, owner, kind, where: of the finding; "text" is any place but the photo.
        hidden: whether no finding shows the score.
        compatible, authorised, expired: left out, a rule matches none that is so.
        category, seller, brand, classes, status: of the listing; of several classes one is enough.
        days: how far back the history of the seller is counted.
        confirmed_findings, blocked_listings, pre_checks: at least so many in that time.

    """

    decision: Decision
    reason: str
    score: float | None = None
    score_below: float | None = None
    verdict: tuple[Verdict, ...] = ()
    mark: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    kind: tuple[ProtectedKind, ...] = ()
    where: tuple[RulePlace, ...] = ()
    hidden: bool | None = None
    compatible: bool | None = None
    authorised: bool | None = None
    expired: bool | None = None
    category: tuple[str, ...] = ()
    seller: tuple[str, ...] = ()
    brand: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    status: tuple[Status, ...] = ()
    days: int = 90
    confirmed_findings: int | None = None
    blocked_listings: int | None = None
    pre_checks: int | None = None

    @property
    def is_about_findings(self) -> bool:
        """Whether it has a condition on findings."""
        return any(is_given(getattr(self, name)) for name in FINDING_KEYS)

    @property
    def counts_history(self) -> bool:
        """Whether it has a condition on the seller's history."""
        return any(is_given(getattr(self, name)) for name in HISTORY_KEYS)

    def matches_listing(self, listing: Listing, history: History) -> bool:
        """Whether its conditions on the listing and on its seller's history hold."""
        texts = (
            (self.category, listing.category),
            (self.seller, listing.seller),
            (self.brand, listing.brand),
            (self.status, listing.status),
        )
        return (
            all(_is_one_of(text, wanted) for wanted, text in texts)
            and (not self.classes or not set(self.classes).isdisjoint(listing.classes))
            and all(self._enough(name, history) for name in HISTORY_KEYS)
        )

    def matches_finding(self, found: FoundMark) -> bool:
        """Whether its conditions on findings hold."""
        texts = (
            (self.verdict, found.verdict or ""),
            (self.owner, found.owner),
            (self.kind, found.kind),
        )
        return (
            (self.score or 0) <= found.score
            and (self.score_below is None or found.score < self.score_below)
            and (not self.mark or found.mark in self.mark)
            and (self.hidden is None or self.hidden == found.hidden)
            and all(bool(getattr(self, name)) == getattr(found, name) for name in SPOKEN_OF)
            and (not self.where or not set(self.where).isdisjoint(_places(found.where)))
            and all(_is_one_of(text, wanted) for wanted, text in texts)
        )

    def _enough(self, name: str, history: History) -> bool:
        least = getattr(self, name)
        return least is None or getattr(history.within(self.days), name) >= least


SPOKEN_OF = ("compatible", "authorised", "expired")
"""What findings may be that only a rule which says so matches."""

_OF_FINDINGS = ("score", "score_below", "verdict", "mark", "owner", "kind", "where", "hidden")
FINDING_KEYS = (*_OF_FINDINGS, *SPOKEN_OF)
LISTING_KEYS = ("category", "seller", "brand", "classes", "status")
HISTORY_KEYS = tuple(each.name for each in fields(SellerCounts))


def is_given(value: object) -> bool:
    """Whether a condition is not left out."""
    return value is not None and value != ()


def first_match(
    rules: Sequence[Rule], listing: Listing, history: History, found: FoundMark | None = None
) -> tuple[int, Rule] | None:
    """The number, from 1, and the first rule that matches a finding, or the listing as a whole."""
    for number, rule in enumerate(rules, 1):
        fits = rule.matches_finding(found) if found else not rule.is_about_findings
        if fits and rule.matches_listing(listing, history):
            return number, rule
    return None


def plain(text: str) -> str:
    """A text as conditions compare it: without regard to case, blanks and Unicode forms."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _is_one_of(text: str, wanted: Sequence[str]) -> bool:
    return not wanted or plain(text) in map(plain, wanted)


def _places(where: Place) -> Iterator[str]:
    yield where
    if where != "photo":
        yield "text"
