"""The readings of a text: single words, adjacent words joined, and letters spaced out."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from detector.words.folding import SIGNS, Folded, FoldMode, fold
from detector.words.scripts import is_cjk, lacks_blanks, script_runs
from detector.words.word_lists import CJK_LANGUAGES, is_known, zipf

MAX_INITIALS = 3
"""More single letters in a row than this are a word spaced out, not initials."""

MAX_SPACED = 64
"""Length of a row of spaced letters up to which a word is looked for anywhere in it. In longer rows
it is looked for at both ends only, so that the cost of hostile text stays linear in its length."""

MAX_AFFIX = 24
"""Characters of a longer word that are kept before and after a reading within it."""

_MIN_ONE_SCRIPT = 3  # letters of a part in one script that is read as a word of its own
_LONGEST_CJK_WORD = 4  # characters
_MAX_STRADDLED = 2  # characters of a name that may arise by chance where two words meet

_WORD = re.compile(
    r"(?:[a-z0-9]|[@$](?=[a-z@$])|(?<=[a-z@$])[@$]|(?<=[a-z0-9@$])[!|](?=[a-z0-9@$]))+"
)


@dataclass(frozen=True, slots=True)
class WindowLimits:
    """Limits of readings: at most `words` words and `letters` letters.

    `inside` are the folded words that are also looked for in longer ones, `lengths` their lengths.
    `in_runs` are those that are looked for in text without blanks, of up to `characters`.
    """

    words: int
    letters: int
    inside: frozenset[str]
    lengths: tuple[int, ...]
    in_runs: frozenset[str] = frozenset()
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """One reading: the folded `letters` of `[start, end)` in text number `text`.

    `parts` are its words as written. `around` is what a longer word has before and after the
    reading. `expected` says that all parts are known words, so that the reading is compared only
    exactly. `straddled` says that in text without blanks another known word shares characters with
    the reading.
    """

    text: int
    start: int
    end: int
    letters: str
    parts: tuple[str, ...]
    mode: FoldMode
    expected: bool = False
    around: tuple[str, ...] = ()
    straddled: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    """Text number `number`, and its letters folded by `mode`."""

    number: int
    text: str
    folded: Folded
    mode: FoldMode


@dataclass(frozen=True, slots=True)
class _Word:
    """A word: its position in the folded letters and in the text, as written, folded."""

    first: int
    start: int
    end: int
    surface: str
    letters: str
    known: bool


def windows(number: int, text: str, limits: WindowLimits) -> Iterator[Window]:
    """Every reading of text number `number`. Raises `MissingExtra`."""
    looks = _Source(number, text, fold(text), "look")
    yield from _folded_windows(looks, limits)
    if text.isascii():
        return
    sounds = _Source(number, text, fold(text, "sound"), "sound")
    if sounds.folded.letters != looks.folded.letters:
        yield from _folded_windows(sounds, limits)
    yield from _in_runs(sounds, limits)


def words_in(text: str) -> tuple[str, ...]:
    """The words of a text, folded by sound."""
    return tuple(match[0] for match in _WORD.finditer(fold(text, "sound").letters))


def _folded_windows(source: _Source, limits: WindowLimits) -> Iterator[Window]:
    words = list(_words(source.text, source.folded))
    for first, after in [*_adjacent(words, limits), *_spaced(words, limits)]:
        row = words[first:after]
        letters = "".join(word.letters for word in row)
        spaced = len(row) > MAX_INITIALS and len(letters) == len(row)
        expected = not spaced and all(word.known for word in row)
        parts = tuple(word.surface for word in row)
        start, end = row[0].start, row[-1].end
        yield Window(source.number, start, end, letters, parts, source.mode, expected)
    for word in words:
        if not word.known:
            yield from _inside(source, word, limits)


def _words(text: str, folded: Folded) -> Iterator[_Word]:
    """The words of a text; one ends where a script begins or ends that has no blanks."""
    for match in _WORD.finditer(folded.letters):
        first, stop = match.span()
        surface = text[folded.starts[first] : folded.ends[stop - 1]]
        if surface.isascii():
            yield _word(text, folded, (first, stop))
            continue
        letters = range(first, stop)
        for _, part in groupby(letters, lambda letter: lacks_blanks(text[folded.starts[letter]])):
            row = list(part)
            yield _word(text, folded, (row[0], row[-1] + 1))


def _word(text: str, folded: Folded, span: tuple[int, int]) -> _Word:
    first, stop = span
    start, end = folded.starts[first], folded.ends[stop - 1]
    surface = as_written(text[start:end])
    return _Word(first, start, end, surface, folded.letters[first:stop], is_known(surface))


def as_written(text: str) -> str:
    """A word in NFC without invisible characters."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(char for char in composed if unicodedata.category(char) != "Cf")


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


def _inside(source: _Source, word: _Word, limits: WindowLimits) -> Iterator[Window]:
    """A word without the signs at its ends, its parts in one script, and known words in it."""
    letters = word.letters
    bare = letters.strip(SIGNS)
    if bare and bare != letters:
        first = letters.index(bare)
        window = _part(source, word, (first, first + len(bare)))
        yield replace(window, expected=is_known(window.parts[0]), around=())
    for span in _one_script_parts(source, word):
        window = _part(source, word, span)
        yield replace(window, expected=is_known(window.parts[0]), around=())
    for length in (length for length in limits.lengths if length < len(letters)):
        for first in range(len(letters) - length + 1):
            if letters[first : first + length] in limits.inside:
                yield _part(source, word, (first, first + length))


def _one_script_parts(source: _Source, word: _Word) -> Iterator[tuple[int, int]]:
    """(first, after) of the letters of a word in each of several scripts."""
    surface = source.text[word.start : word.end]
    runs = [] if surface.isascii() else list(script_runs(surface))
    starts = source.folded.starts[word.first : word.first + len(word.letters)]
    for start, end in runs if len(runs) > 1 else []:
        first, after = (bisect_left(starts, word.start + edge) for edge in (start, end))
        if after - first >= _MIN_ONE_SCRIPT:
            yield first, after


def _part(source: _Source, word: _Word, span: tuple[int, int]) -> Window:
    """The reading of a part of a word."""
    text, folded, (first, stop) = source.text, source.folded, span
    start, end = folded.starts[word.first + first], folded.ends[word.first + stop - 1]
    around = (
        text[max(word.start, start - MAX_AFFIX) : start],
        text[end : min(word.end, end + MAX_AFFIX)],
    )
    letters, parts = word.letters[first:stop], (as_written(text[start:end]),)
    return Window(source.number, start, end, letters, parts, source.mode, around=around)


def _in_runs(source: _Source, limits: WindowLimits) -> Iterator[Window]:
    """The words of `limits.in_runs` anywhere in text without blanks."""
    text, folded = source.text, source.folded
    for word in _words(text, folded):
        if not lacks_blanks(text[word.start]):
            continue
        after = word.first + len(word.letters)
        heads = [n for n in range(word.first, after) if _begins(folded, n)] + [after]
        for at, first in enumerate(heads[:-1]):
            for stop in heads[at + 1 : at + 1 + limits.characters]:
                if folded.letters[first:stop] in limits.in_runs:
                    yield _run_window(source, first, stop)


def _run_window(source: _Source, first: int, stop: int) -> Window:
    start, end = source.folded.starts[first], source.folded.ends[stop - 1]
    return Window(
        source.number,
        start,
        end,
        source.folded.letters[first:stop],
        (as_written(source.text[start:end]),),
        source.mode,
        expected=True,
        straddled=_straddled(source.text, start, end),
    )


def _begins(folded: Folded, letter: int) -> bool:
    """Whether a letter is the first of its character."""
    return letter == 0 or folded.starts[letter] != folded.starts[letter - 1]


def _straddled(text: str, start: int, end: int) -> bool:
    """Whether a known Chinese, Japanese or Korean word lies across an end of text[start:end]."""
    longest = _LONGEST_CJK_WORD
    if end - start > _MAX_STRADDLED or not is_cjk(text[start:end]):
        return False
    for first in range(max(0, start - longest + 1), end):
        for stop in range(first + 2, min(first + longest, len(text)) + 1):
            across = first < start < stop or first < end < stop
            if across and _is_cjk_word(text[first:stop]):
                return True
    return False


def _is_cjk_word(text: str) -> bool:
    return is_cjk(text) and any(zipf(text, language) for language in CJK_LANGUAGES)
