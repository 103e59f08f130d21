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
    """Finds marks in titles and descriptions. Word lists are loaded at the first text."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks

    def find(self, submission: Submission, day: date) -> list[TextFinding]:
        """The marks in title and description, best first; of equal scores the title's first.

        Of each mark in each text only the best match counts. `day` is that for which rights may
        have expired. Raises `MissingExtra` if there is a text and the extra `words` is not
        installed.
        """
        texts = [submission.title, submission.description]
        if not any(texts):
            return []
        matched = self._matcher.match_all(texts)
        findings = [
            _finding(self._by_id[match.mark], field, match, submission.seller, day)
            for field, matches in zip(FIELDS, matched, strict=True)
            for match in _best_of_marks(self._in_classes(matches, submission.classes))
        ]
        return sorted(findings, key=lambda finding: -finding.score)

    def _in_classes(
        self, matches: Iterable[WordMatch], classes: Sequence[int]
    ) -> Iterator[WordMatch]:
        for match in matches:
            registered = self._by_id[match.mark].rights.nice_classes
            yield in_class(match, [number for number in registered if number in classes])

    @cached_property
    def _by_id(self) -> dict[str, Mark]:
        return {mark.id: mark for mark in self._marks if mark.protected}

    @cached_property
    def _matcher(self) -> WordMatcher:
        return WordMatcher(list(self._by_id.values()))


def classes_of(classes: object, place: str = "") -> tuple[int, ...]:
    """Nice classes from numbers, or from a text with commas or semicolons between them.

    Raises `UsageError`, which names `place`, for anything but whole numbers from 1 to 45.
    """
    listed = classes.replace(",", ";") if isinstance(classes, str) else classes
    try:
        return check_classes(listed)
    except MarkError as error:
        remedy = "Nice classes are the whole numbers 1 to 45."
        raise UsageError(f"classes: {error.message}", place=place, remedy=remedy) from error


def in_class(match: WordMatch, shared: Sequence[int]) -> WordMatch:
    """A match on goods of the `shared` classes, for which the mark is registered.

    There the ceiling of an ordinary word is lifted, if it is spelt exactly.
    """
    if not (shared and match.ordinary and match.exact):
        return match
    reason = f"in its class of goods: {', '.join(map(str, shared))}"
    return replace(match, score=match.likeness, changes=(*match.changes, reason))


def _best_of_marks(matches: Iterable[WordMatch]) -> Iterator[WordMatch]:
    """Yield the best match of every mark."""
    seen = set[str]()
    for match in sorted(matches, key=lambda match: -match.score):
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
