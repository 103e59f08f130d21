"""What an import brings: entries, checked and packed before they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import get_args

import numpy as np

from detector.errors import UsageError
from detector.index.codec import mark_to_line, picture_to_png
from detector.index.manifest import CHANNEL_NAME, Channel
from detector.records import Features, Mark, Part, View

PARTS: tuple[Part, ...] = get_args(Part)
VIEW_INFO = np.dtype(
    [
        ("mark", "<i4"),
        ("part", "u1"),
        ("inverted", "?"),
        ("mirrored", "?"),
        ("width", "<i4"),
        ("height", "<i4"),
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One mark to import with its views and, for each view, its features by channel name."""

    mark: Mark
    views: tuple[View, ...]
    features: tuple[dict[str, Features], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """An entry ready to be written. `size` is what it takes in memory, in bytes."""

    id: str
    line: bytes
    digest: bytes
    info: tuple[tuple[int, bool, bool, int, int], ...]
    pictures: tuple[bytes, ...]
    features: tuple[dict[str, Features], ...]
    size: int


def pack(entry: Entry) -> Packed:
    """Check and pack one entry. Raises `UsageError` when its arrays are not as records.py says."""
    _check(entry)
    line = mark_to_line(entry.mark, [view.source for view in entry.views])
    pictures = tuple(picture_to_png(view.pixels, view.content) for view in entry.views)
    arrays = sum(_bytes(one) for view in entry.features for one in view.values())
    return Packed(
        id=entry.mark.id,
        line=line,
        digest=_digest(line, entry),
        info=tuple(_info(view) for view in entry.views),
        pictures=pictures,
        features=entry.features,
        size=len(line) + arrays + sum(map(len, pictures)),
    )


def channels_of(features: Iterable[Mapping[str, Features]]) -> dict[str, Channel]:
    """Which channels occur and what their descriptors are.

    Raises `UsageError` when two views disagree: an empty `Features` too has its dtype and width.
    """
    found: dict[str, Channel] = {}
    for view in features:
        for name, one in view.items():
            channel = Channel(one.descriptors.dtype.name, one.descriptors.shape[1])
            if found.setdefault(name, channel) != channel:
                raise UsageError(f"channel {name} gives both {found[name]} and {channel}")
    return found


def _check(entry: Entry) -> None:
    place = f"mark {entry.mark.id}"
    if len(entry.views) != len(entry.features):
        raise UsageError("has not one set of features for each view", place=place)
    for view in entry.views:
        height, width = view.content.shape
        good = view.pixels.dtype == np.uint8 and view.content.dtype == np.bool_
        if view.mark != entry.mark.id or not height * width:
            raise UsageError("has an empty view or a view of another mark", place=place)
        if not good or view.pixels.shape != (height, width, 3):
            raise UsageError("has a view that is not RGB with a mask", place=place)
    for name, one in ((name, one) for view in entry.features for name, one in view.items()):
        if not CHANNEL_NAME.fullmatch(name):
            raise UsageError(f"has a channel with a bad name {name!r}", place=place)
        if not _is_sound(one):
            raise UsageError(f"has wrong arrays in channel {name}", place=place)


def _is_sound(one: Features) -> bool:
    """Whether shapes and dtypes are those that records.py promises."""
    rows = len(one.frames)
    shapes = one.frames.shape == (rows, 4) and one.labels.shape == (rows,)
    dtypes = one.frames.dtype == np.float32 and one.labels.dtype == np.int16
    known = one.descriptors.dtype in (np.uint8, np.float16) and one.descriptors.ndim == 2
    return shapes and dtypes and known and len(one.descriptors) == rows


def _bytes(one: Features) -> int:
    return one.frames.nbytes + one.descriptors.nbytes + one.labels.nbytes


def _info(view: View) -> tuple[int, bool, bool, int, int]:
    height, width = view.content.shape
    return PARTS.index(view.part), view.inverted, view.mirrored, width, height


def _digest(line: bytes, entry: Entry) -> bytes:
    """SHA-256 of all that an entry says, whatever the compression of its pictures."""
    digest = sha256(line)
    for view, channels in zip(entry.views, entry.features, strict=True):
        digest.update(repr((_info(view), sorted(channels))).encode())
        digest.update(view.pixels.tobytes() + view.content.tobytes())
        for _, one in sorted(channels.items()):
            for array in (one.frames, one.descriptors, one.labels):
                digest.update(repr((array.dtype.str, array.shape)).encode())
                digest.update(array.tobytes())
    return digest.digest()
