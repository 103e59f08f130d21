"""The readings that a text offers: each word, words in a row taken together, letters set apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from detector.words.folding import SIGNS, Folded, Way, fold
from detector.words.ordinary import is_known

SPELLED = 3
"""More single letters in a row than this are a word set apart, not initials."""

MOST_SPACED = 64
"""Letters set apart in a row that are read as a word from anywhere among them; in longer rows a
word is read at both ends only, so that hostile text costs no more than its length."""

AROUND = 24
"""The most letters of a longer word that are kept on either side of a reading within it."""

_WORD = re.compile(
    r"(?:[a-z0-9]|[@$](?=[a-z@$])|(?<=[a-z@$])[@$]|(?<=[a-z0-9@$])[!|](?=[a-z0-9@$]))+"
)


@dataclass(frozen=True, slots=True)
class Reach:
    """What readings can be of use: at most `words` words in a row and `letters` letters.

    `inside` are the folded words that are also looked for in longer ones, `lengths` theirs.
    """

    words: int
    letters: int
    inside: frozenset[str]
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """One reading: folded `letters` that stand for `[start, end)` of text number `text`.

    `parts` are the words it is made of as they stand, in lower case. `around` is what else stands
    in a longer word, before and after the reading. `expected` says that all parts are known words,
    which is no sign of a mark.
    """

    text: int
    start: int
    end: int
    letters: str
    parts: tuple[str, ...]
    way: Way
    expected: bool = False
    around: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    """One word: its place among the folded letters and in the text, how it stands, folded."""

    first: int
    start: int
    end: int
    surface: str
    letters: str
    known: bool


def windows(number: int, text: str, reach: Reach) -> Iterator[Window]:
    """Every reading of a text. A single word is one, however long it is. Raises `MissingExtra`."""
    looks = fold(text)
    yield from _of_way(number, text, looks, "look", reach)
    if not text.isascii() and (sounds := fold(text, "sound")).letters != looks.letters:
        yield from _of_way(number, text, sounds, "sound", reach)


def words_in(text: str) -> tuple[str, ...]:
    """The words of a text, folded by sound where they are foreign."""
    return tuple(found[0] for found in _WORD.finditer(fold(text, "sound").letters))


def _of_way(number: int, text: str, folded: Folded, way: Way, reach: Reach) -> Iterator[Window]:
    words = [_word(text, folded, found) for found in _WORD.finditer(folded.letters)]
    for first, after in [*_rows(words, reach), *_spaced(words, reach)]:
        row = words[first:after]
        letters = "".join(word.letters for word in row)
        spelled = len(row) > SPELLED and len(letters) == len(row)
        expected = not spelled and all(word.known for word in row)
        parts = tuple(word.surface for word in row)
        yield Window(number, row[0].start, row[-1].end, letters, parts, way, expected)
    for word in words:
        if not word.known:
            yield from _inside(number, word, folded, way, reach)


def _word(text: str, folded: Folded, found: re.Match[str]) -> _Word:
    start, end = folded.starts[found.start()], folded.ends[found.end() - 1]
    surface = unicodedata.normalize("NFC", text[start:end]).lower()
    return _Word(found.start(), start, end, surface, found[0], is_known(surface))


def _rows(words: list[_Word], reach: Reach) -> Iterator[tuple[int, int]]:
    """(first, after) of words in a row; a second word must fit into the letters."""
    for first, word in enumerate(words):
        length = len(word.letters)
        yield first, first + 1
        for after in range(first + 2, min(first + reach.words, len(words)) + 1):
            length += len(words[after - 1].letters)
            if length > reach.letters:
                break
            yield first, after


def _spaced(words: list[_Word], reach: Reach) -> Iterator[tuple[int, int]]:
    """(first, after) of more words in a row than `_rows` takes, each of one or two letters."""
    start = 0
    while start < len(words):
        stop = start
        while stop < len(words) and len(words[stop].letters) <= 2:
            stop += 1
        yield from _within(start, stop, reach)
        start = max(stop, start + 1)


def _within(start: int, stop: int, reach: Reach) -> Iterator[tuple[int, int]]:
    anywhere = stop - start <= MOST_SPACED
    for first in range(start, stop - reach.words):
        afters = range(first + reach.words + 1, min(first + reach.letters, stop) + 1)
        if anywhere or first == start:
            yield from ((first, after) for after in afters)
        elif stop in afters:
            yield first, stop


def _inside(number: int, word: _Word, folded: Folded, way: Way, reach: Reach) -> Iterator[Window]:
    """A word without the signs at its ends, and the words of `reach.inside` that stand in it."""
    letters = word.letters
    bare = letters.strip(SIGNS)
    if bare and bare != letters:
        first = letters.index(bare)
        window = _piece(number, word, folded, way, (first, first + len(bare)))
        yield replace(window, expected=is_known(bare), around=())
    for length in (one for one in reach.lengths if one < len(letters)):
        for first in range(len(letters) - length + 1):
            if letters[first : first + length] in reach.inside:
                yield _piece(number, word, folded, way, (first, first + length))


def _piece(number: int, word: _Word, folded: Folded, way: Way, span: tuple[int, int]) -> Window:
    """The reading of some letters of a longer word."""
    first, stop = span
    start, end = folded.starts[word.first + first], folded.ends[word.first + stop - 1]
    before, after = word.letters[max(0, first - AROUND) : first], word.letters[stop : stop + AROUND]
    letters = word.letters[first:stop]
    return Window(number, start, end, letters, (letters,), way, around=(before, after))
