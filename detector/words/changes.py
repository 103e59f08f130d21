"""How a reading differs from a word: a weighted edit distance, and its edits in words.

Dynamic programming (Wagner and Fischer 1974; transpositions as in Damerau 1964) with edits that may
replace several letters by several. Edits that people overlook cost little.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from detector.words.folding import FoldMode, fold, fold_case, is_look_alike

Cell = tuple[int, int]
"""How many letters of the word and of the reading are consumed."""

Edit = tuple[int, int, float, str]
"""Letters consumed of the word and of the reading, cost, and the change in words, with {0} for the
former and {1} for the latter."""

DRAWN_LETTERS = "letters drawn as signs"
"""The change where letters are circles, squares or flags."""

BAND = 4
"""Width of the band of cells: by how many letters the two numbers may differ."""

SEEN = ("letter swapped", "letters exchanged", "letter dropped", "letter added")
"""Changes that people see, unlike look-alike or doubled letters; another name may be meant."""

MAX_COST_IN_SOUND = 1.0
"""The highest cost of a reading that sounds like the word."""

_VOWELS = frozenset("aeiouy")
_DOUBLE, _EXCHANGED, _VOWEL, _SWAPPED, _MISSING = 0.4, 0.7, 0.8, 1.0, 0.9
_MIN_GAP_COST = 0.2  # the least cost of one letter more or less, by whatever rule
_DROPPED: Edit = (1, 0, _MISSING, "letter dropped: {0}")
_ADDED: Edit = (0, 1, _MISSING, "letter added: {1}")

# Letters of the word and of the reading: "o0" or, for several letters, "m:rn".
_RULES = (
    (0.2, "digit for letter", "o0 i1 l1 e3 a4 s5 t7 b8 g9 z2 g6 b6"),
    (0.2, "sign for letter", "a@ s$ i! l! i| l|"),
    (0.3, "look-alike letters", "il li rn:m m:rn vv:w w:vv cl:d d:cl ii:u nn:m ce ec uv vu hb bh"),
    (0.4, "sounds alike", "ck kc qk kq zs sz yi iy wv vw sc cs vf fv jy yj ij ji ph:f f:ph qu:kw"),
    (0.4, "sounds alike", "kw:qu x:ks ks:x ee:i i:ee ea:i i:ea oo:u u:oo ou:u u:ou th:t t:th rh:r"),
    (0.4, "sounds alike", "ck:k k:ck ae:e e:ae ie:y y:ie ie:i i:ie r:rh ai:ei ei:ai sh:ch ch:sh"),
    (0.4, "sounds alike", "x:kh kh:x h:kh kh:h y:ii u:yu yu:u ts:c c:ts dzh:j j:dzh"),
)


def _edit_table() -> dict[str, list[tuple[str, str, Edit]]]:
    """The letters and the edit of every rule, by the first letters of both."""
    table: dict[str, list[tuple[str, str, Edit]]] = {}
    for cost, kind, pairs in _RULES:
        for pair in pairs.split():
            word, _, reading = pair.partition(":") if ":" in pair else (pair[0], "", pair[1])
            edit = len(word), len(reading), cost, f"{kind}: {{1}} for {{0}}"
            table.setdefault(word[0] + reading[0], []).append((word, reading, edit))
    return table


_TABLE = _edit_table()
_UNREACHED = (math.inf, (0, 0), "")


@lru_cache(maxsize=1 << 14)
def weighted_edits(
    word: str, reading: str, most: float = math.inf
) -> tuple[float, tuple[str, ...]]:
    """Weighted edit distance from a word to a reading, both folded, and the changes in order.

    0 is the same letters, 1 is about one other letter. Infinite where the lengths differ by more
    than `BAND`, or the distance exceeds `most`.
    """
    best: dict[Cell, tuple[float, Cell, str]] = {(0, 0): (0.0, (0, 0), "")}
    ahead = len(reading) - len(word)
    for i, j in _band(len(word), len(reading)):
        spent = best.get((i, j), _UNREACHED)[0]
        if spent + _MIN_GAP_COST * abs(j - i - ahead) > most or spent == math.inf:
            continue
        for taken, read, cost, change in _edits(word, reading, i, j):
            cell = i + taken, j + read
            if best.get(cell, _UNREACHED)[0] > spent + cost:
                best[cell] = spent + cost, (i, j), change
    goal = len(word), len(reading)
    return (best[goal][0], _changes(best, word, reading)) if goal in best else (math.inf, ())


def _band(letters: int, read: int) -> Iterator[Cell]:
    """Every cell whose two numbers differ by `BAND` at most."""
    for i in range(letters + 1):
        yield from ((i, j) for j in range(max(0, i - BAND), min(read, i + BAND) + 1))


def _changes(best: dict[Cell, tuple[float, Cell, str]], word: str, reading: str) -> tuple[str, ...]:
    """The changes on the cheapest path, traced back from the last cell."""
    changes, (i, j) = [], (len(word), len(reading))
    while i or j:
        _, (from_i, from_j), change = best[i, j]
        if change:
            changes.append(change.format(word[from_i:i], reading[from_j:j]))
        i, j = from_i, from_j
    return tuple(reversed(changes))


def _edits(word: str, reading: str, i: int, j: int) -> Iterator[Edit]:
    """Every edit that is possible at a cell."""
    old, new = word[i : i + 1], reading[j : j + 1]
    if old and old == new:
        yield 1, 1, 0.0, ""
        return
    for letters, replacement, edit in _TABLE.get(old + new, ()):
        if word.startswith(letters, i) and reading.startswith(replacement, j):
            yield edit
    if old and new:
        yield 1, 1, _VOWEL if {old, new} <= _VOWELS else _SWAPPED, "letter swapped: {0} -> {1}"
        pair = word[i : i + 2]
        if len(pair) == 2 and reading[j : j + 2] == pair[::-1]:
            yield 2, 2, _EXCHANGED, "letters exchanged: {0} -> {1}"
    double = word[i - 1 : i]
    if old:
        yield (1, 0, _DOUBLE, "double letter single: {0}") if old == double else _DROPPED
    if new:
        yield (0, 1, _DOUBLE, "letter doubled: {1}") if new == double else _ADDED


def foreign_letters(text: str, word: str, mode: FoldMode) -> tuple[str, ...]:
    """Foreign characters of a text, as changes of a word that lacks them; folded by `mode`."""
    known = set(map(fold_case, unicodedata.normalize("NFC", word)))
    chars = dict.fromkeys(unicodedata.normalize("NFC", text))
    foreign = [char for char in chars if not char.isascii() and fold_case(char) not in known]
    changes = (_foreign_change(char, mode) for char in foreign)
    return tuple(dict.fromkeys(filter(None, changes)))


def _foreign_change(char: str, mode: FoldMode) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        return "invisible character"
    if category == "So":
        return DRAWN_LETTERS
    plain = fold(char, mode).letters.strip()
    if not plain:
        return ""
    decomposed = unicodedata.normalize("NFD", char)
    if len(decomposed) > 1 and decomposed[0].isascii():
        return f"accent added: {char} for {plain}"
    script = unicodedata.name(char, "foreign").split()[0].lower()
    if is_look_alike(char, mode):
        return f"look-alike character: {script} {char} for {plain}"
    return f"written in {script} letters"
