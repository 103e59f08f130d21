"""Check `context`: where a candidate lies in the photo, and the words that run through it.

A mark as simple as a letter is found in every longer word. Other marks are no context: a photo may
show many, and which of two at one place counts hangs on rights, so suppression deals with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector import geometry, score_terms
from detector.records import CheckName, Floats, Measures

NAME: CheckName = "context"
SAMPLES = 24  # points along a word at which it is tested against an outline
LEAST_OVERLAP = 0.3  # of a word with an outline, as a share of the outline's shorter side


class PhotoWords(NamedTuple):
    """N words read in a photo: `frames` (N, 4) centre, height, angle; `widths`, `letters` (N,)."""

    frames: Floats
    widths: Floats
    letters: NDArray[np.int64]


def measure_context(
    quads: Floats, sizes: NDArray[np.int32], photo: geometry.Size, words: PhotoWords
) -> list[Measures]:
    """The context of each of K candidates in a photo.

    Args:
        quads: (K, 4, 2) outlines in photo pixels.
        sizes: (K, 2) widths and heights of their views in pixels.
        photo: its (width, height).
        words: those read in it. Without a word through an outline its measures are NaN.

    """
    return [
        Measures(**_outline(quad, size, photo), **_words_through(quad, words))
        for quad, size in zip(quads, sizes.tolist(), strict=True)
    ]


def _outline(quad: Floats, size: Sequence[int], photo: geometry.Size) -> dict[str, float]:
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    wide, high = float(np.hypot(*across)) / size[0], float(np.hypot(*down)) / size[1]
    extent = float(np.sqrt(abs(geometry.area(quad))))
    return {
        "extent": extent,
        "filling": extent / float(np.sqrt(photo[0] * photo[1])),
        "tilt": abs(float(np.degrees(np.arctan2(across[1], across[0])))),
        "stretch": max(wide / max(high, 1e-6), high / max(wide, 1e-6)),
        "visible": geometry.inside(quad, photo),
    }


def _words_through(quad: Floats, words: PhotoWords) -> dict[str, float]:
    """The word that covers most of an outline: its letters inside and beyond, and its height."""
    if not len(words.widths):
        return {}
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    sides = float(np.hypot(*across)), float(np.hypot(*down))
    extent = float(np.sqrt(sides[0] * sides[1]))
    inside = _shares_inside(quad, words)
    heights = words.frames[:, 2]
    covered = inside * words.widths * np.minimum(heights, extent)
    covered[inside * words.widths <= LEAST_OVERLAP * min(sides)] = 0
    best = int(covered.argmax())
    if covered[best] <= 0:
        return {}
    letters, share = float(words.letters[best]), float(inside[best])
    return {
        "letters_inside": share * letters,
        "letters_beyond": (1 - share) * letters,
        "letter_height": float(heights[best]) / extent,
    }


def _shares_inside(quad: Floats, words: PhotoWords) -> Floats:
    """(N,) the share of each word's length that lies in an outline (4, 2)."""
    x, y, _, angle = words.frames.T
    along = ((np.arange(SAMPLES) + 0.5) / SAMPLES - 0.5) * words.widths[:, None]
    points = np.stack(
        [x[:, None] + np.cos(angle)[:, None] * along, y[:, None] + np.sin(angle)[:, None] * along],
        axis=2,
    )
    inside = geometry.contains(quad, points.reshape(-1, 2).astype(np.float32))
    return np.asarray(inside.reshape(-1, SAMPLES).mean(axis=1), np.float32)


def _wording(measures: Measures) -> str:
    if measures.letters_beyond >= 1.5 and measures.letters_inside < 3:
        return "it lies inside a longer word"
    return ""


CONTEXT = score_terms.EvidenceSpec(name=NAME, wording=_wording)
