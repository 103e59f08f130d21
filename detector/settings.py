"""Frozen settings of every stage. A comment says the meaning and, where there is one, 'off'."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """Limits of the guarded reader; what exceeds one is `refused`."""

    max_bytes: int = 50_000_000
    max_pixels: int = 50_000_000
    max_side: int = 30_000
    max_aspect: float = 200.0
    max_frames: int = 5  # frames spread over an animation; 1 reads only the first
    max_seconds: float = 20.0  # per file, enforced by the worker


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How views are derived from a mark's pictures."""

    side: int = 384  # longest side of a stored view in pixels
    margin: float = 0.06  # ground kept round the content, as a share of the longest side
    parts: bool = True  # split an emblem and a word that stand apart
    inverted: bool = True  # add each view with turned polarity
    mirrored: bool = True  # add the whole view flipped left to right


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a `Detector`."""

    reader: ReaderSettings = field(default_factory=ReaderSettings)
    views: ViewSettings = field(default_factory=ViewSettings)
