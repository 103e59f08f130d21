"""From one picture of a mark to the views an index keeps.

A photo may show only the emblem, only the word, the colours turned, or the mark mirrored: each
becomes a view of its own that points to the same mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.records import Part, Pixels, View
from detector.settings import ViewSettings

Mask = NDArray[np.bool_]
Plane = TypeVar("Plane", np.uint8, np.int16)

VISIBLE = 8  # grey levels by which even a pale drawing stands out from its ground
SPECKS = 1e-4  # of the picture: dust and scanner dirt cover less
GROUND_TOLERANCE = 28  # grey levels: JPEG noise round a flat ground stays below, marks above
UNIFORM_SHARE = 0.8  # of the border that must have one colour to call the ground uniform
FRAME = 0.012  # of the longest side: hairlines that scans and web pictures have round them
MIN_GAP = 0.025  # of the longest side: letters stand closer, an emblem and its word do not
GAP_DOMINANCE = 1.6  # a column gap between words and emblem exceeds gaps between letters by this
MIN_PART = (0.25, 0.08)  # longest and shortest side of a part, as shares of the whole's longest
WORD_ASPECT = 2.0  # wider than this is read as a word rather than an emblem


@dataclass(frozen=True, slots=True, eq=False)
class _Cutout:
    """A mark cut from its ground: `content` is True on the mark, `ground` an RGB colour."""

    pixels: Pixels
    content: Mask
    ground: Pixels
    flat: bool


def derive_views(
    mark: str, source: str, pixels: Pixels, settings: ViewSettings | None = None
) -> tuple[View, ...]:
    """All views of one source picture of a mark.

    Args:
        mark: id of the mark.
        source: name of the source picture, kept in the view.
        pixels: (H, W, 3) RGB or (H, W, 4) RGBA uint8, straight alpha.
        settings: sizes and which derivations to make.

    Returns:
        The whole first, then its parts, then turned and mirrored variants. A picture without a
        flat ground (a pack shot, a pattern) gives only the whole and its mirror image.

    """
    settings = settings or ViewSettings()
    cut = _cut_out(pixels)
    whole = _view(mark, source, cut, "whole", settings)
    plain = [whole]
    if settings.parts and cut.flat:
        plain += [_view(mark, source, part, name, settings) for part, name in _parts(cut)]
    views = list(plain)
    if settings.inverted and cut.flat:
        views += [replace(v, pixels=255 - v.pixels, inverted=True) for v in plain]
    if settings.mirrored:
        views.append(mirror(whole))
    return tuple(views)


def is_blank(pixels: Pixels) -> bool:
    """Whether nothing is drawn in a picture: a hairline round it and dust apart, it has one colour.

    `pixels` are (H, W, 3) RGB or (H, W, 4) RGBA uint8, straight alpha.
    """
    shown = _cut_out(pixels).pixels
    drawn = _distance(shown, _border_colour(shown)) > VISIBLE
    return bool(drawn.mean() < SPECKS)


def mirror(view: View) -> View:
    """The view flipped left to right."""
    return replace(
        view,
        pixels=np.ascontiguousarray(view.pixels[:, ::-1]),
        content=np.ascontiguousarray(view.content[:, ::-1]),
        mirrored=not view.mirrored,
    )


def _cut_out(pixels: Pixels) -> _Cutout:
    if pixels.shape[2] == 4 and (pixels[..., 3] < 128).any():
        return _cut_by_alpha(pixels)
    rgb = _without_frame(np.ascontiguousarray(pixels[..., :3]))
    ground = _border_colour(rgb)
    flat = _flatness(rgb) >= UNIFORM_SHARE
    away = _distance(rgb, ground) > GROUND_TOLERANCE
    content = _without_specks(away) if flat else np.ones(away.shape, bool)
    if not content.any():
        content, flat = np.ones(away.shape, bool), False
    return _Cutout(rgb, content, ground, flat)


def _without_frame(rgb: Pixels) -> Pixels:
    """A hairline round the picture is not the mark: cut it off where a flat ground lies inside."""
    inset = max(1, round(FRAME * max(rgb.shape[:2])))
    if min(rgb.shape[:2]) < 8 * inset:
        return rgb
    inner = np.ascontiguousarray(rgb[inset:-inset, inset:-inset])
    return inner if _flatness(inner) > max(UNIFORM_SHARE, _flatness(rgb)) else rgb


def _flatness(rgb: Pixels) -> float:
    """Share of the border that has the border's median colour."""
    away = _border(_distance(rgb, _border_colour(rgb)))
    return float((away <= GROUND_TOLERANCE).mean())


def _cut_by_alpha(pixels: Pixels) -> _Cutout:
    alpha = pixels[..., 3:].astype(np.float32) / 255
    content = alpha[..., 0] > 0.5
    if not content.any():
        content = np.ones_like(content)
    light = float(pixels[..., :3][content].mean()) > 200
    ground = np.full(3, 64 if light else 255, np.uint8)
    rgb = np.round(pixels[..., :3] * alpha + ground * (1 - alpha)).astype(np.uint8)
    return _Cutout(rgb, content, ground, flat=True)


def _border(plane: NDArray[Plane]) -> NDArray[Plane]:
    strips = (plane[:2], plane[-2:], plane[:, :2], plane[:, -2:])
    return np.concatenate([strip.ravel() for strip in strips])


def _border_colour(rgb: Pixels) -> Pixels:
    return np.array([np.median(_border(rgb[..., c])) for c in range(3)]).astype(np.uint8)


def _distance(rgb: Pixels, colour: Pixels) -> NDArray[np.int16]:
    apart = np.abs(rgb.astype(np.int16) - colour.astype(np.int16))
    return np.asarray(apart.max(axis=2), np.int16)


def _without_specks(mask: Mask) -> Mask:
    """Dust, scanner dirt and a tiny (R) sign do not widen the content."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    keep = stats[:, cv2.CC_STAT_AREA] >= SPECKS * mask.size
    keep[0] = False
    return np.asarray(keep[labels]) if count > 1 else mask


def _bounds(mask: Mask) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _view(mark: str, source: str, cut: _Cutout, part: Part, settings: ViewSettings) -> View:
    """Trim to the content, lay a margin of ground round it, bring to the stored size."""
    x0, y0, x1, y1 = _bounds(cut.content)
    longest = max(x1 - x0, y1 - y0)
    pad = round(longest * settings.margin) if cut.flat else 0
    shown = (
        np.where(cut.content[..., None], cut.pixels, cut.ground)
        if part != "whole"
        else (cut.pixels)
    )
    pixels = cv2.copyMakeBorder(
        shown[y0:y1, x0:x1],
        pad,
        pad,
        pad,
        pad,
        cv2.BORDER_CONSTANT,
        value=[int(c) for c in cut.ground],
    )
    content = np.pad(cut.content[y0:y1, x0:x1], pad)
    scale = settings.side / max(content.shape)
    size = (max(2, round(content.shape[1] * scale)), max(2, round(content.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(content.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    shrunk = np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8)
    return View(mark, source, shrunk, np.asarray(small > 0), part)


def _parts(cut: _Cutout) -> Iterator[tuple[_Cutout, Part]]:
    """The two sides of the widest empty gap, where both are big enough to be recognised."""
    x0, y0, x1, y1 = _bounds(cut.content)
    inner = cut.content[y0:y1, x0:x1]
    gap = _widest_gap(inner)
    if gap is None:
        return
    axis, start, stop = gap
    sides = [np.zeros_like(cut.content), np.zeros_like(cut.content)]
    for side, span in zip(sides, (slice(0, start), slice(stop, None)), strict=True):
        where = (span, slice(None)) if axis == 0 else (slice(None), span)
        side[y0:y1, x0:x1][where] = inner[where]
    if not all(_big_enough(side, max(inner.shape)) for side in sides):
        return
    for side in sides:
        yield replace(cut, content=side), _part_name(side)


def _big_enough(side: Mask, whole: int) -> bool:
    if not side.any():
        return False
    x0, y0, x1, y1 = _bounds(side)
    width, height = x1 - x0, y1 - y0
    return max(width, height) > MIN_PART[0] * whole and min(width, height) > MIN_PART[1] * whole


def _part_name(side: Mask) -> Part:
    x0, y0, x1, y1 = _bounds(side)
    return "word" if x1 - x0 > WORD_ASPECT * (y1 - y0) else "emblem"


def _widest_gap(inner: Mask) -> tuple[int, int, int] | None:
    """(axis, start, stop) of the gap that separates two parts, or None.

    Rows: any gap wide enough separates. Columns: letters stand apart too, so the gap must clearly
    exceed the next widest.
    """
    best: tuple[int, int, int] | None = None
    for axis in (0, 1):
        gaps = sorted(_gaps(np.asarray(inner.any(axis=1 - axis))), key=lambda g: g[0] - g[1])
        if not gaps or gaps[0][1] - gaps[0][0] < MIN_GAP * max(inner.shape):
            continue
        widths = [stop - start for start, stop in gaps]
        if axis == 1 and len(widths) > 1 and widths[0] < GAP_DOMINANCE * widths[1]:
            continue
        if best is None or widths[0] > best[2] - best[1]:
            best = (axis, *gaps[0])
    return best


def _gaps(profile: Mask) -> list[tuple[int, int]]:
    """Runs of False in a 1-D profile as (start, stop)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[1], profile.astype(np.int8), [1]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
