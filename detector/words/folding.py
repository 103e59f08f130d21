"""Text folded to plain letters, each with its position in the original text.

A foreign letter is folded by its *look* or by its *sound*. By look a Cyrillic Р is a p (Unicode
Technical Standard 39, confusables, as packaged by confusable-homoglyphs); by sound it is an r
(transliteration by anyascii). A seller may use either, so a text may be folded both ways.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Literal

from detector.errors import MissingExtra

FoldMode = Literal["look", "sound"]

SIGNS = "@$!|"
"""Signs that may stand for letters; `windows` decides where they do."""

_LOOKS = str.maketrans("l1!|05$34@7829", "iiiiosseaatbzg")
_LOOK_PAIRS = re.compile("rn|vv|ci")  # after _LOOKS, which makes ci of cl
_LOOK_OF_PAIR = {"rn": "m", "vv": "w", "ci": "d"}

_SPOKEN = (
    "sch:s tch:s sh:s ch:s ph:f th:t gh:g rh:r kh:h cqu:kv qu:kv kw:kv ck:k x:ks ce:se ci:si "
    "cy:si c:k q:k z:s w:v j:i y:i ee:i ea:i ie:i oo:u ou:u au:o ae:e ai:e ei:e"
)
_SOUND_OF = {pair.partition(":")[0]: pair.partition(":")[2] for pair in _SPOKEN.split()}
_SOUNDS = re.compile("|".join(sorted(_SOUND_OF, key=len, reverse=True)))

_DRAWN_LETTER = re.compile(
    "(?:(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED)|PARENTHESIZED|REGIONAL INDICATOR SYMBOL"
    "|LATIN LETTER SMALL CAPITAL|TORTOISE SHELL BRACKETED)(?: LATIN (?:CAPITAL|SMALL))?"
    "(?: LETTER)? ([A-Z])"
)
"""Names of characters that draw a letter as a sign or a flag, and that NFKC leaves as they are."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Letters a-z, digits, `SIGNS` and blanks; letter n comes from `text[starts[n]:ends[n]]`."""

    letters: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def fold_case(text: str) -> str:
    """A text in NFC without case, as word lists have it: ß is ss, the Turkish İ is i."""
    dotted = text.replace("\u0130", "i")
    return unicodedata.normalize("NFC", dotted).casefold().replace("i\u0307", "i")


def fold_turkish_case(text: str) -> str:
    """The same by the Turkish alphabet, where I is the capital of ı."""
    return fold_case(unicodedata.normalize("NFC", text).replace("I", "\u0131"))


def fold(text: str, mode: FoldMode = "look") -> Folded:
    """Fold a text to plain letters: accents are removed, foreign letters replaced.

    One character may give several letters (ß gives ss), which share its position; an invisible one
    (a combining accent, a joiner) belongs to the letter before it. Raises `MissingExtra` where a
    text is not ASCII and the extra `words` is not installed.
    """
    if text.isascii() and "&" not in text:
        positions = tuple(range(len(text) + 1))
        return Folded(text.translate(_ascii()), positions[:-1], positions[1:])
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for position, char in enumerate(text):
        plain = _plain(char, mode)
        if not plain and ends:
            ends[-1] = position + 1
        letters.append(plain)
        starts += [position] * len(plain)
        ends += [position + 1] * len(plain)
    return Folded("".join(letters), tuple(starts), tuple(ends))


def is_look_alike(char: str, mode: FoldMode) -> bool:
    """Whether a foreign letter is folded by its look; styled ones (𝐚, ａ) always are."""
    styled = unicodedata.normalize("NFKC", char).isascii()
    drawn = _DRAWN_LETTER.fullmatch(unicodedata.name(char, ""))
    return styled or bool(drawn) or (mode == "look" and bool(_looks_like(char)))


def skeleton(letters: str) -> str:
    """Folded letters with one letter for all that look alike (l, I, 1; rn, m), doubles single."""
    singles = letters.translate(_LOOKS)
    return _without_doubles(_LOOK_PAIRS.sub(lambda match: _LOOK_OF_PAIR[match[0]], singles))


def sound(letters: str) -> str:
    """A phonetic key of folded letters: ph as f, qu as kv, doubles single, no e at the end.

    A short table for invented names in any European spelling, not a model of one language.
    """
    single = _without_doubles(_SOUNDS.sub(lambda match: _SOUND_OF[match[0]], letters))
    return single[:-1] if len(single) > 4 and single.endswith("e") else single


def _without_doubles(letters: str) -> str:
    return "".join(letter for letter, _ in groupby(letters))


@lru_cache(maxsize=1)
def _ascii() -> dict[int, str]:
    """Translation table of every ASCII character."""
    return {code: _plain(chr(code), "look") for code in range(128)}


@lru_cache(maxsize=1 << 16)
def _plain(char: str, mode: FoldMode) -> str:
    """The plain letters of a character, " " for what separates words, "" for what is invisible."""
    if char.isascii():
        return char.lower() if char.isalnum() or char in SIGNS else " and " * (char == "&") or " "
    category = unicodedata.category(char)
    if category[0] == "M" or category == "Cf":
        return ""
    if drawn := _DRAWN_LETTER.fullmatch(unicodedata.name(char, "")):
        return drawn[1].lower()
    base = _without_accents(unicodedata.normalize("NFKC", char))
    is_letter = category[0] in "LN"
    if base.isascii() and (is_letter or (len(base) == 1 and base.isalnum())):
        return _alphanumeric(base)
    if not is_letter:
        return " "
    return (_looks_like(base) if mode == "look" else "") or _alphanumeric(_transliterated(base))


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)) or text


def _alphanumeric(text: str) -> str:
    return "".join(char for char in fold_case(text) if char.isascii() and char.isalnum())


def _looks_like(char: str) -> str:
    """The plain letter or digit that a character is confused with, "" when there is none."""
    entries = _confusables().get(char, [])
    names = {_without_accents(entry["c"].strip("\u200e")): entry["n"] for entry in entries}
    for twin in names:
        if len(twin) == 1 and twin.isascii() and twin.isalnum():
            return twin.lower()
    latin = [twin for twin, name in names.items() if name.startswith("LATIN") and len(twin) == 1]
    return _alphanumeric(_transliterated(latin[0])) if latin else ""


def check_installed() -> None:
    """Raise `MissingExtra` at once rather than at the first foreign letter of a long scan."""
    _confusables()
    _transliterated("")


def _confusables() -> dict[str, list[dict[str, str]]]:
    try:
        from confusable_homoglyphs.confusables import confusables_data
    except ImportError as error:
        raise MissingExtra("confusable-homoglyphs", "words") from error
    table: dict[str, list[dict[str, str]]] = confusables_data
    return table


def _transliterated(text: str) -> str:
    try:
        from anyascii import anyascii
    except ImportError as error:
        raise MissingExtra("anyascii", "words") from error
    return anyascii(text)
