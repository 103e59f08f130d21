"""Permanent ids of marks and views, and the derivation of views from others."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detector.records import Pixels, View


def permanent_id(*names: str | int) -> int:
    """Hash names to a number of 63 bits, which fits a signed 64-bit integer.

    It is the first eight bytes of the SHA-256 of the names as a JSON list, without the lowest bit.
    For a mark the only name is its text id.
    """
    digest = hashlib.sha256(json.dumps(names).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def view_ids(views: Sequence[View]) -> list[int]:
    """The permanent id of each view of one mark.

    It depends on mark, source, part, flags and pixels of the view. Equal views (two like halves of
    an emblem) have different ids, by their order.
    """
    seen: Counter[tuple[str | int, ...]] = Counter()
    ids = []
    for view in views:
        names = (view.mark, view.source, view.part, view.inverted, view.mirrored, _digest(view))
        ids.append(permanent_id(*names, seen[names]))
        seen[names] += 1
    return ids


def base_rows(views: Sequence[View]) -> list[int]:
    """For each view of a mark the row of the view that it is derived from, or its own.

    A view counts as derived only where `derive` reproduces it exactly.
    """
    given = [row for row, view in enumerate(views) if not (view.inverted or view.mirrored)]
    return [
        next((base for base in given if base < row and _is_derived(view, views[base])), row)
        for row, view in enumerate(views)
    ]


def derive(
    pixels: Pixels, content: NDArray[np.bool_], *, inverted: bool, mirrored: bool
) -> tuple[Pixels, NDArray[np.bool_]]:
    """Derive the pixels (H, W, 3) and content (H, W) of a view from those of its base.

    `inverted` replaces every colour c by 255 - c, `mirrored` flips left to right.
    """
    if inverted:
        pixels = 255 - pixels
    if mirrored:
        pixels, content = pixels[:, ::-1], content[:, ::-1]
    return np.ascontiguousarray(pixels), np.ascontiguousarray(content)


def _is_derived(view: View, base: View) -> bool:
    if not (view.inverted or view.mirrored) or view.pixels.shape != base.pixels.shape:
        return False
    if (view.source, view.part) != (base.source, base.part):
        return False
    pixels, content = derive(
        base.pixels, base.content, inverted=view.inverted, mirrored=view.mirrored
    )
    return np.array_equal(pixels, view.pixels) and np.array_equal(content, view.content)


def _digest(view: View) -> str:
    """SHA-256 in hex of a view's shape, pixels and content."""
    digest = hashlib.sha256(repr(view.content.shape).encode())
    digest.update(view.pixels.tobytes() + view.content.tobytes())
    return digest.hexdigest()
