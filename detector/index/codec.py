"""How marks and view pictures are written in a segment: JSON lines and lossless PNG."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.records import Mark, Pixels


def mark_to_line(mark: Mark, sources: Sequence[str]) -> bytes:
    """One JSON line (ASCII, no line break) of a mark and the sources of its views, in order."""
    record = {**asdict(mark), "sources": list(sources)}
    if not mark.words:  # as it was written before marks had words, so that nothing seems changed
        del record["words"]
    if mark.valid_until is not None:
        record["valid_until"] = mark.valid_until.isoformat()
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()


def mark_from_line(line: bytes) -> tuple[Mark, tuple[str, ...]]:
    """Inverse of `mark_to_line`.

    Any other line raises AttributeError, KeyError, TypeError or ValueError.
    """
    record: dict[str, Any] = json.loads(line)
    sources = tuple(record.pop("sources"))
    until = record.pop("valid_until")
    for name in ("nice_classes", "vienna_codes", "authorised_sellers"):
        record[name] = tuple(record[name])
    record["words"] = tuple(record.get("words", ()))
    return Mark(**record, valid_until=until and date.fromisoformat(until)), sources


def picture_to_png(pixels: Pixels, content: NDArray[np.bool_]) -> bytes:
    """PNG of `pixels` (H, W, 3) uint8 RGB whose alpha is 255 where `content` (H, W) is True."""
    from PIL import Image

    alpha = np.where(content, np.uint8(255), np.uint8(0))
    file = io.BytesIO()
    Image.fromarray(np.dstack([pixels, alpha])).save(file, "PNG")
    return file.getvalue()


def picture_from_png(data: bytes, width: int, height: int) -> tuple[Pixels, NDArray[np.bool_]]:
    """Inverse of `picture_to_png`. Raises OSError, SyntaxError or ValueError on damaged data."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
        # The size is compared before the pixels are unpacked: a damaged header costs no memory.
        if picture.size != (width, height) or picture.mode != "RGBA":
            raise ValueError("not the picture that was stored")
        plane = np.asarray(picture)
    return np.ascontiguousarray(plane[..., :3]), plane[..., 3] > 0
