"""The kinds of graphics in the cohort: SVG elements about the origin, within 150 units of it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from drawing.cohort.figures import FIGURES, disc, regular, rounded
from drawing.cohort.lettering import (
    CHARACTERS,
    WORDS,
    in_some_case,
    invented,
    letters,
    monogram,
    round_badge,
    word_of_width,
)
from drawing.cohort.lines import LINES
from drawing.shapes import group, path


class Draft(NamedTuple):
    """What a graphic is drawn from: its number within its kind, and its two colours."""

    number: int
    random: Random
    ink: str
    paper: str


def letter(draft: Draft) -> str:
    """A letter, a digit or another character."""
    text = CHARACTERS[draft.number % len(CHARACTERS)]
    return group(letters(draft.random, text, 150, draft.ink), "translate(0 50)")


def letter_on_plate(draft: Draft) -> str:
    """A letter or a digit left out of a plate."""
    text = CHARACTERS[draft.number * 7 % 62]
    body = group(letters(draft.random, text, 150, draft.paper), "translate(0 50)")
    return _plate(draft) + body


def short_word(draft: Draft) -> str:
    """An ordinary word, or a number."""
    random = draft.random
    text = in_some_case(random, WORDS[draft.number % len(WORDS)])
    if random.random() < 0.15:
        text = str(random.randint(10, 2030))
    return word_of_width(random, text, 200, draft.ink)


def long_word(draft: Draft) -> str:
    """An invented word."""
    text = in_some_case(draft.random, invented(draft.random, draft.random.choice((2, 3, 3, 4))))
    return word_of_width(draft.random, text, 220, draft.ink)


def turned_word(draft: Draft) -> str:
    """An invented word that runs up or down, as on a sleeve or a spine."""
    text = in_some_case(draft.random, invented(draft.random, 2 + draft.number % 2))
    body = word_of_width(draft.random, text, 200, draft.ink)
    return group(body, f"rotate({draft.random.choice((-90, 90))})")


def word_on_plate(draft: Draft) -> str:
    """An ordinary word left out of a bar."""
    random, high = draft.random, draft.random.uniform(45, 75)
    plate = path(rounded(130, high, random.choice((0.1, 12, high))), draft.ink)
    text = in_some_case(random, random.choice(WORDS))
    return plate + group(word_of_width(random, text, 170, draft.paper), "translate(0 22)")


def figure(draft: Draft) -> str:
    """A plain figure: three in five solid, one an outline, one left out of a plate."""
    data = FIGURES[draft.number % len(FIGURES)](draft.random)
    style = draft.number // len(FIGURES) % 5
    if style == 3:
        return path(data, "none", draft.ink, draft.random.uniform(4, 14))
    if style == 4:
        return _plate(draft) + group(_solid(data, draft.paper), "scale(0.62)")
    return _solid(data, draft.ink)


def line_sign(draft: Draft) -> str:
    """A sign of lines; one in four is left out of a plate."""
    data, width = LINES[draft.number % len(LINES)](draft.random), draft.random.uniform(6, 22)
    if draft.number // len(LINES) % 4 == 3:
        return _plate(draft) + group(path(data, "none", draft.paper, width), "scale(0.6)")
    return path(data, "none", draft.ink, width)


def sign_of_right(draft: Draft) -> str:
    """(R), (C), (P), TM or SM."""
    random, text = draft.random, ("R", "C", "P", "TM", "SM", "R", "C", "TM")[draft.number % 8]
    body = group(letters(random, text, 120, draft.ink), "translate(0 42)")
    ring = path(disc(95), "none", draft.ink, random.uniform(5, 14))
    return body if len(text) == 2 else body + ring


def initials(draft: Draft) -> str:
    """A monogram."""
    return monogram(draft.random, draft.ink)


def badge(draft: Draft) -> str:
    """Words on a ring round a figure."""
    middle = _solid(FIGURES[draft.number % len(FIGURES)](draft.random), draft.ink)
    return round_badge(draft.random, draft.ink) + group(middle, "scale(0.4)")


def logo(draft: Draft) -> str:
    """A symbol over an invented word, or beside it."""
    random, sign = draft.random, _symbol(draft)
    text = in_some_case(random, invented(random, random.choice((2, 2, 3))))
    if draft.number % 3:
        word = word_of_width(random, text, random.uniform(120, 230), draft.ink)
        return group(sign, "translate(0 -45) scale(0.72)") + group(word, "translate(0 92)")
    word = word_of_width(random, text, 160, draft.ink)
    return group(sign, "translate(-98 0) scale(0.38)") + group(word, "translate(50 16)")


def _symbol(draft: Draft) -> str:
    random = draft.random
    if random.random() < 0.7:
        return _solid(random.choice(FIGURES)(random), draft.ink)
    return path(random.choice(LINES)(random), "none", draft.ink, random.uniform(8, 18))


def _plate(draft: Draft) -> str:
    plates = (disc(110), rounded(105, 105, 28), rounded(100, 100, 0.1), regular(6, 115))
    return path(draft.random.choice(plates), draft.ink)


def _solid(data: str, ink: str) -> str:
    return group(path(data, ink), attributes='fill-rule="evenodd"')


KINDS: dict[str, tuple[Callable[[Draft], str], int]] = {
    "letter": (letter, 104),
    "letter on plate": (letter_on_plate, 28),
    "short word": (short_word, 56),
    "long word": (long_word, 52),
    "turned word": (turned_word, 30),
    "word on plate": (word_on_plate, 16),
    "figure": (figure, 130),
    "line sign": (line_sign, 44),
    "sign of right": (sign_of_right, 8),
    "initials": (initials, 20),
    "badge": (badge, 8),
    "logo": (logo, 42),
}
"""How a graphic of each kind is drawn, and how many there are of it."""
