"""The decision on a listing: pass, review or block."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import partial
from pathlib import Path

from detector.errors import PolicyError
from detector.records import Decision, Listing, Rights
from detector.scoring.scorer import default_scorer

NO_RIGHTS = Rights()


@dataclass(frozen=True, slots=True)
class Policy:
    """Score thresholds, 0..1, from which a photo is reviewed by a person or blocked.

    The default of `review` is the threshold of the shipped scorer.
    """

    review: float = field(default_factory=lambda: default_scorer().threshold)
    block: float = 0.9

    def __post_init__(self) -> None:
        if not 0 <= self.review <= 1 or not 0 <= self.block <= 1:  # so that NaN is refused too
            raise PolicyError(
                f"the thresholds are {self.review} and {self.block}",
                remedy="Give numbers from 0 to 1.",
            )


def load_policy(path: Path) -> Policy:
    """Read a TOML policy with the keys `review` and `block`. Raises `PolicyError`."""
    place = str(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", place=place) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"is not TOML: {error}", place=place) from error
    names = [key.name for key in fields(Policy)]
    for key, value in data.items():
        if key not in names:
            raise PolicyError(f"unknown key {key}", place=place, remedy="Keys are review, block.")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise PolicyError(f"{key} is {value}", place=place, remedy="Give a number from 0 to 1.")
    policy = Policy(**{key: float(value) for key, value in data.items()})
    if policy.block < policy.review:
        raise PolicyError("block is below review", place=place, remedy="Raise block.")
    return policy


def decide(listing: Listing, policy: Policy, rights: Mapping[str, Rights], day: date) -> Decision:
    """The decision on a listing, from its scores, its status and the rights in the marks.

    A pure function of a record, so that a decision can be repeated when a policy or rights change.
    Findings play no part, because they are chosen for display.

    Args:
        listing: as inspected, or as read back from its record.
        policy: the thresholds.
        rights: rights by id of mark; a mark without an entry excuses no use.
        day: the day for which rights may have expired.

    Returns:
        "block" or "review" by the highest score that counts; "pass" only for a status of "ok".

    """
    counts = partial(is_actionable, seller=listing.seller, rights=rights, day=day)
    rivals = {rival.mark for score in listing.scores for rival in score.suppressed_by}
    marks = rivals | {score.mark for score in listing.scores}
    excused = {mark for mark in marks if not counts(mark)}
    counted = (
        score.score
        for score in listing.scores
        if score.mark not in excused and score.stands(excused)
    )
    highest = max(counted, default=0.0)
    if highest >= policy.block:
        return "block"
    return "review" if highest >= policy.review or listing.status != "ok" else "pass"


def is_actionable(mark: str, *, seller: str, rights: Mapping[str, Rights], day: date) -> bool:
    """Whether the use of a mark counts against a listing: not authorised, and not expired."""
    right = rights.get(mark, NO_RIGHTS)
    return not right.authorises(seller) and not right.has_expired(day)
