"""What a reading costs as a spelling of a word: its edits, and what makes them less likely."""

from __future__ import annotations

import math
import unicodedata

from detector.words.changes import MAX_COST_IN_SOUND, weighted_edits
from detector.words.folding import SIGNS, skeleton, sound
from detector.words.scripts import is_cjk
from detector.words.windows import Window, as_written
from detector.words.word_lists import in_dictionary, is_known, is_name_in_dictionary

Cost = tuple[float, tuple[str, ...]]
"""A cost, and the changes in words."""

MAX_SHORT_NAME = 6
"""Letters of a short name, which many others resemble."""

_KNOWN_AFFIX, _OTHER_AFFIX = 0.3, 1.5  # of the rest of a longer word: a word, or not
_MIN_AFFIX = 3  # letters of a rest that can be a word
_CONSPICUOUS = 0.7  # cost of an edit from which people see it
_SHORT = 0.25  # what such an edit costs more in a short word
_SEVERAL = 0.5  # what several such edits cost more
_FIRST_LETTER = 0.5  # what one costs more that changes the first letter, which people get right
_HOMOPHONE = 0.4  # of a Chinese or Japanese character with the sound of another
_MIN_HOMOPHONES = 3  # characters of a name that may be written by its sound


def reading_cost(word: str, letters: str, window: Window, reading: str) -> Cost:
    """Cost of `reading`, of which `window` holds the folded letters, for a word and its letters.

    Infinite where the reading is another word.
    """
    if letters == window.letters:
        cost, changes = _homophones(word, reading)
    elif len(window.parts) == 1 and _is_dictionary_word(window.parts[0]):
        return math.inf, ()
    else:
        cost, changes = _edits(letters, window.letters)
    return cost + sum(map(_affix, filter(None, window.around))), changes


def characters(word: str) -> str:
    """A word as written, without blanks, in one width."""
    return "".join(as_written(unicodedata.normalize("NFKC", word)).split())


def _edits(word: str, reading: str) -> Cost:
    cost, changes = weighted_edits(word, reading)
    if cost > MAX_COST_IN_SOUND and sound(word) == sound(reading):
        return MAX_COST_IN_SOUND, (f"sounds alike: {reading} for {word}",)
    return cost + _crowding(word, reading, cost), changes


def _is_dictionary_word(word: str) -> bool:
    return word.isascii() and (in_dictionary(word) or is_name_in_dictionary(word))


def _crowding(word: str, reading: str, cost: float) -> float:
    """What edits that people see cost more, because they lead to other names too."""
    if cost < _CONSPICUOUS:
        return 0.0
    exchanged = reading[:2] == word[1::-1]
    same_start = exchanged or any(of(word)[:1] == of(reading)[:1] for of in (skeleton, sound))
    more = 0.0 if same_start else _FIRST_LETTER
    more += _SHORT if len(word) <= MAX_SHORT_NAME else 0.0
    return more + (_SEVERAL if cost >= 2 * _CONSPICUOUS else 0.0)


def _homophones(word: str, reading: str) -> Cost:
    """Cost of other characters of the same sound; infinite in a short name."""
    asked, written = characters(word), characters(reading)
    if asked == written or not (is_cjk(asked) and is_cjk(written)):
        return 0.0, ()
    if min(len(asked), len(written)) < _MIN_HOMOPHONES or len(asked) != len(written):
        return math.inf, ()
    pairs = [(new, old) for old, new in zip(asked, written, strict=True) if new != old]
    return _HOMOPHONE * len(pairs), tuple(f"sounds alike: {new} for {old}" for new, old in pairs)


def _affix(affix: str) -> float:
    """What the rest of a longer word costs."""
    bare = as_written(affix.strip(SIGNS))
    is_word = is_known(bare) and (len(bare) >= _MIN_AFFIX or not bare.isalpha())
    return _KNOWN_AFFIX if is_word else _OTHER_AFFIX
