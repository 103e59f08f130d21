"""How a reading differs from a word: the cheapest way from one to the other, and its name.

An edit distance with weights (Wagner and Fischer 1974; exchanges as in Damerau 1964) whose steps
may take two letters on either side. What a reader overlooks costs little.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from detector.words.folding import Way, fold, is_look_alike

Step = tuple[int, int, float, str]
"""Letters taken from the word, letters taken from the reading, the cost, and the change in words"""

BAND = 4
"""Letters by which a reading may run ahead of the word or fall behind it."""

LIKE_IN_SOUND = 1.0
"""The most that letters may cost in a reading that sounds like the word."""

_VOWELS = frozenset("aeiouy")
_DOUBLE, _EXCHANGED, _VOWEL, _SWAPPED, _MISSING = 0.4, 0.7, 0.8, 1.0, 0.9

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


def _rules() -> dict[tuple[str, str], tuple[float, str]]:
    table: dict[tuple[str, str], tuple[float, str]] = {}
    for cost, kind, pairs in _RULES:
        for pair in pairs.split():
            word, _, reading = pair.partition(":") if ":" in pair else (pair[0], "", pair[1])
            table.setdefault((word, reading), (cost, f"{kind}: {reading} for {word}"))
    return table


_TABLE = _rules()
_SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2))


@lru_cache(maxsize=1 << 14)
def compare(word: str, reading: str) -> tuple[float, tuple[str, ...]]:
    """What it costs to read folded letters as a word, and the changes in their order.

    0 is the same letters, 1 about one other letter; infinite where the lengths are too far apart.
    """
    goal = (len(word), len(reading))
    best: dict[tuple[int, int], tuple[float, tuple[str, ...]]] = {(0, 0): (0.0, ())}
    for i in range(len(word) + 1):
        for j in range(max(0, i - BAND), min(len(reading), i + BAND) + 1):
            if (i, j) in best:
                _advance(best, word, reading, (i, j))
    return best.get(goal, (float("inf"), ()))


def _advance(
    best: dict[tuple[int, int], tuple[float, tuple[str, ...]]],
    word: str,
    reading: str,
    place: tuple[int, int],
) -> None:
    """Note every place that one step leads to, where no cheaper way to it is known."""
    spent, changes = best[place]
    for taken, read, cost, change in _steps(word, reading, *place):
        there = (place[0] + taken, place[1] + read)
        if there not in best or best[there][0] > spent + cost:
            best[there] = (spent + cost, (*changes, change) if change else changes)


def _steps(word: str, reading: str, i: int, j: int) -> Iterator[Step]:
    old, new = word[i : i + 1], reading[j : j + 1]
    if old and old == new:
        yield 1, 1, 0.0, ""
        return
    for taken, read in _SHAPES:
        rule = _TABLE.get((word[i : i + taken], reading[j : j + read]))
        if rule:
            yield taken, read, *rule
    if old and new:
        cost = _VOWEL if {old, new} <= _VOWELS else _SWAPPED
        yield 1, 1, cost, f"letter swapped: {old} -> {new}"
    pair = word[i : i + 2]
    if len(pair) == 2 and reading[j : j + 2] == pair[::-1]:
        yield 2, 2, _EXCHANGED, f"letters exchanged: {pair} -> {pair[::-1]}"
    if old:
        double = old == word[i - 1 : i]
        name = "double letter single" if double else "letter dropped"
        yield 1, 0, _DOUBLE if double else _MISSING, f"{name}: {old}"
    if new:
        double = new == word[i - 1 : i]
        name = "letter doubled" if double else "letter added"
        yield 0, 1, _DOUBLE if double else _MISSING, f"{name}: {new}"


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
