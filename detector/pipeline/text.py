"""The words of marks in the title and description of a listing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from detector.records import Mark, TextField, TextFinding, WordMatch
from detector.words.matcher import WordMatcher

FIELDS: tuple[TextField, ...] = ("title", "description")


class Texts:
    """Finds marks in texts. Lifetime: the word lists, from the first text on."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks

    def find(self, title: str, description: str, seller: str = "") -> list[TextFinding]:
        """What both texts name, best first; the title's first among equals.

        Of one mark in one text the best reading is told: the same name ten times says no more.
        Raises `MissingExtra` for a text where the extra `words` is not installed.
        """
        if not title and not description:
            return []
        matched = self._matcher.match_all([title, description])
        found = [
            _finding(self._by_id[one.mark], field, one, seller)
            for field, matches in zip(FIELDS, matched, strict=True)
            for one in _best_of_marks(matches)
        ]
        return sorted(found, key=lambda one: -one.score)

    @cached_property
    def _by_id(self) -> dict[str, Mark]:
        return {mark.id: mark for mark in self._marks}

    @cached_property
    def _matcher(self) -> WordMatcher:
        return WordMatcher(self._marks)


def _best_of_marks(matches: Iterable[WordMatch]) -> Iterator[WordMatch]:
    """Yield the first match of every mark."""
    seen = set[str]()
    for match in matches:
        if match.mark not in seen:
            seen.add(match.mark)
            yield match


def _finding(mark: Mark, field: TextField, match: WordMatch, seller: str) -> TextFinding:
    return TextFinding(
        mark=mark.id,
        name=mark.name,
        score=match.score,
        field=field,
        start=match.start,
        end=match.end,
        word=match.word,
        reading=match.reading,
        changes=match.changes,
        authorised=mark.authorises(seller),
    )
