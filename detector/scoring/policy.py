"""The decision on a listing: pass, review or block."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, get_args

from detector.errors import PolicyError
from detector.records import Decision, Listing, Rights
from detector.scoring.scorer import default_scorer

NO_RIGHTS = Rights()

DECISIONS: tuple[Decision, ...] = get_args(Decision)
"""From the mildest to the strictest."""

_COMPATIBLE_REMEDY = "Give pass, review or block."


@dataclass(frozen=True, slots=True)
class Policy:
    """Score thresholds, 0..1, from which a photo is reviewed by a person or blocked.

    The default of `review` is the threshold of the shipped scorer. `compatible` is the decision on
    a text that names a mark only as what its goods fit; it is found from `review` on.
    """

    review: float = field(default_factory=lambda: default_scorer().threshold)
    block: float = 0.9
    compatible: Decision = "pass"

    def __post_init__(self) -> None:
        if not 0 <= self.review <= 1 or not 0 <= self.block <= 1:  # so that NaN is refused too
            raise PolicyError(
                f"the thresholds are {self.review} and {self.block}",
                remedy="Give numbers from 0 to 1.",
            )
        if self.compatible not in DECISIONS:
            raise PolicyError(f"compatible is {self.compatible}", remedy=_COMPATIBLE_REMEDY)


def load_policy(path: Path) -> Policy:
    """Read a TOML policy: the thresholds `review` and `block`, the decision `compatible`.

    Raises `PolicyError`.
    """
    place = str(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", place=place) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"is not TOML: {error}", place=place) from error
    policy = Policy(**{key: _value(key, value, place) for key, value in data.items()})
    if policy.block < policy.review:
        raise PolicyError("block is below review", place=place, remedy="Raise block.")
    return policy


def _value(key: str, value: object, place: str) -> Any:
    """The checked value of a key."""
    if key not in (names := [each.name for each in fields(Policy)]):
        raise PolicyError(f"unknown key {key}", place=place, remedy=f"Keys are {', '.join(names)}.")
    if key == "compatible":
        if value not in DECISIONS:
            raise PolicyError(f"{key} is {value}", place=place, remedy=_COMPATIBLE_REMEDY)
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise PolicyError(f"{key} is {value}", place=place, remedy="Give a number from 0 to 1.")
    return float(value)


def decide(listing: Listing, policy: Policy, rights: Mapping[str, Rights], day: date) -> Decision:
    """The decision on a listing, from its scores, its status and the rights in the marks.

    A pure function of a record, so that a decision can be repeated when a policy or rights change.
    Findings play no part, because they are chosen for display.

    Args:
        listing: as inspected, or as read back from its record.
        policy: the thresholds, and the decision on names of what goods fit.
        rights: rights by id of mark; a mark without an entry excuses no use.
        day: the day for which rights may have expired.

    Returns:
        "block" or "review" by the highest score that counts, `policy.compatible` where a mark is
        only named as what goods fit, whichever is stricter; "pass" only for a status of "ok".

    """
    counts = partial(is_actionable, seller=listing.seller, rights=rights, day=day)
    rivals = {rival.mark for score in listing.scores for rival in score.suppressed_by}
    marks = rivals | {score.mark for score in listing.scores}
    excused = {mark for mark in marks if not counts(mark)}
    standing = [
        score for score in listing.scores if score.mark not in excused and score.stands(excused)
    ]
    highest = max((score.score for score in standing if not score.compatible), default=0.0)
    fits = max((score.score for score in standing if score.compatible), default=0.0)
    decisions: list[Decision] = [policy.compatible] if fits >= policy.review else []
    if highest >= policy.block:
        decisions.append("block")
    if highest >= policy.review or listing.status != "ok":
        decisions.append("review")
    return max(decisions, key=DECISIONS.index, default="pass")


def is_actionable(mark: str, *, seller: str, rights: Mapping[str, Rights], day: date) -> bool:
    """Whether the use of a mark counts against a listing: not authorised, and not expired."""
    right = rights.get(mark, NO_RIGHTS)
    return not right.authorises(seller) and not right.has_expired(day)
