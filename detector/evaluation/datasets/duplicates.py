"""Photos that are byte for byte the same are one photo, or they would count twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from detector.evaluation.datasets.files import digest_of
from detector.evaluation.records import LabelledPhoto, Unusable


def merge_copies(
    photos: Iterable[LabelledPhoto], doubtful: Iterable[Path] = ()
) -> tuple[list[LabelledPhoto], list[Unusable]]:
    """Merge pictures with the same bytes into one, with the labels of all its copies.

    The same bytes are never both marked and clean: where copies are, or where a clean photo is a
    copy of a `doubtful` one that was left out, none is kept. The second result is what is left out.
    """
    given, doubtful = list(photos), list(doubtful)
    paths = [*(photo.path for photo in given), *doubtful]
    sizes = Counter(path.stat().st_size for path in paths)
    digests = {path: _key(path, sizes) for path in paths}
    seen = {digests[path]: path for path in doubtful}
    marked = {digests[photo.path] for photo in given if photo.truths}
    clean = {digests[photo.path] for photo in given if not photo.truths}
    firsts: dict[str, LabelledPhoto] = {}
    left_out = []
    for photo in given:
        key = digests[photo.path]
        if key in marked and key in clean:
            reason = "left out: declared to show no mark, and labelled, perhaps as another file"
        elif not photo.truths and key in seen:
            reason = f"left out: the same bytes as {str(seen[key])!r}, which is left out"
        elif (first := firsts.setdefault(key, photo)) is not photo:
            firsts[key] = _merged(first, photo)
            reason = f"duplicate image: the same bytes as {str(first.path)!r}, which has its labels"
        else:
            continue
        left_out.append(Unusable(str(photo.path), reason))
    return list(firsts.values()), left_out


def leave_out_copies(
    photos: Sequence[LabelledPhoto], others: Iterable[LabelledPhoto]
) -> tuple[list[LabelledPhoto], list[Unusable]]:
    """Leave out the photos with the same bytes as one of `others`, and tell them."""
    others = list(others)
    sizes = Counter(photo.path.stat().st_size for photo in (*photos, *others))
    known = {_key(photo.path, sizes): photo.path for photo in others}
    keys = [_key(photo.path, sizes) for photo in photos]
    kept = [photo for photo, key in zip(photos, keys, strict=True) if key not in known]
    copies = [
        Unusable(str(photo.path), f"duplicate image: the same bytes as {str(known[key])!r}")
        for photo, key in zip(photos, keys, strict=True)
        if key in known
    ]
    return kept, copies


def _merged(first: LabelledPhoto, other: LabelledPhoto) -> LabelledPhoto:
    truths = tuple(dict.fromkeys((*first.truths, *other.truths)))
    return replace(
        first, truths=truths, ignored=tuple(dict.fromkeys((*first.ignored, *other.ignored)))
    )


def _key(path: Path, sizes: Counter[int]) -> str:
    """What two pictures have in common only if their bytes are the same."""
    single = sizes[path.stat().st_size] == 1
    return str(path) if single else digest_of(path) or str(path)
