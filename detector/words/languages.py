"""The language of a title, by the frequency of its words in several languages."""

from __future__ import annotations

from collections.abc import Iterable

from detector.words.word_lists import LANGUAGES, zipf

NAMES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
    "sv": "Swedish",
    "tr": "Turkish",
    "ru": "Russian",
}
"""Names of the languages that are told apart."""

_UNKNOWN = 2.0  # Zipf frequency of a word that is not in a list
_MARGIN = 2.0  # by which the sum of Zipf frequencies must exceed that of any other language


def language_of(words: Iterable[str]) -> str:
    """The code of the language in which words are clearly most frequent; "" if none is."""
    asked = [word for word in words if word.isalpha()]
    sums = {code: sum(max(zipf(word, code), _UNKNOWN) for word in asked) for code in LANGUAGES}
    best, second = sorted(sums, key=lambda code: -sums[code])[:2]
    return best if sums[best] - sums[second] >= _MARGIN else ""
