"""The words of marks in the texts of a listing: title, description and brand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from detector.errors import MarkError, UsageError
from detector.marks.fields import check_classes
from detector.pipeline.text_evidence import (
    ListingContext,
    TextMatch,
    contested,
    most_alike,
    weighed,
)
from detector.records import Mark, MarkScore, Submission, Suppressor, TextField, TextFinding
from detector.words.markup import VisibleText, visible_text
from detector.words.matcher import WordMatcher

FIELDS: tuple[TextField, ...] = ("title", "description", "brand")


@dataclass(frozen=True, slots=True)
class TextDetection:
    """A mark found in a text, before rights decide which marks suppress it."""

    finding: TextFinding
    suppressed_by: tuple[Suppressor, ...] = ()

    @property
    def mark_score(self) -> MarkScore:
        """Its score, on which the decision rests."""
        found = self.finding
        return MarkScore(
            found.mark,
            found.field,
            found.score,
            suppressed_by=self.suppressed_by,
            compatible=found.compatible,
        )


class ListingText:
    """Finds marks in the texts of listings. Word lists are loaded at the first text."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks

    def find(self, submission: Submission, day: date) -> list[TextDetection]:
        """The marks in the texts, best first; of equal scores the title's first.

        Of each mark in each text the best match counts, and beside it the best that only names it
        as what goods fit. `day` is that for which rights may have expired. Raises `MissingExtra`
        if there is a text and the extra `words` is not installed.
        """
        texts = {field: visible_text(getattr(submission, field)) for field in FIELDS}
        if not any(text.text.strip() for text in texts.values()):
            return []
        found = (
            TextDetection(self._finding(match, submission, texts, day), match.suppressed_by)
            for matches in self._matches(submission, texts)
            for match in _best_of_marks(matches)
        )
        return sorted(found, key=lambda detection: -detection.finding.score)

    def _matches(
        self, submission: Submission, texts: Mapping[TextField, VisibleText]
    ) -> Iterator[list[TextMatch]]:
        """The matches in every text, weighed by the listing and contested by other marks."""
        found = self._matcher.match_all([text.text for text in texts.values()])
        matched = dict(zip(texts, found, strict=True))
        shown = {field: text.text for field, text in texts.items()}
        context = ListingContext(submission.classes, submission.category, shown, matched["brand"])
        for field, matches in matched.items():
            yield contested(
                [
                    weighed(match, field, context, self._by_id[match.mark])
                    for match in most_alike(matches)
                ]
            )

    def _finding(
        self,
        found: TextMatch,
        submission: Submission,
        texts: Mapping[TextField, VisibleText],
        day: date,
    ) -> TextFinding:
        match, mark = found.match, self._by_id[found.match.mark]
        start, end = texts[found.field].span(match.start, match.end)
        source: str = getattr(submission, found.field)
        return TextFinding(
            mark=mark.id,
            name=mark.name,
            score=match.score,
            field=found.field,
            start=start,
            end=end,
            word=match.word,
            reading=source[start:end],
            changes=match.changes,
            authorised=mark.rights.authorises(submission.seller),
            expired=mark.rights.has_expired(day),
            exact=match.exact,
            hints=found.hints,
            compatible=found.compatible,
        )

    @cached_property
    def _by_id(self) -> dict[str, Mark]:
        return {mark.id: mark for mark in self._marks if mark.protected}

    @cached_property
    def _matcher(self) -> WordMatcher:
        return WordMatcher(list(self._by_id.values()))


def _best_of_marks(matches: Sequence[TextMatch]) -> Iterator[TextMatch]:
    """Yield the best match of every mark as its name, and as the name of what goods fit."""
    seen = set[tuple[str, bool]]()
    for found in sorted(matches, key=lambda found: (bool(found.suppressed_by), -found.match.score)):
        if (use := (found.match.mark, found.compatible)) not in seen:
            seen.add(use)
            yield found


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
