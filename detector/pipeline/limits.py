"""What the limits of a search left out in a photo, in words for the listing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detector.pipeline.mark_search import PhotoSearch
from detector.settings import Settings


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that cut the search of a photo short, in words.

    `hides_marks` says that marks may be missed whatever their size: then the photo was not fully
    examined.
    """

    words: str
    hides_marks: bool = False


def limits_of(found: PhotoSearch, settings: Settings, marks: Sequence[str]) -> list[Limit]:
    """The limits that cut a search; `marks` are the ids of all marks, by row."""
    return [*_checked_poses(found, settings), *_instances(found, settings, marks)]


def _checked_poses(found: PhotoSearch, settings: Settings) -> Iterator[Limit]:
    if any(searched.limit_cuts for searched in found.pictures):
        most = settings.most_checked
        words = f"more signs stand out than the {most} places that are checked can show"
        yield Limit(f"{words}. Cut the picture up, or raise most_checked.", hides_marks=True)


def _instances(found: PhotoSearch, settings: Settings, marks: Sequence[str]) -> Iterator[Limit]:
    most = settings.instances.most
    counts = Counter(instance.mark for instance in found.instances)
    many = [marks[row] for row, count in counts.items() if count >= most > 1]
    if many:
        yield Limit(f"no more than {most} instances are looked for of: {', '.join(many)}.")
