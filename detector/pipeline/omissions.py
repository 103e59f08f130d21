"""What the search of a photo left out: candidates that failed, and what its limits cut."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from detector.channels.word_features import unread_lines
from detector.pictures.tiles import Tiling, tiling
from detector.pipeline.candidates import DescribedPhoto
from detector.pipeline.faults import Failure
from detector.records import Picture
from detector.settings import TileSettings

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that cut the search of a photo short, in words.

    `hides_marks` says that marks of any size may be missed: the photo was not fully examined.
    """

    words: str
    hides_marks: bool = False

    @classmethod
    def of_poses(cls, most: int) -> Self:
        """More was found than `most` verified poses can show."""
        words = f"more signs stand out than the {most} places that are checked can show"
        return cls(f"{words}. Cut the picture up, or raise most_checked.", hides_marks=True)

    @classmethod
    def of_instances(cls, most: int, mark: str) -> Self:
        """There are `most` instances of a mark, and possibly more."""
        return cls(f"no more than {most} instances of {mark} are looked for.")

    @classmethod
    def of_tiles(cls, pictures: Sequence[Picture], settings: TileSettings) -> list[Self]:
        """The tiles of a photo are larger than they should be, or there are none."""
        height, width = pictures[0].pixels.shape[:2] if pictures else (0, 0)
        tiles = tiling(width, height, settings)
        return [cls._of_large_tiles(tiles)] if tiles.scale < 1 else []

    @classmethod
    def _of_large_tiles(cls, tiling: Tiling) -> Self:
        if tiling.boxes:
            looked = f"looked at in {len(tiling.boxes)} parts at {tiling.scale:.0%} of its details"
        else:
            looked = "looked at as a whole alone"
        return cls(f"a large picture, {looked}: cut it up to have small signs found.")


@dataclass(slots=True)
class Omissions:
    """The failures and limits of one search, collected while it runs."""

    failures: list[Failure] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def fail(self, mark: int, error: Exception) -> None:
        """Note and log that something of the mark in a row could not be examined."""
        self.failures.append(Failure.of(error, mark))
        _LOG.warning("a search for mark %d failed", mark, exc_info=error)

    def fail_channel(self, channel: str, error: Exception) -> None:
        """Note and log that the photo could not be searched in a channel."""
        self.failures.append(Failure.of(error, None, channel))
        _LOG.warning("the search in channel %s failed", channel, exc_info=error)


def counting_unread(
    photos: Iterable[DescribedPhoto], unread: list[int]
) -> Iterator[DescribedPhoto]:
    """Yield described pictures; how many lines of text of each are not read joins `unread`."""
    for photo in photos:
        if (read := photo.features.get("words")) is not None:
            unread.append(unread_lines(read))
        yield photo
