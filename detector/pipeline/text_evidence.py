"""What a match in a text of a listing means, from all that the listing says.

An ordinary word is weighed by the hints of its place, spelling, language and goods; a name that
only says what goods fit is told apart; a word that is exactly another mark's is that mark.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter

from detector.records import Mark, Suppressor, TextField, WordMatch
from detector.words import meaning
from detector.words.compatibility import compatibility_in_run, compatibility_phrase
from detector.words.folding import fold_case
from detector.words.goods import Goods, goods_in
from detector.words.languages import language_of
from detector.words.matcher import MAX_LIKENESS_SEEN
from detector.words.reading_cost import MAX_SHORT_NAME
from detector.words.title_places import Hint, Place, case_hints, is_first, place_hints
from detector.words.title_words import listed
from detector.words.tokens import Token, tokens_of

MOST_WEIGHED = 40
"""Matches of one mark in one text that are weighed, the most alike first."""


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A match in a field: with its hints, its use, and the marks whose very word it is."""

    match: WordMatch
    field: TextField
    hints: tuple[str, ...] = ()
    compatible: bool = False
    suppressed_by: tuple[Suppressor, ...] = ()


@dataclass(frozen=True)
class ListingContext:
    """What a listing says: classes given, category, its visible texts, matches in the brand."""

    classes: Sequence[int]
    category: str
    texts: Mapping[TextField, str]
    brands: Sequence[WordMatch]

    @cached_property
    def tokens(self) -> dict[TextField, list[Token]]:
        """The words of every text."""
        return {field: tokens_of(text) for field, text in self.texts.items()}

    @cached_property
    def goods_of_category(self) -> Goods:
        """The goods that the category names."""
        return goods_in(tokens_of(self.category))

    @cached_property
    def goods_of_title(self) -> Goods:
        """The goods that the title names."""
        tokens = self.tokens["title"]
        return goods_in(tokens, language_of(token.text for token in tokens))

    @cached_property
    def brand_marks(self) -> frozenset[str]:
        """The marks whose word is the whole brand field."""
        brand = self.texts["brand"]
        return frozenset(m.mark for m in self.brands if m.exact and _is_whole(m, brand))

    @cached_property
    def names_brand(self) -> bool:
        """Whether the brand field names any brand."""
        return bool(self.tokens["brand"]) and fold_case(self.texts["brand"].strip()) not in listed(
            "no_brand"
        )

    def place(self, match: WordMatch, field: TextField) -> Place:
        """The place of a match in a field."""
        tokens = self.tokens[field]
        first = bisect_right(tokens, match.start, key=attrgetter("end"))
        after = max(first, bisect_left(tokens, match.end, key=attrgetter("start")))
        return Place(self.texts[field], tokens, first, after, match.start, match.end)


def weighed(match: WordMatch, field: TextField, context: ListingContext, mark: Mark) -> TextMatch:
    """A match with what the listing says about it."""
    if field == "brand":
        return _in_brand_field(match, context)
    place = context.place(match, field)
    phrase = _compatibility(place)
    if not _is_in_doubt(match) or _is_other_phrase(match, place):
        return TextMatch(match, field, compatible=bool(phrase))
    language = language_of(token.text for token in place.around)
    hints = [
        *meaning.compatibility_hints(phrase),
        *_hints_of_place(match, place, language, title=field == "title"),
        *_hints_of_listing(match, context, mark),
        *_hints_of_maker(match, context, mark, place),
    ]
    if phrase:  # as the name of what goods fit it stands in a phrase, and goods are another's
        hints = [hint for hint in hints if hint.weight >= 0]
    told = tuple(hint.text for hint in hints)
    return TextMatch(
        replace(match, score=_score(match, language, hints)), field, told, bool(phrase)
    )


def _is_in_doubt(match: WordMatch) -> bool:
    """Whether letters do not decide: an ordinary word, or a short name with a visible edit."""
    if match.ordinary or sum(map(str.isalnum, match.word)) > MAX_SHORT_NAME:
        return match.ordinary
    return meaning.UNLIKE <= match.likeness < meaning.SURE_LIKENESS


def _score(match: WordMatch, language: str, hints: Sequence[Hint]) -> float:
    if not match.ordinary:
        meant = meaning.probability(meaning.odds_of(match.likeness), hints)
        return max(match.score, min(meant, MAX_LIKENESS_SEEN))
    meant = meaning.probability(meaning.log_odds(match.word, language), hints)
    return min(match.likeness, max(match.score, meant))


def _compatibility(place: Place) -> str:
    """The phrase by which a name says what goods fit; "" for none."""
    phrase = compatibility_phrase(place.tokens, place.first, place.after)
    return phrase or compatibility_in_run(place.text, place.start, place.end)


def _is_other_phrase(match: WordMatch, place: Place) -> bool:
    """Whether words that only together spell a mark's stand there: "to go" for Togo."""
    tokens = place.tokens[place.first : place.after]
    words = [token for token in tokens if len(token.text) > 1]
    return len(words) > len(tokens_of(match.word)) and all(token.is_word for token in words)


def _hints_of_place(
    match: WordMatch, place: Place, language: str, *, title: bool
) -> Iterator[Hint]:
    yield from place_hints(place, match.word, title=title)
    yield from case_hints(place)
    yield from meaning.language_hints(match.word, language)
    if match.ordinary:
        yield from meaning.spelling_hints(match.changes, match.reading, exact=match.exact)


def _hints_of_listing(match: WordMatch, context: ListingContext, mark: Mark) -> Iterator[Hint]:
    named = match.mark in context.brand_marks
    yield from meaning.brand_hints(named, other=context.names_brand)
    yield from meaning.goods_hints(
        mark.rights.nice_classes,
        context.classes,
        context.goods_of_category,
        context.goods_of_title,
    )


def _hints_of_maker(
    match: WordMatch, context: ListingContext, mark: Mark, place: Place
) -> Iterator[Hint]:
    if place.text is context.texts["title"] and is_first(place) and not mark.rights.nice_classes:
        yield from meaning.maker_hints(
            match.word, context.goods_of_category, context.goods_of_title
        )


def _in_brand_field(match: WordMatch, context: ListingContext) -> TextMatch:
    """A match in the brand field, where the word itself is the brand however ordinary it is."""
    if match.ordinary and match.mark in context.brand_marks and match.exact:
        return TextMatch(replace(match, score=match.likeness), "brand", ("the brand field",))
    return TextMatch(match, "brand")


def _is_whole(match: WordMatch, text: str) -> bool:
    rest = text[: match.start] + text[match.end :]
    return not any(map(str.isalnum, rest))


def most_alike(matches: Sequence[WordMatch]) -> list[WordMatch]:
    """The first matches of every mark; in hostile text a word may stand ten thousand times."""
    counts = Counter[str]()
    kept = list[WordMatch]()
    for match in matches:
        counts[match.mark] += 1
        if counts[match.mark] <= MOST_WEIGHED:
            kept.append(match)
    return kept


def contested(matches: Sequence[TextMatch]) -> list[TextMatch]:
    """Matches with the marks that suppress them: those whose very word stands there."""
    exact = [found.match for found in matches if found.match.exact]
    return [replace(found, suppressed_by=_suppressors(found.match, exact)) for found in matches]


def _suppressors(match: WordMatch, exact: Sequence[WordMatch]) -> tuple[Suppressor, ...]:
    if match.exact:
        return ()
    owners = {
        other.mark: other
        for other in exact
        if other.mark != match.mark and other.start <= match.start and other.end >= match.end
    }
    return tuple(
        Suppressor(mark, _overlap(match, other), _odds(other.likeness) / _odds(match.likeness))
        for mark, other in owners.items()
    )


def _overlap(match: WordMatch, other: WordMatch) -> float:
    """The characters of a match as a share of those of the one around it."""
    return (match.end - match.start) / (other.end - other.start)


def _odds(likeness: float) -> float:
    return math.inf if likeness >= 1 else likeness / (1 - likeness)
