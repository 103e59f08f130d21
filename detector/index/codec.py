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

from detector.records import Mark, Pixels, Rights


def mark_to_line(mark: Mark, sources: Sequence[str]) -> bytes:
    """One JSON line (ASCII, no line break) of a mark and the sources of its views, in order."""
    record = {**asdict(mark), "sources": list(sources)}
    until = mark.rights.valid_until
    record["rights"]["valid_until"] = until and until.isoformat()
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()


def mark_from_line(line: bytes) -> tuple[Mark, tuple[str, ...]]:
    """Inverse of `mark_to_line`.

    Any other line raises AttributeError, KeyError, TypeError or ValueError.
    """
    record: dict[str, Any] = json.loads(line)
    sources, rights = tuple(record.pop("sources")), record.pop("rights")
    until = rights.pop("valid_until")
    lists = {name: tuple(value) for name, value in rights.items() if isinstance(value, list)}
    kept = Rights(**{**rights, **lists}, valid_until=until and date.fromisoformat(until))
    return Mark(**{**record, "words": tuple(record["words"])}, rights=kept), sources


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
