"""How a reading differs from a word: the cheapest way from one to the other, and its name.

An edit distance with weights (Wagner and Fischer 1974; exchanges as in Damerau 1964) whose steps
may take several letters on either side. What a reader overlooks costs little.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from detector.words.folding import Way, fold, is_look_alike

Place = tuple[int, int]
"""Letters of the word and of the reading that are done with."""

Step = tuple[int, int, float, str]
"""Letters taken from the word and from the reading, the cost, and the change with {0} for the
former and {1} for the latter."""

BAND = 4
"""Letters by which a reading may run ahead of the word or fall behind it."""

LIKE_IN_SOUND = 1.0
"""The most that letters may cost in a reading that sounds like the word."""

_VOWELS = frozenset("aeiouy")
_DOUBLE, _EXCHANGED, _VOWEL, _SWAPPED, _MISSING = 0.4, 0.7, 0.8, 1.0, 0.9
_LEAST = 0.2  # what one letter more or less costs at least, by whatever rule
_DROPPED: Step = (1, 0, _MISSING, "letter dropped: {0}")
_ADDED: Step = (0, 1, _MISSING, "letter added: {1}")

# What stands in the word and what in the reading: "o0" or, for several letters, "m:rn".
_RULES = (
    (0.2, "digit for letter", "o0 i1 l1 e3 a4 s5 t7 b8 g9 z2 g6 b6"),
    (0.2, "sign for letter", "a@ s$ i! l! i| l|"),
    (0.3, "look-alike letters", "il li rn:m m:rn vv:w w:vv cl:d d:cl ii:u nn:m ce ec uv vu hb bh"),
    (0.4, "sounds alike", "ck kc qk kq zs sz yi iy wv vw sc cs vf fv jy yj ij ji ph:f f:ph qu:kw"),
    (0.4, "sounds alike", "kw:qu x:ks ks:x ee:i i:ee ea:i i:ea oo:u u:oo ou:u u:ou th:t t:th rh:r"),
    (0.4, "sounds alike", "ck:k k:ck ae:e e:ae ie:y y:ie ie:i i:ie r:rh ai:ei ei:ai sh:ch ch:sh"),
    (0.4, "sounds alike", "x:kh kh:x h:kh kh:h y:ii u:yu yu:u ts:c c:ts dzh:j j:dzh"),
)


def _rules() -> dict[str, list[tuple[str, str, Step]]]:
    """Every rule's letters and step, under the first letters of both: few pairs have any."""
    table: dict[str, list[tuple[str, str, Step]]] = {}
    for cost, kind, pairs in _RULES:
        for pair in pairs.split():
            word, _, reading = pair.partition(":") if ":" in pair else (pair[0], "", pair[1])
            step = len(word), len(reading), cost, f"{kind}: {{1}} for {{0}}"
            table.setdefault(word[0] + reading[0], []).append((word, reading, step))
    return table


_TABLE = _rules()
_FAR = (math.inf, (0, 0), "")


@lru_cache(maxsize=1 << 14)
def compare(word: str, reading: str, most: float = math.inf) -> tuple[float, tuple[str, ...]]:
    """What it costs to read folded letters as a word, and the changes in their order.

    0 is the same letters, 1 about one other letter; infinite where the lengths are too far apart,
    or it is more than `most`.
    """
    best: dict[Place, tuple[float, Place, str]] = {(0, 0): (0.0, (0, 0), "")}
    ahead = len(reading) - len(word)
    for place in _band(len(word), len(reading)):
        spent = best.get(place, _FAR)[0]
        if spent + _LEAST * abs(place[1] - place[0] - ahead) > most or spent == math.inf:
            continue
        for taken, read, cost, change in _steps(word, reading, *place):
            there = place[0] + taken, place[1] + read
            if best.get(there, _FAR)[0] > spent + cost:
                best[there] = spent + cost, place, change
    goal = len(word), len(reading)
    return (best[goal][0], _changes(best, word, reading)) if goal in best else (math.inf, ())


def _band(letters: int, read: int) -> Iterator[Place]:
    """Every place whose two numbers differ by `BAND` at most."""
    for i in range(letters + 1):
        yield from ((i, j) for j in range(max(0, i - BAND), min(read, i + BAND) + 1))


def _changes(
    best: dict[Place, tuple[float, Place, str]], word: str, reading: str
) -> tuple[str, ...]:
    """The changes on the way to the end, by the place that each place was reached from."""
    told, (i, j) = [], (len(word), len(reading))
    while i or j:
        _, (before, behind), change = best[i, j]
        if change:
            told.append(change.format(word[before:i], reading[behind:j]))
        i, j = before, behind
    return tuple(reversed(told))


def _steps(word: str, reading: str, i: int, j: int) -> Iterator[Step]:
    old, new = word[i : i + 1], reading[j : j + 1]
    if old and old == new:
        yield 1, 1, 0.0, ""
        return
    for mine, theirs, step in _TABLE.get(old + new, ()):
        if word.startswith(mine, i) and reading.startswith(theirs, j):
            yield step
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


def foreign_letters(text: str, word: str, way: Way) -> tuple[str, ...]:
    """What is foreign in a text that was folded one way, unless it is foreign in the word too."""
    known = set(unicodedata.normalize("NFC", word).casefold())
    chars = dict.fromkeys(unicodedata.normalize("NFC", text))
    changes = [
        _foreign(one, way) for one in chars if not one.isascii() and one.casefold() not in known
    ]
    return tuple(dict.fromkeys(change for change in changes if change))


def _foreign(char: str, way: Way) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        return "invisible character"
    plain = fold(char, way).letters.strip()
    if not plain:
        return ""
    decomposed = unicodedata.normalize("NFD", char)
    if len(decomposed) > 1 and decomposed[0].isascii():
        return f"accent added: {char} for {plain}"
    script = unicodedata.name(char, "foreign").split()[0].lower()
    if is_look_alike(char, way):
        return f"look-alike character: {script} {char} for {plain}"
    return f"written in {script} letters"
