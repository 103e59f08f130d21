"""Letters and words in many faces: SVG elements about the origin, about 100 high or 200 wide."""

from __future__ import annotations

from random import Random

from drawing.letters import word, word_on_circle, word_width
from drawing.shapes import circle, group, num

FACES = (
    "BebasNeue-Bold", "BebasNeue-Light", "Comfortaa-Bold", "Comfortaa-Light", "DancingScript-Bold",
    "Dosis-ExtraBold", "Dosis-Light", "Dosis-Medium", "Jura-Bold", "Jura-Light",
    "KaushanScript-Regular", "Lato-Black", "Lato-BlackItalic", "Lato-Bold", "Lato-Hairline",
    "Lato-Italic", "Lato-Light", "Lato-Regular", "LeagueSpartan-Black", "LeagueSpartan-Bold",
    "LeagueSpartan-Light", "LeckerliOne-Regular", "Manrope-ExtraBold", "Manrope-Light",
    "Manrope-Medium", "Quicksand-Bold", "Quicksand-Light", "Vollkorn-Black",
    "Vollkorn-BoldItalic", "Vollkorn-Medium", "Vollkorn-Regular", "lobster",
)  # fmt: skip
"""Fonts of the packages in drawing/fonts.txt."""

CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789&@#?!+%"

_WORDS = """
new sale best art pro plus one go now love star sun sky blue sport team club home kids life city
free eco bio mini max super original classic studio company since quality fashion style design
world official baby king queen fit run play music food fresh hot cool est size made wool cotton no
yes ok top kit lab box max duo neo air sea men women big red gold hello dream happy forever limited
"""
WORDS = tuple(_WORDS.split())

_SPOKEN = """
bar bel bor cal cor dan del dor fen fil gar gol hel hin jor kal ken lan lor mar mel min nar nel nor
ora pal per pin ral rin ros sal sel sol tan tel tor ula ven vil vor wel win yor zan zel
"""
_SYLLABLES = tuple(_SPOKEN.split())


def invented(random: Random, syllables: int) -> str:
    """A word of so many syllables, in lower case."""
    return "".join(random.choice(_SYLLABLES) for _ in range(syllables))


def in_some_case(random: Random, text: str) -> str:
    """The text in capitals, in lower case, or capitalised."""
    return random.choice((text.upper(), text.lower(), text.capitalize()))


def word_of_width(random: Random, text: str, wide: float, ink: str) -> str:
    """A text `wide` units wide, before it is stretched or slanted, on the origin's baseline."""
    face, tracking = random.choice(FACES), random.choice((0, 0, 0, -0.03, 0.08, 0.25))
    size = wide / word_width(text, face, 1, tracking)
    return _styled(random, text, face=face, size=size, ink=ink, tracking=tracking)


def letters(random: Random, text: str, size: float, ink: str) -> str:
    """A letter or two of a size, on the origin's baseline."""
    return _styled(random, text, face=random.choice(FACES), size=size, ink=ink)


def _styled(
    random: Random, text: str, *, face: str, size: float, ink: str, tracking: float = 0
) -> str:
    """Letters filled or only outlined; some are stretched or slanted."""
    width = size * random.uniform(0.012, 0.04) if random.random() < 0.2 else 0
    fill, stroke = ("none", ink) if width else (ink, "")
    body = word(text, face, size, fill, (0, 0), tracking=tracking, stroke=stroke, width=width)
    slant, stretch = random.choice((0, 0, 0, -14)), random.choice((1, 1, 1, 0.75, 1.3))
    return group(body, f"skewX({slant}) scale({num(stretch)} 1)")


def monogram(random: Random, ink: str) -> str:
    """Two or three capitals that touch, overlap, or stand in a ring."""
    text = "".join(random.choice(CHARACTERS[:26]) for _ in range(random.choice((2, 2, 3))))
    face, tracking = random.choice(FACES), random.choice((-0.25, -0.12, 0, 0.05))
    size = min(150.0, 150 / word_width(text, face, 1, tracking))
    at = (0, size * 0.36)
    body = word(text, face, size, ink, at, tracking=tracking)
    return body + (circle((0, 0), 110, "none", ink, 6) if random.random() < 0.4 else "")


def round_badge(random: Random, ink: str) -> str:
    """A word along the top of a ring, and another along its bottom."""
    face = random.choice(FACES)
    drawn = circle((0, 0), 105, "none", ink, random.choice((3, 6)))
    for below in (False, True):
        text = invented(random, 3).upper() if not below else random.choice(WORDS).upper()
        drawn += word_on_circle(text, face, 30, ink, centre=(0, 0), radius=74, tracking=0.12,
                                below=below)  # fmt: skip
    return drawn
