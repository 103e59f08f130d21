"""What to do about findings: pass, review or block."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from detector.errors import PolicyError
from detector.records import Decision, Finding, Status, TextFinding
from detector.scoring.scorer import default_scorer


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


def decide(status: Status, findings: Sequence[Finding | TextFinding], policy: Policy) -> Decision:
    """The decision for one photo and its texts. What was not fully examined is never passed."""
    worst = max((one.score for one in findings if not one.authorised), default=0.0)
    if worst >= policy.block:
        return "block"
    return "review" if worst >= policy.review or status != "ok" else "pass"
