"""Photos that are byte for byte the same are one photo, or they would count twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from detector.evaluation.records import LabelledPhoto, Unusable


def merge_copies(photos: Iterable[LabelledPhoto]) -> tuple[list[LabelledPhoto], list[Unusable]]:
    """Merge pictures with the same bytes into one, with the labels of all its copies."""
    given = list(photos)
    sizes = Counter(photo.path.stat().st_size for photo in given)
    firsts: dict[str, LabelledPhoto] = {}
    copies = []
    for photo in given:
        single = sizes[photo.path.stat().st_size] == 1
        key = str(photo.path) if single else _digest(photo.path)
        first = firsts.setdefault(key, photo)
        if first is not photo:
            truths = tuple(dict.fromkeys((*first.truths, *photo.truths)))
            firsts[key] = replace(first, truths=truths)
            reason = f"duplicate image: the same bytes as {str(first.path)!r}, which has its labels"
            copies.append(Unusable(str(photo.path), reason))
    return list(firsts.values()), copies


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
