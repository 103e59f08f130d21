"""Policies as TOML: thresholds, `[marks."ID"]` tables, and `[[rule]]` tables in their order."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from detector.errors import PolicyError
from detector.scoring.policy import COMPATIBLE_REMEDY, DECISIONS, Policy, Thresholds
from detector.scoring.rule_checks import check_policy
from detector.scoring.rules import HISTORY_KEYS, Rule

MOST_RULES = 1000
"""Every rule is compared with those before it, and every finding with all of them."""

MOST_DAYS = 3650

_KEYS = ("review", "block", "compatible", "marks", "rule")
_RULE_KEYS = tuple(each.name for each in fields(Rule))
_HEAD = re.compile(r"^\s*\[\[\s*rule\s*\]\]", re.MULTILINE)


def load_policy(path: Path) -> Policy:
    """Read a policy from a TOML file. Raises `PolicyError`, also as `policy_from_text`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", place=str(path)) from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"is not TOML: {error}", place=str(path)) from error
    return policy_from_text(text, str(path))


def policy_from_text(text: str, place: str = "the policy") -> Policy:
    """Read a policy from TOML; `place` names it in errors.

    Raises `PolicyError` for what is not TOML, an unknown key, a value of another type, and a rule
    that can never take effect.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyError(f"is not TOML: {error}", place=place) from error
    _check_keys(data, _KEYS, place)
    tables = _tables(data.get("rule", []), place)
    places = _places(text, len(tables), place)
    policy = Policy(
        **{key: _READERS[key](key, data[key], place) for key in _READERS if key in data},
        marks=_marks(data.get("marks", {}), place),
        rules=tuple(map(_rule, tables, places)),
    )
    check_policy(policy, places, place)
    return policy


def _tables(value: Any, place: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise PolicyError("rule is no list of tables", place=place, remedy="Write [[rule]].")
    if len(value) > MOST_RULES:
        message = f"there are {len(value)} rules, and {MOST_RULES} are the most"
        raise PolicyError(message, place=place, remedy="Give one rule several values.")
    return value


def _places(text: str, rules: int, place: str) -> list[str]:
    """Where each rule stands: file and line of its head, where these can be told."""
    lines = [text.count("\n", 0, head.end()) + 1 for head in _HEAD.finditer(text)]
    if len(lines) != rules:  # as an inline array, or a text that looks like a head
        return [f"{place}: rule {number}" for number in range(1, rules + 1)]
    return [f"{place}:{line}: rule {number}" for number, line in enumerate(lines, 1)]


def _marks(value: Any, place: str) -> dict[str, Thresholds]:
    if not isinstance(value, dict):
        raise PolicyError("marks is no table", place=place, remedy='Write [marks."ID"].')
    marks = dict[str, Thresholds]()
    for mark, own in value.items():
        where = f'{place}: marks."{mark}"'
        if not isinstance(own, dict):
            raise PolicyError(f"is {own!r}", place=where, remedy='Write [marks."ID"].')
        _check_keys(own, ("review", "block"), where)
        marks[mark] = Thresholds(**{key: _share(key, each, where) for key, each in own.items()})
    return marks


def _rule(table: Mapping[str, Any], place: str) -> Rule:
    _check_keys(table, _RULE_KEYS, place)
    for key in ("decision", "reason"):
        if key not in table:
            remedy = 'Give decision = "pass", "review" or "block", and a reason in plain words.'
            raise PolicyError(f"the rule has no {key}", place=place, remedy=remedy)
    rule = Rule(**{key: _RULE_READERS[key](key, value, place) for key, value in table.items()})
    if "days" in table and not rule.counts_history:
        remedy = f"Give {' or '.join(HISTORY_KEYS)}, or delete days."
        raise PolicyError("days is given, and nothing is counted", place=place, remedy=remedy)
    return rule


def _check_keys(table: Mapping[str, Any], names: Sequence[str], place: str) -> None:
    for key in table:
        if key not in names:
            remedy = f"Keys are {', '.join(names)}."
            raise PolicyError(f"unknown key {key}", place=place, remedy=remedy)


def _share(key: str, value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise PolicyError(f"{key} is {value}", place=place, remedy="Give a number from 0 to 1.")
    return float(value)


def _decision(key: str, value: Any, place: str) -> str:
    if not isinstance(value, str) or value not in DECISIONS:
        raise PolicyError(f"{key} is {value}", place=place, remedy=COMPATIBLE_REMEDY)
    return value


def _text(key: str, value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PolicyError(f"{key} is {value!r}", place=place, remedy="Give a text.")
    return " ".join(value.split())


def _yes_or_no(key: str, value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise PolicyError(f"{key} is {value!r}", place=place, remedy="Give true or false.")
    return value


def _number(key: str, value: Any, place: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        remedy = f"Give a whole number from 1 to {most}."
        raise PolicyError(f"{key} is {value!r}", place=place, remedy=remedy)
    return value


def _several(key: str, value: Any, place: str, one: Callable[[str, Any, str], Any]) -> Any:
    """One value or a list of them, as a tuple."""
    values = value if isinstance(value, list) else [value]
    if not values:
        raise PolicyError(f"{key} is an empty list", place=place, remedy="Delete it.")
    return tuple(one(key, each, place) for each in values)


def _word(key: str, value: Any, place: str, words: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in words:
        remedy = f"Give one of: {', '.join(words)}."
        raise PolicyError(f"{key} is {value!r}", place=place, remedy=remedy)
    return value


_BY_NAME: Mapping[str, Callable[[str, Any, str], Any]] = {
    "decision": _decision,
    "reason": _text,
    "days": partial(_number, most=MOST_DAYS),
    "classes": partial(_several, one=partial(_number, most=45)),
    **dict.fromkeys(HISTORY_KEYS, partial(_number, most=1_000_000)),
}


def _reader(hint: Any) -> Callable[[str, Any, str], Any]:
    """What reads a key of a rule, by the type that `Rule` declares for it."""
    if get_origin(hint) is tuple:
        (element, _) = get_args(hint)
        words = get_args(element) if get_origin(element) is Literal else ()
        return partial(_several, one=partial(_word, words=words) if words else _text)
    return _yes_or_no if bool in get_args(hint) else _share


_READERS: Mapping[str, Callable[[str, Any, str], Any]] = {
    "review": _share,
    "block": _share,
    "compatible": _decision,
}
_RULE_READERS = {
    name: _BY_NAME.get(name) or _reader(hint) for name, hint in get_type_hints(Rule).items()
}
