"""Finds the words of marks in texts: one matcher for photos, titles and descriptions."""

from __future__ import annotations

import math
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from detector.errors import MissingExtra
from detector.records import Mark, WordMatch
from detector.words.changes import LIKE_IN_SOUND, compare, foreign_letters
from detector.words.folding import SIGNS, check_installed, skeleton, sound
from detector.words.ordinary import ceiling, ceilings, is_known, is_ordinary_phrase
from detector.words.windows import Reach, Window, windows, words_in

FLOOR = 0.05
"""Matches that score less are not worth telling."""

TOP = 0.99
"""The likeness of the word itself."""

SAME_WORD = "same word"
"""What is told of a reading in which nothing is changed but case."""

STEEPNESS, MIDDLE = 53.0, 0.24  # fitted by tools/measure_words.py --seed 1 --fit
_SPACED, _GLUED, _BURIED = 0.3, 0.3, 1.5  # cost of other spacing, of a word beside, of letters
_INSIDE = 5  # shorter words stand in longer ones by chance
_ONE_OR_TWO_CHANGES = (5, 7)  # letters from which a word is known in spite of one change, or two
_BLOCK = 2048  # readings compared at once with all words


@dataclass(frozen=True, slots=True)
class _Entry:
    """One word of a mark: as it is given, its words folded, in one, and the most it may score."""

    mark: str
    word: str
    parts: tuple[str, ...]
    letters: str
    most: float


def words_of(mark: Mark) -> tuple[str, ...]:
    """What people read on a mark: its `words`, else the name of a mark of kind word or logo."""
    named = mark.kind in ("word", "logo")
    return mark.words or ((mark.name,) if named else ())


def likeness(cost: float, letters: int) -> float:
    """How surely a reading means a word of so many letters, from what its changes cost, 0..TOP.

    Falls with the cost a letter as a logistic curve does, and is TOP where nothing is changed.
    """
    odds = math.exp(-STEEPNESS * MIDDLE)
    return TOP * (1 + odds) / (1 + odds * math.exp(min(STEEPNESS * cost / letters, 500.0)))


class WordMatcher:
    """Looks for the words of marks in texts; made once for an index.

    `floor` is the least score that is told. Raises `MissingExtra` where the extra `words` is not
    installed.
    """

    def __init__(self, marks: Iterable[Mark], *, floor: float = FLOOR) -> None:
        check_installed()
        self.floor = floor
        self._distances = _distances()
        self._entries = _entries(marks)
        self._letters = [entry.letters for entry in self._entries]
        self._skeletons = [skeleton(letters) for letters in self._letters]
        lengths = [len(letters) for letters in self._letters]
        self._limits = np.searchsorted(_ONE_OR_TWO_CHANGES, lengths, side="right")
        self._by_letters: dict[str, list[int]] = defaultdict(list)
        self._by_sound: dict[str, list[int]] = defaultdict(list)
        for row, entry in enumerate(self._entries):
            self._by_letters[entry.letters].append(row)
            self._by_sound[sound(entry.letters)].append(row)
        self._reach = _reach(self._entries)

    def match(self, text: str) -> list[WordMatch]:
        """What is found in one text, best first."""
        return self.match_all([text])[0]

    def match_all(self, texts: Sequence[str]) -> list[list[WordMatch]]:
        """What is found in each text, best first; of one mark's readings that overlap the best.

        The lines of a photo, or many titles, are best given together: they are compared at once.
        """
        found: list[list[WordMatch]] = [[] for _ in texts]
        readings = (one for n, text in enumerate(texts) for one in windows(n, text, self._reach))
        for window, row in self._pairs(readings):
            match = self._judge(window, self._entries[row], texts[window.text])
            if match is not None:
                found[window.text].append(match)
        return [_without_overlaps(matches) for matches in found]

    def _pairs(self, readings: Iterable[Window]) -> Iterator[tuple[Window, int]]:
        """Every reading with each word it may be, as rows of the entries."""
        unexpected: dict[str, list[Window]] = defaultdict(list)
        for window in readings:
            if window.expected or window.around:
                yield from ((window, row) for row in self._by_letters.get(window.letters, ()))
            elif not window.letters.isdecimal() or window.letters in self._by_letters:
                unexpected[window.letters].append(window)
        letters = list(unexpected)
        for start in range(0, len(letters), _BLOCK):
            for reading, row in self._near(letters[start : start + _BLOCK]):
                yield from ((window, row) for window in unexpected[reading])

    def _near(self, readings: list[str]) -> Iterator[tuple[str, int]]:
        """Readings and rows alike in looks but for a letter or two, or alike in sound."""
        near = set()
        bones = [skeleton(reading) for reading in readings]
        for mine, words in ((readings, self._letters), (bones, self._skeletons)):
            apart = self._distances(mine, words)
            near |= {(int(i), int(row)) for i, row in np.argwhere(apart <= self._limits)}
        for i, reading in enumerate(readings):
            near |= {(i, row) for row in self._by_sound.get(sound(reading), ())}
        yield from ((readings[i], row) for i, row in sorted(near))

    def _judge(self, window: Window, entry: _Entry, text: str) -> WordMatch | None:
        cost, changes = _letters_changed(entry.letters, window.letters)
        around = [rest.strip(SIGNS) for rest in window.around if rest]
        respaced = len(window.parts) != len(entry.parts)
        cost += _SPACED * respaced + sum(_GLUED if is_known(rest) else _BURIED for rest in around)
        alike = likeness(cost, len(entry.letters))
        most = entry.most
        if respaced and len(window.parts) > 1 and is_ordinary_phrase(window.parts):
            most = min(most, ceiling(window.parts))
        if min(alike, most) < self.floor:
            return None
        reading = text[window.start : window.end]
        foreign = foreign_letters(reading, entry.word, window.way)
        told = (*changes, *foreign, *_spacing(window, entry))
        return WordMatch(
            mark=entry.mark,
            word=entry.word,
            reading=reading,
            start=window.start,
            end=window.end,
            score=min(alike, most),
            likeness=alike,
            changes=tuple(dict.fromkeys(told)) or (SAME_WORD,),
            ordinary=most < 1,
            exact=not told,
        )


def _distances() -> Callable[[list[str], list[str]], NDArray[np.uint8]]:
    """(N, M) changes from each text to each word, exchanges counted as one; 3 is "more than 2"."""
    try:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import cdist
    except ImportError as error:
        raise MissingExtra("rapidfuzz", "words") from error
    return partial(cdist, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)


def _entries(marks: Iterable[Mark]) -> list[_Entry]:
    """The words of all marks, each once a mark; what has fewer than two letters is left out."""
    known: dict[tuple[str, tuple[str, ...]], str] = {}
    for mark in marks:
        for word in words_of(mark):
            parts = words_in(word)
            if len("".join(parts)) >= 2:
                known.setdefault((mark.id, parts), word)
    return [
        _Entry(mark, word, parts, "".join(parts), min(ceilings([parts, _as_written(word)])))
        for (mark, parts), word in known.items()
    ]


def _as_written(word: str) -> tuple[str, ...]:
    return tuple(word.lower().split())


def _reach(entries: list[_Entry]) -> Reach:
    words = max([3, *(len(entry.parts) for entry in entries)])
    letters = max([0, *(len(entry.letters) for entry in entries)]) + 2
    distinct = (entry.letters for entry in entries if entry.most == 1)
    inside = frozenset(one for one in distinct if len(one) >= _INSIDE)
    return Reach(words, letters, inside, tuple(sorted({len(one) for one in inside})))


def _letters_changed(word: str, reading: str) -> tuple[float, tuple[str, ...]]:
    cost, changes = compare(word, reading)
    if cost > LIKE_IN_SOUND and sound(word) == sound(reading):
        return LIKE_IN_SOUND, (f"sounds alike: {reading} for {word}",)
    return cost, changes


def _spacing(window: Window, entry: _Entry) -> Iterator[str]:
    """What is changed in the spacing, in words."""
    if len(window.parts) > len(entry.parts):
        yield "spaced out"
    elif len(window.parts) < len(entry.parts):
        yield "written together"
    if any(window.around):
        yield f"inside a longer word: {window.letters.join(window.around)}"


def _without_overlaps(matches: list[WordMatch]) -> list[WordMatch]:
    """Best first; what overlaps a better reading of the same mark is left out."""
    kept: list[WordMatch] = []
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in sorted(matches, key=_rank):
        spans = taken[match.mark]
        at = bisect(spans, (match.start, match.end))
        before_ends = at == 0 or spans[at - 1][1] <= match.start
        if before_ends and (at == len(spans) or match.end <= spans[at][0]):
            spans.insert(at, (match.start, match.end))
            kept.append(match)
    return kept


def _rank(match: WordMatch) -> tuple[float, float, int, int, str]:
    return -match.score, -match.likeness, match.start, match.end - match.start, match.mark
