"""The fields of a mark and their checks, for TOML values and CSV cells alike."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from detector.errors import MarkError
from detector.records import KINDS, Mark, Rights

MAX_ID_LENGTH = 128
MAX_TEXT_LENGTH = 1000
MIN_WORD_LETTERS, MAX_WORD_LENGTH = 2, 60
VIENNA_CATEGORIES, LOCARNO_CLASSES = 29, 32


def check_id(value: str) -> str:
    """Strip and check a mark's id. Raises `MarkError` where it cannot be one."""
    text = value.strip()
    remedy = "Use lower-case letters, digits and - _ . only, for example: acme-logo"
    if not text or text in (".", ".."):
        raise MarkError("the id is empty", remedy=remedy)
    if len(text) > MAX_ID_LENGTH:
        raise MarkError(f"the id has more than {MAX_ID_LENGTH} characters", remedy=remedy)
    if "/" in text or "\\" in text or _has_control(text):
        raise MarkError(
            f"the id {text!r} contains a path separator or control character", remedy=remedy
        )
    return text


def slug(text: str) -> str:
    """Make an id of free text: lower case, `-` for all but letters, digits, `_` and `.`."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w.]+", "-", plain).strip("-.")[:MAX_ID_LENGTH]


def check_field(name: str, value: object) -> Any:
    """Check and convert the value of a field of `Mark`. Raises `MarkError` without a place."""
    try:
        return _CHECKS[name](value)
    except MarkError as error:
        raise MarkError(f"{name}: {error.message}", remedy=error.remedy) from error


def check_classes(value: object) -> tuple[int, ...]:
    """Check and convert Nice classes, each once. Raises `MarkError` without a place."""
    return tuple(dict.fromkeys(_nice_class(item) for item in _items(value)))


def unknown_name(what: str, name: str, known: Iterable[str], place: str) -> MarkError:
    """Build the error for an unknown key or column, which suggests the nearest known name."""
    names = list(known)
    near = difflib.get_close_matches(name.lower(), names, n=1)
    remedy = f"Did you mean {near[0]!r}?" if near else f"Known are: {', '.join(names)}."
    return MarkError(f"unknown {what} {_preview(name)}", place=place, remedy=remedy)


def _text(value: object) -> str:
    """Text on one line, or a whole number, as registration numbers often are."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    if not isinstance(value, str):
        raise MarkError(f"must be text, not {_preview(value)}", remedy="Put it in quotes.")
    if len(value) > MAX_TEXT_LENGTH:
        message = f"has more than {MAX_TEXT_LENGTH:,} characters"
        raise MarkError(message, remedy="Shorten it.")
    if _has_control(value.strip()):
        message = "contains a line break, tab or control character"
        raise MarkError(message, remedy="Write it on one line.")
    return value.strip()


def _kind(value: object) -> str:
    text = _text(value).lower() or "logo"
    if text not in KINDS:
        near = difflib.get_close_matches(text, KINDS, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else f"Use one of {', '.join(KINDS)}."
        raise MarkError(f"{_preview(text)} is not a kind of mark", remedy=remedy)
    return text


def _items(value: object) -> list[object]:
    """A list as it is; text is split at `;`; a single number is a list of one."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    if isinstance(value, list):
        return list(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return [value]
    if isinstance(value, float) and value.is_integer():
        return [value]
    message = f"must be a list, not {_preview(value)}"
    raise MarkError(message, remedy='Write ["one", "two"] in TOML, one;two in CSV.')


def _texts(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for item in _items(value) if (text := _text(item))))


def _nice_class(value: object) -> int:
    # A spreadsheet or pandas writes 25.0 where other rows have no class.
    if isinstance(value, str) and re.fullmatch(r"(0?[1-9]|[1-3][0-9]|4[0-5])(\.0)?", value):
        return int(value.removesuffix(".0"))
    if isinstance(value, float) and value.is_integer():
        return _nice_class(int(value))
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 45:
        return value
    message = f"{_preview(value)} is not a Nice class"
    raise MarkError(message, remedy="Nice classes are the whole numbers 1 to 45.")


def _vienna_codes(value: object) -> tuple[str, ...]:
    """Codes of two or three parts in the spelling `26.01.18`: offices write them differently."""
    remedy = "Write category.division.section with category 1 to 29, for example 26.1.3"
    parts = [(code, _code_parts(code, VIENNA_CATEGORIES, (2, 3))) for code in _each_code(value)]
    return _joined(parts, ".", "a Vienna code", remedy)


def _locarno_classes(value: object) -> tuple[str, ...]:
    """Classes and subclasses of designs in the spelling `08-05`."""
    remedy = "Write class-subclass with class 1 to 32, for example 08-05"
    parts = [(code, _code_parts(code, LOCARNO_CLASSES, (2,))) for code in _each_code(value)]
    return _joined(parts, "-", "a Locarno class", remedy)


def _each_code(value: object) -> list[str]:
    """The codes of a field; Korea joins several by `|`."""
    return [code.strip() for text in _texts(value) for code in text.split("|")]


def _code_parts(code: str, highest: int, counts: tuple[int, ...]) -> list[str]:
    """The parts of a code, with signs between them or two digits each; none where it is no code."""
    compact = re.fullmatch(r"([0-9]{2}){2,3}", code, re.A)
    parts = re.findall("..", code) if compact else re.split(r"[.\- ]", code)
    fits = all(re.fullmatch("[0-9]{1,2}", part, re.A) for part in parts) and len(parts) in counts
    return parts if fits and 1 <= int(parts[0]) <= highest else []


def _joined(
    codes: Iterable[tuple[str, list[str]]], sign: str, what: str, remedy: str
) -> tuple[str, ...]:
    """Every code in one spelling, each once."""
    found: dict[str, None] = {}
    for code, parts in codes:
        if not parts:
            raise MarkError(f"{_preview(code)} is not {what}", remedy=remedy)
        found[sign.join(part.zfill(2) for part in parts)] = None
    return tuple(found)


def _date(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if value == "":
        return None
    remedy = "Write year-month-day, for example 2031-05-04."
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip(), re.A):
        raise MarkError(f"{_preview(value)} is not a date", remedy=remedy)
    try:
        return date.fromisoformat(value.strip())
    except ValueError as error:
        raise MarkError(f"{_preview(value)} is not in the calendar", remedy=remedy) from error


def _words(value: object) -> tuple[str, ...]:
    words = _texts(value)
    remedy = "Write each word or phrase as people read it on the goods."
    for word in words:
        if sum(letter.isalnum() for letter in word) < MIN_WORD_LETTERS:
            raise MarkError(f"{_preview(word)} is too short for a word", remedy=remedy)
        if len(word) > MAX_WORD_LENGTH:
            message = f"{_preview(word)} has more than {MAX_WORD_LENGTH} characters"
            raise MarkError(message, remedy=remedy)
    return words


def _has_control(text: str) -> bool:
    """Controls, line separators, and surrogates (from file names that are not UTF-8)."""
    return any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in text)


def _preview(value: object) -> str:
    """A value as messages quote it: short, on one line."""
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else f"{value[:40]}...")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    names = {bool: "true or false", int: "a huge number", float: "a fraction", dict: "a table"}
    return names.get(type(value), f"a {type(value).__name__}")


_CHECKS: dict[str, Callable[[object], object]] = {
    "name": _text,
    "kind": _kind,
    "owner": _text,
    "nice_classes": check_classes,
    "vienna_codes": _vienna_codes,
    "locarno_classes": _locarno_classes,
    "registration": _text,
    "valid_until": _date,
    "authorised_sellers": _texts,
    "words": _words,
}

FIELDS = tuple(_CHECKS)
"""The fields of a mark besides its id, as files name them: those of `Mark`, then of `Rights`."""

_RIGHTS = frozenset(entry.name for entry in fields(Rights))


def make_mark(values: Mapping[str, Any]) -> Mark:
    """Make a mark from checked values by the names in `FIELDS`, and its `id`."""
    rights = {name: value for name, value in values.items() if name in _RIGHTS}
    others = {name: value for name, value in values.items() if name not in _RIGHTS}
    return Mark(**others, rights=Rights(**rights))
