"""Pictures that prove a finding, small enough to be embedded in the report.

Every picture becomes an `EmbeddedImage` in WebP. Coordinates of photos and views are those
of the records: x, y with the centre of the first pixel at (0.5, 0.5).
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
MAX_LINES = 30
MAX_COORDINATE = 1e6  # photo pixels; an outline that reaches further is invalid

_MARK_COLOUR = (229, 0, 109)
_LINE_COLOUR = (0, 166, 214)
_BACKGROUND_COLOUR = (241, 239, 235)


@dataclass(frozen=True, slots=True)
class EmbeddedImage:
    """A picture for a page: the bytes of a WebP file, and its size in pixels."""

    data: bytes
    width: int
    height: int

    @property
    def uri(self) -> str:
        """The whole picture as an address, by which a page can embed it."""
        return f"data:image/webp;base64,{base64.b64encode(self.data).decode('ascii')}"


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """The pictures that prove one finding.

    `reference` is the view, `crop` the photo round the finding with `outline` (4, 2) float32 in
    units of the crop's width and height, `warped` the photo warped to the frame of the view,
    `edges` the edges of the view on transparent background, `matched` the matched points.
    """

    reference: EmbeddedImage
    crop: EmbeddedImage
    outline: Floats
    warped: EmbeddedImage
    edges: EmbeddedImage
    matched: EmbeddedImage | None
    lines: int
    matches: int


def embed_image(pixels: Pixels, side: int, *, quality: int = 76) -> EmbeddedImage:
    """Encode (H, W, 3 or 4) uint8 pixels, shrunk to a longer side of at most `side` pixels."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = io.BytesIO()
    is_drawing = image.mode == "RGBA"
    image.save(buffer, "WEBP", quality=quality, method=4, lossless=is_drawing)
    return EmbeddedImage(buffer.getvalue(), image.width, image.height)


def make_proof(photo: Pixels, finding: Finding, view_of: Callable[[int], View]) -> Proof | None:
    """Make the proof pictures of a finding in its photo, (H, W, 3) uint8; None without evidence.

    `view_of` returns the view with an id of `Evidence.view`. The pose is that of the best evidence
    that has one, else it follows from the finding's outline.
    """
    if not finding.evidence:
        return None
    pose_piece = _first(finding.evidence, lambda piece: piece.homography is not None)
    match_piece = _first(finding.evidence, lambda piece: len(piece.matches) > 0)
    view = view_of(pose_piece.view)
    pose = pose_piece.homography
    if pose is None:
        pose = pose_from_outline(finding.quad, view.pixels)
    box = crop_box(finding.quad, photo.shape[1], photo.shape[0])
    x0, y0, x1, y1 = box
    return Proof(
        reference=embed_image(view.pixels, VIEW_SIDE),
        crop=embed_image(photo[y0:y1, x0:x1], CROP_SIDE),
        outline=((finding.quad - (x0, y0)) / (x1 - x0, y1 - y0)).astype(np.float32),
        warped=embed_image(warp_to_view(photo, pose, view.pixels), VIEW_SIDE),
        edges=embed_image(draw_edges(view), EDGES_SIDE),
        matched=draw_matches(view_of(match_piece.view).pixels, photo, box, match_piece.matches),
        lines=min(len(match_piece.matches), MAX_LINES),
        matches=len(match_piece.matches),
    )


def pose_from_outline(quad: Floats, view: Pixels) -> Matrix:
    """Return the homography (3, 3) float64 that maps the corners of a view to an outline (4, 2)."""
    height, width = view.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners, quad.astype(np.float32)), np.float64)


def crop_box(quad: Floats, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the box x0, y0, x1, y1 around an outline (4, 2), in whole pixels of the photo.

    The margin is a quarter of its longer side, at least 24 pixels. The box is the whole photo when
    the outline is not finite or lies outside of it.
    """
    if not np.isfinite(quad).all():
        return 0, 0, width, height
    corners = quad.astype(np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = max(24.0, 0.25 * float((high - low).max()))
    x0, y0 = (int(value) for value in np.clip(low - margin, 0, (width, height)))
    x1, y1 = (int(value) for value in np.clip(np.ceil(high + margin), 0, (width, height)))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else (0, 0, width, height)


def warp_to_view(photo: Pixels, homography: Matrix, view: Pixels) -> Pixels:
    """Warp a photo to the frame of a view, with its height and width; grey outside the photo.

    `homography` maps view pixels to photo pixels. The result is all grey when it is degenerate.
    """
    size = view.shape[1], view.shape[0]
    with np.errstate(all="ignore"):
        quad = quad_of(homography, size)
    if not (np.isfinite(homography).all() and (np.abs(quad) < MAX_COORDINATE).all()):
        return np.full_like(view, 127)
    return warp(pyramid(photo), homography, size)


def draw_edges(view: View) -> Pixels:
    """Draw the edges of a mark in the report's colour on transparent background, (h, w, 4) uint8.

    The longer side is `EDGES_SIDE` for a view of any size, so that enlarged lines stay thin.
    """
    height, width = view.content.shape
    scale = EDGES_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(view.pixels, cv2.COLOR_RGB2GRAY)
    smooth = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), (5, 5), 0)
    kernel = np.ones((2 * round(3 * scale) + 1,) * 2, np.uint8)
    near_mark = cv2.dilate(cv2.resize(view.content.astype(np.uint8), size), kernel)
    lines = cv2.dilate(cv2.Canny(smooth, 30, 80), np.ones((2, 2), np.uint8))
    canvas = np.zeros((*lines.shape, 4), np.uint8)
    canvas[(lines > 0) & (near_mark > 0)] = (*_MARK_COLOUR, 255)
    return canvas


def draw_matches(
    view: Pixels, photo: Pixels, box: tuple[int, int, int, int], matches: Floats
) -> EmbeddedImage | None:
    """Draw a view beside the photo's `box`, with lines between matched points.

    `matches` (K, 4) rows are x_view, y_view, x_photo, y_photo; at most `MAX_LINES` of them,
    spread evenly over the rows, are drawn. None when there are none.
    """
    if not len(matches):
        return None
    chosen = matches[np.linspace(0, len(matches) - 1, min(len(matches), MAX_LINES)).astype(int)]
    x0, y0, x1, y1 = box
    left, left_scale, left_top = _letterbox(view)
    right, right_scale, right_top = _letterbox(photo[y0:y1, x0:x1])
    gap = np.full((MATCHED_SIDE, 24, 3), _BACKGROUND_COLOUR, np.uint8)
    canvas = np.hstack([left, gap, right])
    starts = chosen[:, :2] * left_scale + (0, left_top)
    ends = (chosen[:, 2:] - (x0, y0)) * right_scale + (left.shape[1] + 24, right_top)
    _draw_lines(canvas, starts, ends)
    return embed_image(canvas, canvas.shape[1], quality=72)


def draw_outlined(photo: Pixels, quad: Floats, view: Pixels | None) -> EmbeddedImage:
    """Draw the photo round an outline (4, 2) with that outline, beside the view where there is one.

    An outline that is not finite is not drawn.
    """
    x0, y0, x1, y1 = crop_box(quad, photo.shape[1], photo.shape[0])
    part, scale, top = _letterbox(photo[y0:y1, x0:x1])
    corners = (quad.astype(np.float64) - (x0, y0)) * scale + (0, top)
    if np.isfinite(corners).all():
        outline = np.array([_fixed_point(corner) for corner in corners], np.int32)
        cv2.polylines(part, [outline], True, (255, 255, 255), 4, cv2.LINE_AA, shift=3)
        cv2.polylines(part, [outline], True, _MARK_COLOUR, 2, cv2.LINE_AA, shift=3)
    if view is not None:
        gap = np.full((MATCHED_SIDE, 24, 3), _BACKGROUND_COLOUR, np.uint8)
        part = np.hstack([_letterbox(view)[0], gap, part])
    return embed_image(part, part.shape[1], quality=80)


def _first(evidence: tuple[Evidence, ...], condition: Callable[[Evidence], bool]) -> Evidence:
    return next((piece for piece in evidence if condition(piece)), evidence[0])


def _letterbox(pixels: Pixels) -> tuple[Pixels, float, int]:
    """Fit a picture into `MATCHED_SIDE` rows, at most twice as wide; with its scale and top row."""
    height, width = pixels.shape[:2]
    scale = min(MATCHED_SIDE / height, 2 * MATCHED_SIDE / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    canvas = np.full((MATCHED_SIDE, size[0], 3), _BACKGROUND_COLOUR, np.uint8)
    top = (MATCHED_SIDE - size[1]) // 2
    canvas[top : top + size[1]] = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return canvas, scale, top


def _draw_lines(canvas: Pixels, starts: NDArray[np.floating], ends: NDArray[np.floating]) -> None:
    """Draw half transparent lines, so that the mark stays visible, with ringed dots at the ends."""
    pairs = [
        (_fixed_point(start), _fixed_point(end))
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


def _fixed_point(point: NDArray[np.floating]) -> tuple[int, int]:
    """OpenCV's fixed-point coordinates with 3 fractional bits, for sub-pixel drawing."""
    x, y = np.clip((point - 0.5) * 8, -(2**24), 2**24)
    return round(float(x)), round(float(y))
