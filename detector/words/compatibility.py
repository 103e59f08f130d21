"""Whether a text names a mark only to say what its goods fit: "toner for X", "X compatible".

Phrases of the main languages of marketplaces. A phrase reaches over a list of names and models
("for X, Y 300 and Z"), until other words or a stronger sign end it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from detector.words.folding import fold_case
from detector.words.ordinary import MAX_SHORT, frequency
from detector.words.title_words import Phrase, listed, phrases
from detector.words.tokens import Token
from detector.words.word_lists import is_name_in_dictionary

MAX_REACH = 14
"""Words after a phrase up to which a name belongs to it."""

_LONGEST_IN_RUN = 6  # characters of a phrase in text without blanks

_RUN_BEFORE = re.compile(
    r"(?:适用于?|适配|兼容|适合|替代|通用|適用於?|相容於?|対応機種|適合|代替|호환)\s?$"
)
_RUN_AFTER = re.compile(
    r"\s?(?:专?用(?![品户戶])|専用|專用|通用|兼容|适用|対応|互換|交換用|代用|용|호환|전용|적합)"
)
"""The same in text without blanks."""

_BREAK = re.compile(r"[|;:•·–—()\[\]{}。！？!?]|\s-\s|\.\s|\n")
_MAX_WORDS_BETWEEN = 2  # ordinary words in a row between two names: Galaxy Note
_FREQUENT = 4.5  # Zipf frequency from which a short word is none but a word: men
_MAX_MODEL = 3  # words of a model between a name and the phrase after it


def compatibility_phrase(tokens: Sequence[Token], first: int, after: int) -> str:
    """The phrase by which `tokens[first:after]` are named as what the goods fit; "" for none."""
    return _phrase_after(tokens, after) or _phrase_before(tokens, first)


def compatibility_in_run(text: str, start: int, end: int) -> str:
    """The same for a name at `[start, end)` in text without blanks: 适用X, X用, X 호환."""
    before = _RUN_BEFORE.search(text, max(0, start - _LONGEST_IN_RUN), start)
    found = before or _RUN_AFTER.match(text, end)
    return found[0].strip() if found else ""


def says_little(phrase: str) -> bool:
    """Whether a phrase is a preposition that says other things too: for."""
    return tuple(phrase.split()) in phrases("for")


def _phrase_after(tokens: Sequence[Token], after: int) -> str:
    for at in range(after, min(after + _MAX_MODEL + 1, len(tokens))):
        if _BREAK.search(tokens[at].gap):
            break
        if phrase := _standing(tokens, at, phrases("compatible_after")):
            return phrase
        if tokens[at].is_word:
            break
    return ""


def _phrase_before(tokens: Sequence[Token], first: int) -> str:
    """The phrase before a name, with nothing but names and their models between."""
    words = 0
    for at in range(first, max(0, first - MAX_REACH), -1):
        if _BREAK.search(tokens[at].gap):
            break
        if phrase := _ending(tokens, at, phrases("compatible_before") | phrases("for")):
            fits = at == first or _is_name(_object(tokens, at, first), phrase)
            return phrase if fits else ""
        folded = fold_case(tokens[at - 1].text)
        words = words + 1 if tokens[at - 1].is_word and folded not in listed("between_names") else 0
        if folded in listed("end_of_reach") or words > _MAX_WORDS_BETWEEN:
            break
    return ""


def _standing(tokens: Sequence[Token], start: int, among: Collection[Phrase]) -> str:
    """The phrase of `among` that begins at `start`; "" for none."""
    return next((" ".join(each) for each in among if _words(tokens, start, len(each)) == each), "")


def _ending(tokens: Sequence[Token], stop: int, among: Collection[Phrase]) -> str:
    """The longest phrase of `among` that ends before `stop`; "" for none."""
    found = [each for each in among if _words(tokens, stop - len(each), len(each)) == each]
    return " ".join(sorted(found, key=len)[-1]) if found else ""


def _words(tokens: Sequence[Token], start: int, count: int) -> Phrase:
    row = tokens[start : start + count] if start >= 0 else ()
    return tuple(fold_case(token.text) for token in row)


def _object(tokens: Sequence[Token], start: int, first: int) -> Token:
    """The first word from `start` on that may be a name; `tokens[first]` is one."""
    rest = range(start, first)
    listed_words = listed("between_names")
    return tokens[next((n for n in rest if fold_case(tokens[n].text) not in listed_words), first)]


def _is_name(token: Token, phrase: str) -> bool:
    """Whether a word after a phrase is a name; one that no list has may be a rare word too."""
    if fold_case(token.text) in listed("occasions"):
        return False
    initials = len(token.text) <= MAX_SHORT and frequency((token.text,)) < _FREQUENT
    if initials or is_name_in_dictionary(token.text) or token.is_model_number:
        return True
    styled = token.text[1:] != token.text[1:].lower() and not token.text.isupper()
    english = phrase == "for" and token.text.isascii()
    return not token.is_word and (styled or english or not says_little(phrase))
