"""Invented word marks, changed words, and product titles, for `measure_words.py`.

The tables here are written apart from those of the matcher, so that it is not tested on itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from random import Random
from string import ascii_lowercase

from wordfreq import top_n_list, zipf_frequency


def _listed(text: str) -> list[str]:
    return text.split()


OTHERS = 3000  # brands in the titles that are no marks

ORDINARY = _listed(
    "apple mini shell gap boss dove puma orange target guess fossil diesel coach lush next polo "
    "tide galaxy windows amazon jaguar oracle virgin subway champion supreme vans mango kiwi smart "
    "golf total visa always bic"
)

_ONSETS = _listed("b br c cl d dr f fl g gr h j k kl l m n p pl pr qu r s sh st t tr v w y z")
_VOWELS = _listed("a e i o u a e i o ai ee io ea oo y")
_CODAS = ["", "", "", *_listed("l m n r s x nd rn st ck th lt ss")]

_READ_AS = _listed("l:I l:1 i:l i:1 o:0 rn:m m:rn d:cl cl:d w:vv e:c s:5 b:8 g:q h:b t:f u:v z:2")
_LOOK_AS = _listed(
    "a:аａ𝐚αá c:сｃç d:ԁ𝐝 e:еｅ𝐞é g:ɡ𝗀 h:һ𝗁 i:іíι j:ј k:κ𝗄 l:ⅼ𝗅 m:𝗆ｍ n:ո𝗇ñ o:оοｏ𝐨ö p:рρ q:ԛ r:г𝗋 "
    "s:ѕｓ𝐬 t:τ𝗍 u:υսü v:ν𝗏 w:ԝ𝗐 x:хｘ y:уｙ𝐲 z:𝗓ｚ b:Ь𝖻 f:𝖿"
)
_LEET = _listed("a:4 a:@ e:3 i:1 i:! o:0 s:5 s:$ t:7 b:8 g:9 l:1 z:2")
_SOUNDS = _listed(
    "ph:f f:ph ck:k k:ck k:c c:k qu:kw kw:qu x:ks ks:x z:s s:z i:y y:i ee:i ea:ee oo:u u:oo v:w "
    "w:v th:t t:th ai:ei sh:ch r:rh j:y"
)
_CYRILLIC = _listed(
    "sh:ш ch:ч ck:к qu:кв th:т ph:ф ee:и oo:у ya:я yu:ю a:а b:б c:к d:д e:е f:ф g:г h:х i:и j:й "
    "k:к l:л m:м n:н o:о p:п r:р s:с t:т u:у v:в w:в x:кс y:и z:з"
)


def invent(random: Random, count: int) -> list[str]:
    """`count` different pronounceable names of 5 to 11 letters that are no words; some are two."""
    found: dict[str, None] = {}
    while len(found) < count:
        name = _name(random, 2 if random.random() < 0.7 else 3)
        if random.random() < 0.12:
            name = f"{name[:6]} {_name(random, 2)[:5]}"
        if 5 <= len(name) <= 11 and not zipf_frequency(name, "en", wordlist="large"):
            found[name] = None
    return list(found)


def _name(random: Random, syllables: int) -> str:
    parts = (_ONSETS, _VOWELS, _CODAS)
    return "".join(random.choice(part) for _ in range(syllables) for part in parts)


def _replaced(table: list[str], most: int) -> Callable[[Random, str], str]:
    """A change that replaces one to `most` places by the table's other letters, if it has them."""
    rules = [rule.partition(":")[::2] for rule in table]

    def change(random: Random, word: str) -> str:
        for _ in range(random.randint(1, most)):
            fitting = [(old, new) for old, new in rules if old in word]
            if fitting:
                old, new = random.choice(fitting)
                places = [at for at in range(len(word)) if word.startswith(old, at)]
                at = random.choice(places)
                word = word[:at] + random.choice(_choices(new)) + word[at + len(old) :]
        return word

    return change


def _choices(new: str) -> list[str]:
    """Several letters beyond ASCII are a choice of one, plain ones belong together."""
    return [new] if new.isascii() else list(new)


def _doubled(random: Random, word: str) -> str:
    at = random.randrange(len(word))
    if random.random() < 0.3:
        at = next((i for i in range(1, len(word)) if word[i] == word[i - 1]), at)
        if at and word[at] == word[at - 1]:
            return word[:at] + word[at + 1 :]
    return word[: at + 1] + word[at:]


def _dropped(random: Random, word: str) -> str:
    at = random.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _exchanged(random: Random, word: str) -> str:
    places = [at for at in range(len(word) - 1) if word[at] != word[at + 1]]
    at = random.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _substituted(random: Random, word: str) -> str:
    places = [at for at, letter in enumerate(word) if letter.isalpha()]
    at = random.choice(places)
    other = random.choice([letter for letter in ascii_lowercase if letter != word[at]])
    return word[:at] + other + word[at + 1 :]


def _spaced(random: Random, word: str) -> str:
    if " " in word and random.random() < 0.5:
        return word.replace(" ", random.choice(["", "-", "."]))
    sign = random.choice(" .-_ ")
    if random.random() < 0.4:
        return sign.join(word.replace(" ", ""))
    at = random.randrange(1, len(word) - 1)
    return word[:at] + sign + word[at:]


def _transliterated(random: Random, word: str) -> str:
    word = random.choice([word, word.replace(" ", "-")])
    for rule in _CYRILLIC:
        latin, _, cyrillic = rule.partition(":")
        word = word.replace(latin, cyrillic)
    return word


KINDS: dict[str, Callable[[Random, str], str]] = {
    "misread (l/I/1, O/0, rn/m)": _replaced(_READ_AS, 2),
    "look-alike characters": _replaced(_LOOK_AS, 3),
    "leetspeak": _replaced(_LEET, 3),
    "letter doubled or halved": _doubled,
    "letter dropped": _dropped,
    "letters exchanged": _exchanged,
    "letter substituted": _substituted,
    "spacing and punctuation": _spaced,
    "sounds alike": _replaced(_SOUNDS, 2),
    "transliterated": _transliterated,
}
"""Ten kinds of change, each from a lower-case word to another spelling."""


def cased(random: Random, word: str) -> str:
    """A word as titles write it: lower case, capitals or a capital first."""
    return random.choice([word, word.upper(), word.title()])


class Titles:
    """Product titles in five languages: frequent and rare words, numbers, codes, other brands.

    The other brands are invented as the marks are, and not among `marks`.
    """

    def __init__(self, random: Random, marks: Collection[str]) -> None:
        self._random = random
        self._brands = [name for name in invent(random, OTHERS) if name not in marks]
        self._words = {code: _words_of(code) for code in ("en", "de", "fr", "es", "it")}

    def title(self, hidden: str = "") -> tuple[str, int]:
        """A title, and where the hidden word begins in it (-1 without one)."""
        random = self._random
        language = random.choices(list(self._words), (6, 1, 1, 1, 1))[0]
        pieces = [self._piece(language) for _ in range(random.randint(3, 10))]
        if not hidden:
            return " ".join(pieces), -1
        at = random.randint(0, len(pieces))
        before = "".join(f"{piece} " for piece in pieces[:at])
        return " ".join([*pieces[:at], hidden, *pieces[at:]]), len(before)

    def _piece(self, language: str) -> str:
        random = self._random
        if random.random() < 0.15:
            return next(_codes(random))
        if random.random() < 0.05:
            return cased(random, random.choice(self._brands))
        words = self._words[language]
        share = random.choices((0.03, 0.3, 1.0), (6, 3, 1))[0]  # frequent, less so, any at all
        word = words[random.randrange(int(len(words) * share))]
        return random.choice([word, word.title(), word.title(), word.upper()])


def _words_of(language: str) -> list[str]:
    return [word for word in top_n_list(language, 200_000) if word.isalpha()]


def _codes(random: Random) -> Iterator[str]:
    number = random.randint(1, 3000)
    letters = "".join(random.choices("ABCDEFGHKLMNPRSTUVWXYZ", k=random.randint(1, 3)))
    yield random.choice(
        [
            f"{letters}-{number}",
            f"{letters}{number}",
            f"{number}ml",
            f"{number} pcs",
            f"{number}cm",
            f"{number}%",
            f"({number})",
            f"/ {number}",
            "for",
            "with",
            "&",
            "-",
            "|",
            "2in1",
            "XL",
        ]
    )
