"""What the paths of a scan lead to: photos, folders, patterns, lists of paths, and manifests."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path

from detector.jobs.journal import stamp
from detector.jobs.listing_manifest import is_listing_manifest, read_listing_manifest
from detector.jobs.path_list import read_path_list
from detector.jobs.picture_folder import PictureFolder
from detector.pictures.read_submission import name_of, path_of
from detector.pictures.sources import LeftOut, as_on_disk, find_pictures
from detector.records import Listing, Submission

STDIN = Path("-")

Item = Submission | Path | Listing


@dataclass(slots=True)
class Sources:
    """What is known of the photos of a scan besides themselves; it fills while they are walked.

    `named` are the paths that the user typed or listed, `left_out` what folders held besides.
    """

    named: set[Path] = field(default_factory=set)
    left_out: LeftOut = field(default_factory=LeftOut)


def photos_of(paths: Sequence[Path], sources: Sources, pictures: PictureFolder) -> Iterable[Item]:
    """Everything that the paths lead to; addresses in manifests lead to files of `pictures`.

    Raises `UsageError` for a bad manifest before any photo is examined.
    """
    manifests = {
        path: read_listing_manifest(path, pictures) for path in paths if is_listing_manifest(path)
    }
    photos = _in_order(paths, manifests, sources)
    # So that progress can say how many there are.
    return list(photos) if sys.stderr.isatty() and STDIN not in paths else photos


def changed_since(photos: Iterable[Item], moment: datetime) -> Iterator[Item]:
    """Yield photos whose file was changed at `moment`, in local time, or later.

    What has no such time is yielded too: what is missing, fetched, or an answer already.
    """
    for item in photos:
        path = None if isinstance(item, Listing) else _path_of(item)
        changed = stamp(path) if path else None
        if changed is None or changed[1] >= moment.timestamp() * 1e9:
            yield item


def _path_of(item: Submission | Path) -> Path | None:
    return item if isinstance(item, Path) else path_of(item)


def _in_order(
    paths: Sequence[Path], manifests: Mapping[Path, list[Submission | Listing]], sources: Sources
) -> Iterator[Item]:
    """Yield the rows of manifests, and every picture that the paths between them lead to."""
    for is_listed, group in groupby(paths, manifests.__contains__):
        if not is_listed:
            yield from find_pictures(_names(group, sources.named), sources.left_out)
            continue
        for item in (row for path in group for row in manifests[path]):
            sources.named.add(Path(item.path if isinstance(item, Listing) else name_of(item)))
            yield item


def _names(paths: Iterable[Path], named: set[Path]) -> Iterator[Path]:
    """Yield the paths, those on standard input in place of "-", and note them in `named`."""
    for path in paths:
        for name in read_path_list(sys.stdin.buffer) if path == STDIN else (as_on_disk(path),):
            named.add(name)
            yield name
