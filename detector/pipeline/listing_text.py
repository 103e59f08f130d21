"""The words of marks in the title and description of a listing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from detector.errors import MarkError, UsageError
from detector.marks.fields import check_classes
from detector.records import Mark, Submission, TextField, TextFinding, WordMatch
from detector.words.matcher import WordMatcher

FIELDS: tuple[TextField, ...] = ("title", "description")


class ListingText:
    """Finds marks in texts. Lifetime: the word lists, from the first text on."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks

    def find(self, submission: Submission, day: date) -> list[TextFinding]:
        """What title and description name, best first; the title's first among equals.

        Of one mark in one text the best reading counts: the same name ten times says no more.
        `day` says which rights have expired. Raises `MissingExtra` for a text where the extra
        `words` is not installed.
        """
        texts = [submission.title, submission.description]
        if not any(texts):
            return []
        matched = self._matcher.match_all(texts)
        found = [
            _finding(self._by_id[match.mark], field, match, submission.seller, day)
            for field, matches in zip(FIELDS, matched, strict=True)
            for match in _best_of_marks(self._in_classes(matches, submission.classes))
        ]
        return sorted(found, key=lambda finding: -finding.score)

    def _in_classes(
        self, matches: Iterable[WordMatch], classes: Sequence[int]
    ) -> Iterator[WordMatch]:
        for match in matches:
            registered = self._by_id[match.mark].rights.nice_classes
            yield in_class(match, [number for number in registered if number in classes])

    @cached_property
    def _by_id(self) -> dict[str, Mark]:
        return {mark.id: mark for mark in self._marks}

    @cached_property
    def _matcher(self) -> WordMatcher:
        return WordMatcher(self._marks)


def classes_of(told: object, place: str = "") -> tuple[int, ...]:
    """Nice classes told as numbers, or as text with commas or semicolons between them.

    Raises `UsageError` for what is no class.
    """
    listed = told.replace(",", ";") if isinstance(told, str) else told
    try:
        return check_classes(listed)
    except MarkError as error:
        remedy = "Nice classes are the whole numbers 1 to 45."
        raise UsageError(f"classes: {error.message}", place=place, remedy=remedy) from error


def in_class(match: WordMatch, shared: Sequence[int]) -> WordMatch:
    """A match as it counts on goods for which the mark is registered in the `shared` classes.

    There an ordinary word is no longer ordinary, as long as it is spelt as it is.
    """
    if not (shared and match.ordinary and match.exact):
        return match
    told = f"in its class of goods: {', '.join(map(str, shared))}"
    return replace(match, score=match.likeness, changes=(*match.changes, told))


def _best_of_marks(matches: Iterable[WordMatch]) -> Iterator[WordMatch]:
    """Yield the best match of every mark."""
    seen = set[str]()
    for match in sorted(matches, key=lambda one: -one.score):
        if match.mark not in seen:
            seen.add(match.mark)
            yield match


def _finding(mark: Mark, field: TextField, match: WordMatch, seller: str, day: date) -> TextFinding:
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
        authorised=mark.rights.authorises(seller),
        expired=mark.rights.has_expired(day),
        exact=match.exact,
    )
