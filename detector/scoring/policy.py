"""What to do about findings: pass, review or block."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import partial
from pathlib import Path

from detector.errors import PolicyError
from detector.records import Decision, Listing, MarkScore, Rights
from detector.scoring.scorer import default_scorer

NO_RIGHTS = Rights()


@dataclass(frozen=True, slots=True)
class Policy:
    """Two probabilities: from `review` on a person looks, from `block` on the photo is stopped.

    `review` is by default the threshold that the shipped scorer was fitted to.
    """

    review: float = field(default_factory=lambda: default_scorer().threshold)
    block: float = 0.9


def load_policy(path: Path) -> Policy:
    """Read a TOML policy with the keys `review` and `block`. Raises `PolicyError`."""
    place = str(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", place=place) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"is not TOML: {error}", place=place) from error
    names = [one.name for one in fields(Policy)]
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
    """The decision for one listing: from its scores alone, so it can be made again later.

    `rights` are those of every mark by id; an unknown mark has none that excuse a use. What is
    shown plays no part, and what was not fully examined is never passed.
    """
    seller = listing.seller
    counted = (
        entry.score
        for entry in listing.scores
        if is_actionable(entry.mark, seller=seller, rights=rights, day=day)
        and stands(entry, seller, rights, day)
    )
    worst = max(counted, default=0.0)
    if worst >= policy.block:
        return "block"
    return "review" if worst >= policy.review or listing.status != "ok" else "pass"


def stands(entry: MarkScore, seller: str, rights: Mapping[str, Rights], day: date) -> bool:
    """Whether no surer mark that explains the same place takes a score away.

    A mark that the seller may use, or that is no longer protected, hides no other's: else a whole
    photo enrolled by an authorised seller would hide a real infringement in it.
    """
    counts = partial(is_actionable, seller=seller, rights=rights, day=day)
    return not any(counts(other.mark) or not counts(entry.mark) for other in entry.suppressed_by)


def is_actionable(mark: str, *, seller: str, rights: Mapping[str, Rights], day: date) -> bool:
    """Whether the use of a mark speaks against a listing: not authorised, and right in force."""
    right = rights.get(mark, NO_RIGHTS)
    return not right.authorises(seller) and not right.has_expired(day)
