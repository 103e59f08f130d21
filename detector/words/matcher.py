"""Finds the words of marks, and spellings deceptively like them, in texts."""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from detector.errors import MissingExtra
from detector.records import Mark, WordMatch
from detector.words.changes import SEEN, foreign_letters
from detector.words.folding import check_installed, fold_case, skeleton, sound
from detector.words.ordinary import MAX_CEILING, ceiling, ceilings, is_ordinary_phrase
from detector.words.reading_cost import characters, reading_cost
from detector.words.scripts import lacks_blanks
from detector.words.windows import Window, WindowLimits, windows, words_in

MIN_SCORE = 0.05
"""Matches with a lower score are not reported."""

MAX_LIKENESS = 0.99
"""The likeness of the word itself."""

MAX_LIKENESS_SEEN = 0.89
"""The likeness of a word with a change that people see: a case for review, not for block."""

SAME_WORD = "same word"
"""The change reported of a reading that differs at most in case."""

STEEPNESS, MIDDLE = 53.0, 0.24  # fitted by tools/measure_words.py --seed 1 --fit
_SPACING_COST = 0.3
_MIN_LETTERS_INSIDE = 5  # shorter words occur in longer ones by chance
_MIN_LETTERS_IN_RUNS = 6  # of a word in Latin letters, looked for in text without blanks
_LETTERS_PER_CHANGE = (4, 7)  # length from which a word may differ by one edit, by two
_BATCH = 2048  # readings compared at once with all words


@dataclass(frozen=True, slots=True)
class _Entry:
    """A word of a mark as given; its folded parts, and these joined; the highest score allowed."""

    mark: str
    word: str
    parts: tuple[str, ...]
    letters: str
    ceiling: float


def words_of(mark: Mark) -> tuple[str, ...]:
    """The words of a mark: its `words`, else its name if it is of kind word or logo."""
    return mark.words or ((mark.name,) if mark.kind in ("word", "logo") else ())


def likeness(cost: float, letters: int) -> float:
    """How likely a reading means a word of so many letters, from the cost of its changes.

    A logistic function of the cost per letter, scaled to be `MAX_LIKENESS` at cost 0.
    """
    odds = math.exp(-STEEPNESS * MIDDLE)
    return MAX_LIKENESS * (1 + odds) / (1 + odds * math.exp(min(STEEPNESS * cost / letters, 500.0)))


class WordMatcher:
    """Finds the words of marks in texts. Immutable; made once for an index.

    Matches below a score of `floor` are not reported. Raises `MissingExtra` where the extra `words`
    is not installed.
    """

    def __init__(self, marks: Iterable[Mark], *, floor: float = MIN_SCORE) -> None:
        check_installed()
        self.floor = floor
        self._distances = _distances()
        self._entries = _entries(marks)
        self._letters = [entry.letters for entry in self._entries]
        self._skeletons = [skeleton(letters) for letters in self._letters]
        lengths = [len(letters) for letters in self._letters]
        self._max_edits = np.searchsorted(_LETTERS_PER_CHANGE, lengths, side="right")
        self._by_letters: dict[str, list[int]] = defaultdict(list)
        self._by_sound: dict[str, list[int]] = defaultdict(list)
        for row, entry in enumerate(self._entries):
            self._by_letters[entry.letters].append(row)
            self._by_sound[sound(entry.letters)].append(row)
        self._window_limits = _window_limits(self._entries)

    def match(self, text: str) -> list[WordMatch]:
        """The matches in one text, best first."""
        return self.match_all([text])[0]

    def match_all(self, texts: Sequence[str]) -> list[list[WordMatch]]:
        """The matches in each text, best first; of overlapping ones of one mark only the best.

        Many texts are matched faster together than one by one.
        """
        found: list[list[WordMatch]] = [[] for _ in texts]
        every = (windows(n, text, self._window_limits) for n, text in enumerate(texts))
        for window, row in self._pairs(chain.from_iterable(every)):
            match = self._judge(window, self._entries[row], texts[window.text])
            if match is not None:
                found[window.text].append(match)
        return [_without_overlaps(matches) for matches in found]

    def _pairs(self, readings: Iterable[Window]) -> Iterator[tuple[Window, int]]:
        """Every window with the row of each entry that it may be a reading of."""
        unexpected: dict[str, list[Window]] = defaultdict(list)
        for window in readings:
            if window.expected or window.around:
                yield from ((window, row) for row in self._by_letters.get(window.letters, ()))
            elif not window.letters.isdecimal() or window.letters in self._by_letters:
                unexpected[window.letters].append(window)
        letters = list(unexpected)
        for start in range(0, len(letters), _BATCH):
            for reading, row in self._near(letters[start : start + _BATCH]):
                yield from ((window, row) for window in unexpected[reading])

    def _near(self, readings: list[str]) -> Iterator[tuple[str, int]]:
        """Readings and rows of entries that are within `_max_edits`, or sound alike."""
        near = set()
        skeletons = [skeleton(reading) for reading in readings]
        for spelled, words in ((readings, self._letters), (skeletons, self._skeletons)):
            edits = self._distances(spelled, words)
            near |= {(int(i), int(row)) for i, row in np.argwhere(edits <= self._max_edits)}
        for i, reading in enumerate(readings):
            near |= {(i, row) for row in self._by_sound.get(sound(reading), ())}
        yield from ((readings[i], row) for i, row in sorted(near))

    def _judge(self, window: Window, entry: _Entry, text: str) -> WordMatch | None:
        reading = text[window.start : window.end]
        cost, changes = reading_cost(entry.word, entry.letters, window, reading)
        respaced = len(window.parts) != len(entry.parts)
        cost += _SPACING_COST * respaced
        similarity, highest = likeness(cost, len(entry.letters)), entry.ceiling
        if any(change.startswith(SEEN) for change in changes):
            similarity = min(similarity, MAX_LIKENESS_SEEN)
        if respaced and len(window.parts) > 1 and is_ordinary_phrase(window.parts):
            highest = min(highest, ceiling(window.parts))
        if window.straddled:
            highest = min(highest, MAX_CEILING)
        if min(similarity, highest) < self.floor:
            return None
        foreign = foreign_letters(reading, entry.word, window.mode)
        changes = (*changes, *foreign, *_spacing_changes(window, entry, reading))
        return WordMatch(
            mark=entry.mark,
            word=entry.word,
            reading=reading,
            start=window.start,
            end=window.end,
            score=min(similarity, highest),
            likeness=similarity,
            changes=tuple(dict.fromkeys(changes)) or (SAME_WORD,),
            ordinary=highest < 1,
            exact=not changes,
        )


def _distances() -> Callable[[list[str], list[str]], NDArray[np.uint8]]:
    """Edit distances (N, M) from N texts to M words, transpositions counted as one; capped at 3."""
    try:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import cdist
    except ImportError as error:
        raise MissingExtra("rapidfuzz", "words") from error
    return partial(cdist, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)


def _entries(marks: Iterable[Mark]) -> list[_Entry]:
    """The words of all marks, without repetition within a mark, of at least two letters."""
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
    """The parts of a word as it is written; those that a hyphen joins are a phrase."""
    return tuple(re.split(r"[\s-]+", word.strip()))


def _window_limits(entries: list[_Entry]) -> WindowLimits:
    words = max([3, *(len(entry.parts) for entry in entries)])
    letters = max([0, *(len(entry.letters) for entry in entries)]) + 2
    distinctive = (entry.letters for entry in entries if entry.ceiling == 1)
    inside = frozenset(word for word in distinctive if len(word) >= _MIN_LETTERS_INSIDE)
    in_runs = [entry for entry in entries if _is_found_in_runs(entry)]
    return WindowLimits(
        words,
        letters,
        inside,
        tuple(sorted(set(map(len, inside)))),
        frozenset(entry.letters for entry in in_runs),
        max((len(characters(entry.word)) for entry in in_runs), default=0),
    )


def _is_found_in_runs(entry: _Entry) -> bool:
    """Whether a word is looked for anywhere in text without blanks, where chance is likelier."""
    if any(map(lacks_blanks, entry.word)):
        return len(characters(entry.word)) >= 2
    return entry.ceiling == 1 and len(entry.letters) >= _MIN_LETTERS_IN_RUNS


def _spacing_changes(window: Window, entry: _Entry, reading: str) -> Iterator[str]:
    """The changes in the spacing, in words."""
    if len(window.parts) > len(entry.parts):
        yield "spaced out"
    elif len(window.parts) < len(entry.parts):
        yield "written together"
    if any(window.around):
        yield f"inside a longer word: {fold_case(reading.join(window.around))}"


def _without_overlaps(matches: list[WordMatch]) -> list[WordMatch]:
    """Non-maximum suppression among the matches of each mark; best first."""
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
