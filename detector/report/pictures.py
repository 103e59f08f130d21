"""Proof pictures: what a finding rests on, small enough to travel inside the report.

Every picture becomes a `Plate`, a WebP data URI. Photo and view coordinates are those of the
records: x, y with the centre of the first pixel at (0.5, 0.5).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.geometry import pyramid, quad_of, warp
from detector.records import Evidence, Finding, Floats, Matrix, Pixels, View

PHOTO_SIDE = 900
CROP_SIDE = 460
VIEW_SIDE = 360
EDGES_SIDE = 720
MATCHED_SIDE = 320
MOST_LINES = 30
FURTHEST = 1e6  # photo pixels; an outline that reaches further is no outline

_MARK_COLOUR = (229, 0, 109)
_LINE_COLOUR = (0, 166, 214)
_MAT_COLOUR = (241, 239, 235)


@dataclass(frozen=True, slots=True)
class Plate:
    """A picture inside the page: its data URI and its size in pixels."""

    uri: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """The pictures that prove one finding.

    `reference` is the view, `crop` the photo round the finding with `outline` (4, 2) float32 in
    units of the crop's width and height, `warped` the photo laid into the frame of the view,
    `edges` the edges of the view on transparent ground, `matched` the agreeing points.
    """

    reference: Plate
    crop: Plate
    outline: Floats
    warped: Plate
    edges: Plate
    matched: Plate | None
    lines: int
    matches: int


def plate(pixels: Pixels, side: int, *, quality: int = 76) -> Plate:
    """Pack (H, W, 3 or 4) uint8 pixels into a plate whose longer side is at most `side` pixels."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = io.BytesIO()
    drawn = image.mode == "RGBA"
    image.save(buffer, "WEBP", quality=quality, method=4, lossless=drawn)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return Plate(f"data:image/webp;base64,{data}", image.width, image.height)


def prove(photo: Pixels, finding: Finding, view_of: Callable[[int], View]) -> Proof | None:
    """Make the proof pictures of a finding in its photo, (H, W, 3) uint8; None without evidence.

    `view_of` gives the view with an id of `Evidence.view`. The pose is that of the best evidence
    that has one, otherwise the one that the finding's outline implies.
    """
    if not finding.evidence:
        return None
    posed = _first(finding.evidence, lambda piece: piece.homography is not None)
    pointed = _first(finding.evidence, lambda piece: len(piece.matches) > 0)
    view = view_of(posed.view)
    pose = posed.homography if posed.homography is not None else pose_of(finding.quad, view.pixels)
    box = crop_box(finding.quad, photo.shape[1], photo.shape[0])
    x0, y0, x1, y1 = box
    return Proof(
        reference=plate(view.pixels, VIEW_SIDE),
        crop=plate(photo[y0:y1, x0:x1], CROP_SIDE),
        outline=((finding.quad - (x0, y0)) / (x1 - x0, y1 - y0)).astype(np.float32),
        warped=plate(under_view(photo, pose, view.pixels), VIEW_SIDE),
        edges=plate(edges_of(view), EDGES_SIDE),
        matched=matched_points(view_of(pointed.view).pixels, photo, box, pointed.matches),
        lines=min(len(pointed.matches), MOST_LINES),
        matches=len(pointed.matches),
    )


def pose_of(quad: Floats, view: Pixels) -> Matrix:
    """Return the homography, (3, 3) float64, from the corners of a view to an outline (4, 2)."""
    height, width = view.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners, quad.astype(np.float32)), np.float64)


def crop_box(quad: Floats, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the box x0, y0, x1, y1 round an outline (4, 2), in whole pixels of the photo.

    The margin is a quarter of its longer side, at least 24 pixels.

    The box is the whole photo when the outline is not finite or lies outside of it.
    """
    if not np.isfinite(quad).all():
        return 0, 0, width, height
    corners = quad.astype(np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = max(24.0, 0.25 * float((high - low).max()))
    x0, y0 = (int(value) for value in np.clip(low - margin, 0, (width, height)))
    x1, y1 = (int(value) for value in np.clip(np.ceil(high + margin), 0, (width, height)))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else (0, 0, width, height)


def under_view(photo: Pixels, homography: Matrix, view: Pixels) -> Pixels:
    """Warp a photo into the frame of a view, with its height and width; grey beyond the photo.

    `homography` maps view pixels to photo pixels. All grey when it leads out of all bounds, as the
    pose of an outline that is not one may do.
    """
    size = view.shape[1], view.shape[0]
    with np.errstate(all="ignore"):
        quad = quad_of(homography, size)
    if not (np.isfinite(homography).all() and (np.abs(quad) < FURTHEST).all()):
        return np.full_like(view, 127)
    return warp(pyramid(photo), homography, size)


def edges_of(view: View) -> Pixels:
    """Draw the edges of a mark in the report's colour on transparent ground, (h, w, 4) uint8.

    Drawn at `EDGES_SIDE` whatever the size of the view, so that the lines stay thin when enlarged.
    """
    height, width = view.content.shape
    scale = EDGES_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(view.pixels, cv2.COLOR_RGB2GRAY)
    smooth = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), (5, 5), 0)
    reach = np.ones((2 * round(3 * scale) + 1,) * 2, np.uint8)
    near = cv2.dilate(cv2.resize(view.content.astype(np.uint8), size), reach)
    lines = cv2.dilate(cv2.Canny(smooth, 30, 80), np.ones((2, 2), np.uint8))
    result = np.zeros((*lines.shape, 4), np.uint8)
    result[(lines > 0) & (near > 0)] = (*_MARK_COLOUR, 255)
    return result


def matched_points(
    view: Pixels, photo: Pixels, box: tuple[int, int, int, int], matches: Floats
) -> Plate | None:
    """Draw a view beside the photo's `box`, with lines between agreeing points.

    `matches` (K, 4) rows are x_view, y_view, x_photo, y_photo; at most `MOST_LINES` of them,
    spread evenly over the rows, are drawn. None when there are none.
    """
    if not len(matches):
        return None
    chosen = matches[np.linspace(0, len(matches) - 1, min(len(matches), MOST_LINES)).astype(int)]
    x0, y0, x1, y1 = box
    left, left_scale, left_top = _letterbox(view)
    right, right_scale, right_top = _letterbox(photo[y0:y1, x0:x1])
    gap = np.full((MATCHED_SIDE, 24, 3), _MAT_COLOUR, np.uint8)
    canvas = np.hstack([left, gap, right])
    starts = chosen[:, :2] * left_scale + (0, left_top)
    ends = (chosen[:, 2:] - (x0, y0)) * right_scale + (left.shape[1] + 24, right_top)
    _draw_lines(canvas, starts, ends)
    return plate(canvas, canvas.shape[1], quality=72)


def _first(evidence: tuple[Evidence, ...], wanted: Callable[[Evidence], bool]) -> Evidence:
    return next((piece for piece in evidence if wanted(piece)), evidence[0])


def _letterbox(pixels: Pixels) -> tuple[Pixels, float, int]:
    """The picture on a mat as high as the plate and at most twice as wide; its scale and top."""
    height, width = pixels.shape[:2]
    scale = min(MATCHED_SIDE / height, 2 * MATCHED_SIDE / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    result = np.full((MATCHED_SIDE, size[0], 3), _MAT_COLOUR, np.uint8)
    top = (MATCHED_SIDE - size[1]) // 2
    result[top : top + size[1]] = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return result, scale, top


def _draw_lines(canvas: Pixels, starts: NDArray[np.floating], ends: NDArray[np.floating]) -> None:
    """Half transparent lines, so that the mark stays readable, and ringed dots on their ends."""
    pairs = [
        (_fixed(start), _fixed(end))
        for start, end in zip(starts, ends, strict=True)
        if np.isfinite((start, end)).all()
    ]
    layer = canvas.copy()
    for start, end in pairs:
        cv2.line(layer, start, end, _LINE_COLOUR, 1, cv2.LINE_AA, shift=3)
    cv2.addWeighted(layer, 0.6, canvas, 0.4, 0, dst=canvas)
    for colour, radius in (((255, 255, 255), 32), (_LINE_COLOUR, 20)):
        for point in (point for pair in pairs for point in pair):
            cv2.circle(canvas, point, radius, colour, -1, cv2.LINE_AA, shift=3)


def _fixed(point: NDArray[np.floating]) -> tuple[int, int]:
    """Fixed-point coordinates with 3 bits, in OpenCV's frame, for sub-pixel drawing."""
    x, y = np.clip((point - 0.5) * 8, -(2**24), 2**24)
    return round(float(x)), round(float(y))
