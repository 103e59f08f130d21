"""The readings of a text: single words, adjacent words joined, and letters spaced out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from detector.words.folding import SIGNS, Folded, FoldMode, fold
from detector.words.ordinary import is_known

MAX_INITIALS = 3
"""More single letters in a row than this are a word spaced out, not initials."""

MAX_SPACED = 64
"""Length of a row of spaced letters up to which a word is looked for anywhere in it. In longer rows
it is looked for at both ends only, so that the cost of hostile text stays linear in its length."""

MAX_AFFIX = 24
"""Letters of a longer word that are kept before and after a reading within it."""

_WORD = re.compile(
    r"(?:[a-z0-9]|[@$](?=[a-z@$])|(?<=[a-z@$])[@$]|(?<=[a-z0-9@$])[!|](?=[a-z0-9@$]))+"
)


@dataclass(frozen=True, slots=True)
class WindowLimits:
    """Limits of readings: at most `words` words and `letters` letters.

    `inside` are the folded words that are also looked for in longer ones, `lengths` their lengths.
    """

    words: int
    letters: int
    inside: frozenset[str]
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """One reading: the folded `letters` of `[start, end)` in text number `text`.

    `parts` are its words, unfolded but in lower case. `around` are the letters of a longer word
    before and after the reading. `expected` says that all parts are known words, so that the
    reading is compared only exactly.
    """

    text: int
    start: int
    end: int
    letters: str
    parts: tuple[str, ...]
    mode: FoldMode
    expected: bool = False
    around: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    """A word: its position in the folded letters and in the text, unfolded, folded."""

    first: int
    start: int
    end: int
    surface: str
    letters: str
    known: bool


def windows(number: int, text: str, limits: WindowLimits) -> Iterator[Window]:
    """Every reading of text number `number`. Raises `MissingExtra`."""
    looks = fold(text)
    yield from _folded_windows(number, text, looks, "look", limits)
    if not text.isascii() and (sounds := fold(text, "sound")).letters != looks.letters:
        yield from _folded_windows(number, text, sounds, "sound", limits)


def words_in(text: str) -> tuple[str, ...]:
    """The words of a text, folded by sound."""
    return tuple(match[0] for match in _WORD.finditer(fold(text, "sound").letters))


def _folded_windows(
    number: int, text: str, folded: Folded, mode: FoldMode, limits: WindowLimits
) -> Iterator[Window]:
    words = [_word(text, folded, match) for match in _WORD.finditer(folded.letters)]
    for first, after in [*_adjacent(words, limits), *_spaced(words, limits)]:
        row = words[first:after]
        letters = "".join(word.letters for word in row)
        spaced = len(row) > MAX_INITIALS and len(letters) == len(row)
        expected = not spaced and all(word.known for word in row)
        parts = tuple(word.surface for word in row)
        yield Window(number, row[0].start, row[-1].end, letters, parts, mode, expected)
    for word in words:
        if not word.known:
            yield from _inside(number, word, folded, mode, limits)


def _word(text: str, folded: Folded, match: re.Match[str]) -> _Word:
    start, end = folded.starts[match.start()], folded.ends[match.end() - 1]
    surface = unicodedata.normalize("NFC", text[start:end]).lower()
    return _Word(match.start(), start, end, surface, match[0], is_known(surface))


def _adjacent(words: list[_Word], limits: WindowLimits) -> Iterator[tuple[int, int]]:
    """(first, after) of adjacent words within the limits, and of every single word."""
    for first, word in enumerate(words):
        length = len(word.letters)
        yield first, first + 1
        for after in range(first + 2, min(first + limits.words, len(words)) + 1):
            length += len(words[after - 1].letters)
            if length > limits.letters:
                break
            yield first, after


def _spaced(words: list[_Word], limits: WindowLimits) -> Iterator[tuple[int, int]]:
    """(first, after) of more words than `_adjacent` takes, each of one or two letters."""
    start = 0
    while start < len(words):
        stop = start
        while stop < len(words) and len(words[stop].letters) <= 2:
            stop += 1
        yield from _within(start, stop, limits)
        start = max(stop, start + 1)


def _within(start: int, stop: int, limits: WindowLimits) -> Iterator[tuple[int, int]]:
    """(first, after) of words spaced out within a row of short words from `start` to `stop`."""
    anywhere = stop - start <= MAX_SPACED
    for first in range(start, stop - limits.words):
        afters = range(first + limits.words + 1, min(first + limits.letters, stop) + 1)
        if anywhere or first == start:
            yield from ((first, after) for after in afters)
        elif stop in afters:
            yield first, stop


def _inside(
    number: int, word: _Word, folded: Folded, mode: FoldMode, limits: WindowLimits
) -> Iterator[Window]:
    """A word without the signs at its ends, and the words of `limits.inside` in it."""
    letters = word.letters
    bare = letters.strip(SIGNS)
    if bare and bare != letters:
        first = letters.index(bare)
        window = _part(number, word, folded, mode, (first, first + len(bare)))
        yield replace(window, expected=is_known(bare), around=())
    for length in (length for length in limits.lengths if length < len(letters)):
        for first in range(len(letters) - length + 1):
            if letters[first : first + length] in limits.inside:
                yield _part(number, word, folded, mode, (first, first + length))


def _part(
    number: int, word: _Word, folded: Folded, mode: FoldMode, span: tuple[int, int]
) -> Window:
    """The reading of a part of a word."""
    first, stop = span
    start, end = folded.starts[word.first + first], folded.ends[word.first + stop - 1]
    before = word.letters[max(0, first - MAX_AFFIX) : first]
    after = word.letters[stop : stop + MAX_AFFIX]
    letters = word.letters[first:stop]
    return Window(number, start, end, letters, (letters,), mode, around=(before, after))
