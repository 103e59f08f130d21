"""Derives the views that an index keeps from one picture of a mark.

A photo may show only the emblem, only the word, inverted colours, or the mark mirrored: each
becomes a view of its own of the same mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry
from detector.pictures.codes import without_codes
from detector.records import Matrix, Part, Pixels, View
from detector.settings import ViewSettings

Mask = NDArray[np.bool_]
Plane = TypeVar("Plane", np.uint8, np.int16)

VISIBLE_CONTRAST = 8  # grey levels by which even a pale drawing differs from its background
SPECK_AREA = 1e-4  # share of the picture: dust and scanner dirt cover less
BACKGROUND_TOLERANCE = 28  # grey levels: JPEG noise on a flat background stays below, marks above
UNIFORM_SHARE = 0.8  # least share of the border that has the colour of a uniform background
HAIRLINE = 0.012  # of the longest side: frames of scans and web pictures
MIN_GAP = 0.025  # of the longest side: letters stand closer, an emblem and its word do not
GAP_DOMINANCE = 1.6  # least ratio of the gap beside an emblem to the gaps between letters
MIN_PART = (0.25, 0.08)  # longest and shortest side of a part, as shares of the whole's longest
WORD_ASPECT = 2.0  # a part wider than this is a word, not an emblem


@dataclass(frozen=True, slots=True, eq=False)
class _Foreground:
    """A mark separated from its background, an RGB colour; `content` is True on the mark."""

    pixels: Pixels
    content: Mask
    background: Pixels
    flat: bool


def derive_views(
    mark: str, source: str, pixels: Pixels, settings: ViewSettings | None = None
) -> tuple[View, ...]:
    """Derive all views from one source picture of a mark.

    Args:
        mark: id of the mark.
        source: name of the source picture, kept in the view.
        pixels: (H, W, 3) RGB or (H, W, 4) RGBA uint8, straight alpha.
        settings: sizes and which derivations to make.

    Returns:
        The whole first, then its parts, then inverted and mirrored variants. A picture without a
        flat background (a pack shot, a pattern) gives only the whole and its mirror image. QR and
        bar codes are painted over: they are no sign of anybody.

    """
    settings = settings or ViewSettings()
    foreground = _find_foreground(without_codes(pixels))
    whole = _view(mark, source, foreground, "whole", settings)
    originals = [whole]
    if settings.parts and foreground.flat:
        parts = _split_parts(foreground)
        originals += [_view(mark, source, part, name, settings) for part, name in parts]
    views = list(originals)
    if settings.inverted and foreground.flat:
        views += [replace(v, pixels=255 - v.pixels, inverted=True) for v in originals]
    if settings.mirrored:
        views.append(mirror(whole))
    return tuple(views)


def framed_whole(pixels: Pixels, settings: ViewSettings | None = None) -> tuple[View, Matrix]:
    """The whole view of a picture (H, W, 3), and the map (3, 3) from its pixels to the picture's.

    The view is as `derive_views` gives it first, without a mark.
    """
    settings = settings or ViewSettings()
    foreground = _find_foreground(pixels)
    view = _view("", "", foreground, "whole", settings)
    x0, y0, x1, y1 = _bounding_box(foreground.content)
    pad = round(max(x1 - x0, y1 - y0) * settings.margin) if foreground.flat else 0
    cropped = (pixels.shape[1] - foreground.pixels.shape[1]) / 2  # a hairline frame
    height, width = view.pixels.shape[:2]
    zoom = geometry.zoom((x1 - x0 + 2 * pad) / width, (y1 - y0 + 2 * pad) / height)
    return view, geometry.shift(x0 - pad + cropped, y0 - pad + cropped) @ zoom


def is_blank(pixels: Pixels) -> bool:
    """Whether a picture has one colour, except for a hairline frame and dust.

    `pixels` are (H, W, 3) RGB or (H, W, 4) RGBA uint8, straight alpha.
    """
    return bool((_visible_contrast(pixels) > 0).mean() < SPECK_AREA)


def find_content(pixels: Pixels) -> Mask | None:
    """Where the mark is, (H, W) bool; None where the background is not uniform.

    `pixels` are as for `is_blank`. The mask lacks a hairline frame of the picture.
    """
    foreground = _find_foreground(pixels)
    if not foreground.flat:
        return None
    missing = (pixels.shape[0] - len(foreground.content)) // 2
    return np.pad(foreground.content, missing)


def content_box(pixels: Pixels) -> tuple[float, float, float, float]:
    """The box of all that is drawn, as shares of width and height; the whole where nothing is.

    Left, top, right, bottom. `pixels` are as for `is_blank`, of a drawing: without dust.
    """
    if pixels.shape[2] == 4 and (pixels[..., 3] < 128).any():
        drawn = pixels[..., 3] > 0
    else:
        rgb = pixels[..., :3]
        drawn = _colour_distance(rgb, _border_colour(rgb)) > VISIBLE_CONTRAST
    if not drawn.any():
        return 0.0, 0.0, 1.0, 1.0
    height, width = drawn.shape
    x0, y0, x1, y1 = _bounding_box(drawn)
    return x0 / width, y0 / height, x1 / width, y1 / height


def mean_contrast(pixels: Pixels) -> float:
    """How much is drawn: the mean difference from the border's colour, in grey levels.

    `pixels` are as for `is_blank`; differences that cannot be seen count as none.
    """
    return float(_visible_contrast(pixels).mean())


def mirror(view: View) -> View:
    """Flip a view left to right."""
    return replace(
        view,
        pixels=np.ascontiguousarray(view.pixels[:, ::-1]),
        content=np.ascontiguousarray(view.content[:, ::-1]),
        mirrored=not view.mirrored,
    )


def _find_foreground(pixels: Pixels) -> _Foreground:
    if pixels.shape[2] == 4 and (pixels[..., 3] < 128).any():
        return _foreground_of_alpha(pixels)
    rgb = _without_hairline(np.ascontiguousarray(pixels[..., :3]))
    background = _border_colour(rgb)
    flat = _border_uniformity(rgb) >= UNIFORM_SHARE
    differs = _colour_distance(rgb, background) > BACKGROUND_TOLERANCE
    content = _without_specks(differs) if flat else np.ones(differs.shape, bool)
    if not content.any():
        content, flat = np.ones(differs.shape, bool), False
    return _Foreground(rgb, content, background, flat)


def _without_hairline(rgb: Pixels) -> Pixels:
    """Crop a hairline frame, which is not part of the mark, where the background inside is flat."""
    inset = max(1, round(HAIRLINE * max(rgb.shape[:2])))
    if min(rgb.shape[:2]) < 8 * inset:
        return rgb
    inner = np.ascontiguousarray(rgb[inset:-inset, inset:-inset])
    return inner if _border_uniformity(inner) > max(UNIFORM_SHARE, _border_uniformity(rgb)) else rgb


def _border_uniformity(rgb: Pixels) -> float:
    """The share of the border that has the border's median colour."""
    border = np.stack([_border(rgb[..., channel]) for channel in range(3)], axis=1)
    differs = _colour_distance(border, _border_colour(rgb))
    return float((differs <= BACKGROUND_TOLERANCE).mean())


def _foreground_of_alpha(pixels: Pixels) -> _Foreground:
    alpha = pixels[..., 3:].astype(np.float32) / 255
    content = alpha[..., 0] > 0.5
    if not content.any():
        content = np.ones_like(content)
    light = float(pixels[..., :3][content].mean()) > 200
    background = np.full(3, 64 if light else 255, np.uint8)
    rgb = np.round(pixels[..., :3] * alpha + background * (1 - alpha)).astype(np.uint8)
    return _Foreground(rgb, content, background, flat=True)


def _border(plane: NDArray[Plane]) -> NDArray[Plane]:
    strips = (plane[:2], plane[-2:], plane[:, :2], plane[:, -2:])
    return np.concatenate([strip.ravel() for strip in strips])


def _border_colour(rgb: Pixels) -> Pixels:
    return np.array([np.median(_border(rgb[..., c])) for c in range(3)]).astype(np.uint8)


def _colour_distance(rgb: Pixels, colour: Pixels) -> NDArray[np.int16]:
    """The difference (...) of colours (..., 3) from one, in the channel where it is largest."""
    red, green, blue = np.moveaxis(np.abs(rgb.astype(np.int16) - colour.astype(np.int16)), -1, 0)
    return np.asarray(np.maximum(np.maximum(red, green), blue), np.int16)


def _visible_contrast(pixels: Pixels) -> NDArray[np.int16]:
    """The difference of every pixel from the border's colour, 0 where it cannot be seen."""
    picture = _find_foreground(pixels).pixels
    distance = _colour_distance(picture, _border_colour(picture))
    return np.where(distance > VISIBLE_CONTRAST, distance, np.int16(0))


def _without_specks(mask: Mask) -> Mask:
    """Remove small components: dust, scanner dirt and a tiny (R) sign."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    is_kept = stats[:, cv2.CC_STAT_AREA] >= SPECK_AREA * mask.size
    is_kept[0] = False
    return np.asarray(is_kept[labels]) if count > 1 else mask


def _bounding_box(mask: Mask) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _view(
    mark: str, source: str, foreground: _Foreground, part: Part, settings: ViewSettings
) -> View:
    """Crop to the content, pad with background, resize to the stored size."""
    x0, y0, x1, y1 = _bounding_box(foreground.content)
    pad = round(max(x1 - x0, y1 - y0) * settings.margin) if foreground.flat else 0
    pixels = foreground.pixels
    if part != "whole":
        pixels = np.where(foreground.content[..., None], pixels, foreground.background)
    background = [int(level) for level in foreground.background]
    padded = cv2.copyMakeBorder(
        pixels[y0:y1, x0:x1], *(pad,) * 4, cv2.BORDER_CONSTANT, value=background
    )
    content = np.pad(foreground.content[y0:y1, x0:x1], pad)
    scale = settings.side / max(content.shape)
    size = (max(2, round(content.shape[1] * scale)), max(2, round(content.shape[0] * scale)))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(content.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    resized = np.asarray(cv2.resize(padded, size, interpolation=interpolation), np.uint8)
    return View(mark, source, resized, np.asarray(small > 0), part)


def _split_parts(foreground: _Foreground) -> Iterator[tuple[_Foreground, Part]]:
    """The two sides of the widest empty gap, where both are large enough to be recognised."""
    x0, y0, x1, y1 = _bounding_box(foreground.content)
    inner = foreground.content[y0:y1, x0:x1]
    gap = _widest_gap(inner)
    if gap is None:
        return
    axis, start, stop = gap
    sides = [np.zeros_like(foreground.content), np.zeros_like(foreground.content)]
    for side, span in zip(sides, (slice(0, start), slice(stop, None)), strict=True):
        where = (span, slice(None)) if axis == 0 else (slice(None), span)
        side[y0:y1, x0:x1][where] = inner[where]
    if not all(_is_large_enough(side, max(inner.shape)) for side in sides):
        return
    for side in sides:
        yield replace(foreground, content=side), _part_name(side)


def _is_large_enough(side: Mask, whole: int) -> bool:
    if not side.any():
        return False
    x0, y0, x1, y1 = _bounding_box(side)
    width, height = x1 - x0, y1 - y0
    return max(width, height) > MIN_PART[0] * whole and min(width, height) > MIN_PART[1] * whole


def _part_name(side: Mask) -> Part:
    x0, y0, x1, y1 = _bounding_box(side)
    return "word" if x1 - x0 > WORD_ASPECT * (y1 - y0) else "emblem"


def _widest_gap(inner: Mask) -> tuple[int, int, int] | None:
    """The gap that separates two parts as (axis, start, stop), or None.

    Between rows any gap that is wide enough separates. Between columns letters have gaps too, so
    the gap must clearly exceed the next widest.
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
    """The runs of False in a 1-D profile as (start, stop)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[1], profile.astype(np.int8), [1]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
