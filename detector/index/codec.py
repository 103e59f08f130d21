"""How marks and view pictures are written: JSON lines and lossless WebP."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.errors import IndexVersion
from detector.records import Mark, Pixels, Rights

NEWER = "was written by a newer version of this program"
UPDATE = "Use the newer version."


def mark_to_line(mark: Mark) -> bytes:
    """One JSON line (ASCII, no line break) of a mark and the rights in it."""
    record = asdict(mark)
    until = mark.rights.valid_until
    record["rights"]["valid_until"] = until and until.isoformat()
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()


def mark_from_line(line: bytes) -> Mark:
    """Inverse of `mark_to_line`; a field that the line lacks has its default.

    Raises `IndexVersion` for a field that is not known here, and AttributeError, KeyError,
    TypeError or ValueError for any other line.
    """
    record = _known(json.loads(line), Mark)
    rights = _known(record.pop("rights", {}), Rights)
    until = rights.pop("valid_until", None)
    kept = Rights(**rights, valid_until=until and date.fromisoformat(until))
    return Mark(**record, rights=kept)


def sources_to_line(sources: Sequence[str]) -> bytes:
    """One JSON line of the names of a mark's source pictures."""
    return json.dumps(list(sources), separators=(",", ":")).encode()


def sources_from_line(line: bytes) -> list[str]:
    """Inverse of `sources_to_line`. Raises TypeError or ValueError for any other line."""
    return [str(name) for name in json.loads(line)]


def picture_to_bytes(pixels: Pixels, content: NDArray[np.bool_]) -> bytes:
    """WebP of `pixels` (H, W, 3) uint8 RGB whose alpha is 255 where `content` (H, W) is True.

    Nothing is lost, not even colours where alpha is 0.
    """
    from PIL import Image

    alpha = np.where(content, np.uint8(255), np.uint8(0))
    file = io.BytesIO()
    Image.fromarray(np.dstack([pixels, alpha])).save(file, "WEBP", lossless=True, exact=True)
    return file.getvalue()


def picture_from_bytes(data: bytes, size: tuple[int, int]) -> tuple[Pixels, NDArray[np.bool_]]:
    """Inverse of `picture_to_bytes`; `size` is the width and height that it should have.

    Raises OSError, SyntaxError or ValueError on damaged data.
    """
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=["WEBP"]) as picture:
        # The size is compared before the pixels are unpacked: a damaged header costs no memory.
        if picture.size != size or picture.mode not in ("RGB", "RGBA"):
            raise ValueError("not the picture that was stored")
        plane = np.asarray(picture.convert("RGBA"))
    return np.ascontiguousarray(plane[..., :3]), plane[..., 3] > 0


def _known(record: dict[str, Any], kind: type[Mark] | type[Rights]) -> dict[str, Any]:
    """The fields of a record, lists as tuples. Raises `IndexVersion` for an unknown one."""
    unknown = sorted(record.keys() - {field.name for field in fields(kind)})
    if unknown:
        raise IndexVersion(
            f"the mark has the field {', '.join(unknown)}: it {NEWER}", remedy=UPDATE
        )
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in record.items()
    }
